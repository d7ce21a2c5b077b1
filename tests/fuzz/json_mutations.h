#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::fuzz {

/// Pseudo-random numbers, the same everywhere for one seed (SplitMix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// A number below `limit`, which is at least 1.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }

 private:
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

/// A value in a JSON text, found by its brackets and quotes alone: the text may be broken.
struct JsonSpan {
  std::size_t begin = 0;      ///< of the value
  std::size_t end = 0;        ///< behind it
  std::size_t key_begin = 0;  ///< of the member's key with its quote; `begin` for what is no member
  std::int32_t parent = -1;   ///< index of the value that it stands in; -1: none
};
std::vector<JsonSpan> json_spans(std::string_view json);

/// `json` with one thing about it changed: a value taken out, put twice, replaced, wrapped, nested deep, exchanged with
/// a sibling, a character written as an escape, white space between tokens. Empty where nothing could be changed.
std::string mutated_json(std::string_view json, Random& random);

/// The changes of mutated_json() that must change nothing for a reader: siblings of one object exchanged, escapes,
/// white space. REQUIRES: `json` is JSON.
std::string rewritten_json(std::string_view json, Random& random);

}  // namespace coagwatch::fuzz

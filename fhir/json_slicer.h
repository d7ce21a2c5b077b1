#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "fhir/text_arena.h"

namespace coagwatch::fhir {

/// A value inside of a JSON text.
struct JsonSlice {
  enum class Kind : std::uint8_t { absent, null, object, array, string, other };
  Kind kind = Kind::absent;
  std::string_view text;  ///< of an object or array, as it stands; of a string, what it means
  bool twice = false;     ///< its key stands twice

  /// Something is there, and be it null.
  [[nodiscard]] bool present() const { return kind != Kind::absent; }
  /// As `present`, where null is as if the key were not there.
  [[nodiscard]] bool given() const { return kind != Kind::absent && kind != Kind::null; }
  /// What a string means; empty for everything else.
  [[nodiscard]] std::string_view string() const { return kind == Kind::string ? text : std::string_view(); }
};

/// Cuts values out of JSON texts, one level at a time, without looking at what is below.
///
/// The texts must have been read by JsonReader: UTF-8 without NUL bytes, not nested too deeply, no byte order mark. All
/// functions return false (absent) for what is not JSON after all. Not thread-safe; keeps its buffers.
class JsonSlicer {
 public:
  JsonSlicer();
  ~JsonSlicer();
  JsonSlicer(const JsonSlicer&) = delete;
  JsonSlicer& operator=(const JsonSlicer&) = delete;

  /// The members of an object that `names` lists, into `found` in the same order. Strings are kept in `arena`. Of keys
  /// that stand twice the last one is given, and marked.
  bool members(std::string_view object, std::span<const std::string_view> names, std::span<JsonSlice> found,
               TextArena& arena);
  /// The elements of an array; strings have their text only with an `arena` to keep it in. False also for more than
  /// `most`.
  bool elements(std::string_view array, std::size_t most, std::vector<JsonSlice>& found, TextArena* arena = nullptr);
  /// The text as one value. Costs nothing for an object or array.
  JsonSlice whole(std::string_view text, TextArena& arena);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::fhir

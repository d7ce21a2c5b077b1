#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fhir/json_reader.h"

namespace coagwatch::fuzz {

/// Reads what fhir::JsonReader reads, a second time and in another way: slowly, by walking through a DOM with one
/// condition per key. Shares nothing with it but the structures that are filled.
class SecondReader {
 public:
  using Outcome = fhir::JsonReader::Outcome;

  explicit SecondReader(std::uint32_t max_depth);
  ~SecondReader();
  SecondReader(const SecondReader&) = delete;
  SecondReader& operator=(const SecondReader&) = delete;

  /// As JsonReader::read. The views in `out` live until the next call.
  Outcome read(std::string_view bytes, fhir::Observation& out);
  Outcome read(std::string_view bytes, fhir::Contained& out);

 private:
  struct Trees;
  /// Parses bytes, unless they were parsed last.
  Outcome parse(std::string_view bytes);
  Outcome parse_anew(std::string_view bytes);

  std::uint32_t max_depth_;
  std::unique_ptr<Trees> trees_;
  std::string parsed_;
  Outcome outcome_ = Outcome::malformed;  ///< of an empty text
};

/// Whether `text` is UTF-8, decoded character by character.
bool is_utf8_slowly(std::string_view text);

}  // namespace coagwatch::fuzz

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "fhir/observation.h"
#include "fhir/observation_builder.h"

namespace coagwatch::fhir {

/// Reads JSON text into the raw fields of an Observation: the only place that parses input with RapidJSON.
///
/// The bytes are copied into a reused buffer, padded with zero bytes and parsed in situ, iteratively, with UTF-8
/// validated and numbers kept as written. Not thread-safe.
class JsonReader {
 public:
  enum class Outcome : std::uint8_t {
    object,           ///< well-formed, and the root is an object
    not_an_object,    ///< well-formed, but the root is an array or a primitive
    malformed,        ///< not JSON; also an embedded NUL byte, or something behind the root
    invalid_utf8,     ///< not UTF-8
    too_deep,         ///< nested deeper than allowed
    number_too_large  ///< a number above 10^308: no value of this world, and the parser stops there
  };

  explicit JsonReader(std::uint32_t max_depth);
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  /// Reads `bytes` into `out`; its views stay valid until the next call. `out` is meaningful for `object` only.
  Outcome read(std::string_view bytes, Observation& out);
  /// The same for a Patient or Specimen. One in which a field stands twice is malformed.
  Outcome read(std::string_view bytes, Contained& out);

 private:
  struct Parser;
  Outcome read(std::string_view bytes, Node node, void* root);
  Outcome parse();
  char* copy(std::string_view bytes);

  std::unique_ptr<Parser> parser_;
  ObservationBuilder builder_;
  std::vector<char> buffer_;
};

}  // namespace coagwatch::fhir

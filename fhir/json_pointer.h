#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/json_slicer.h"

namespace coagwatch::fhir {

/// A JSON pointer (RFC 6901) in its string form: `/payload/after`; empty: the whole document.
///
/// Immutable; const access from several threads is safe.
class JsonPointer {
 public:
  /// Levels that a pointer may have; each is a pass over what is left of the record.
  static constexpr std::size_t kMostTokens = 8;

  /// nullopt if it is none, or one of more levels.
  static std::optional<JsonPointer> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }

  /// The value in a text that JsonReader has read. A key on the way that stands twice makes it `twice`. Strings are
  /// kept in `arena`.
  [[nodiscard]] JsonSlice find(std::string_view document, std::size_t most_elements, JsonSlicer& slicer,
                               TextArena& arena) const;

 private:
  struct Token {
    std::string name;
    std::optional<std::size_t> index;  ///< where it may be an element of an array
  };
  std::string text_;
  std::vector<Token> tokens_;
};

/// Whether JsonPointer::parse takes it.
bool is_json_pointer(std::string_view text);

}  // namespace coagwatch::fhir

#pragma once

#include <string_view>

namespace coagwatch::fhir {

/// One character of a unit in plain ASCII.
struct PlainSign {
  std::string_view text;     ///< empty for what cannot be seen; the bytes as they are where there is no plain form
  bool superscript = false;  ///< `text` is a digit or minus that was written above the line
};

/// Takes the first character off `text` and returns it in plain form: both micro signs (U+00B5, U+03BC) are `u`, the
/// multiplication sign is `x`, middle dots are `.`, superscripts their digits, full-width characters their ASCII form,
/// square abbreviations (`㎎`) their letters. REQUIRES: !text.empty().
inline PlainSign take_sign(std::string_view& text);

/// The same for a character outside ASCII.
PlainSign take_other_sign(std::string_view& text);

inline PlainSign take_sign(std::string_view& text) {
  if (static_cast<unsigned char>(text.front()) >= 0x80) return take_other_sign(text);
  const PlainSign sign{text.substr(0, 1)};
  text.remove_prefix(1);
  return sign;
}

}  // namespace coagwatch::fhir

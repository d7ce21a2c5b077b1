#pragma once

#include <cstdint>
#include <string_view>

#include "fhir/text_arena.h"
#include "rules/values/interval.h"

namespace coagwatch::fhir {

/// How numbers are written into texts.
struct NumberStyle {
  std::uint32_t max_length = 256;  ///< the longest number taken
  /// `1,4` is 1.4 (`site.decimal-comma`). A point is the decimal point too, unless exactly three digits follow it: then
  /// it could part thousands, and `1.234` is no number. `0.234` is one.
  bool decimal_comma = false;
};

/// A number as laboratories write it into text: `12`, `<0.02`, `> 20.50`, `GREATER THAN 20`, `≤5`, `5-20`, `5 to 20`,
/// with what stands behind it.
struct TextNumber {
  rules::Interval value;
  std::string_view rest;   ///< behind the number, without white space around it: a unit, or something else
  bool parsed = false;     ///< false: there is no number at the beginning
  bool has_digit = false;  ///< false: nothing numeric at all, `neg`, `++`
};

/// Reads `text`, which is in plain form. Separators of thousands, signs behind the number (`150>`), titres (`1:8`) and
/// two signs are not read. Neither is `10E3`, nor `1E9`: a unit's power of ten stands where the number should.
TextNumber read_text_number(std::string_view text, const NumberStyle& style);

/// `text` with full-width characters, white space, dashes and comparison signs outside ASCII in their plain form; the
/// text itself where there is none. Superscripts stay what they are: `10³` is not 103.
std::string_view plain_form(std::string_view text, TextArena& arena);

}  // namespace coagwatch::fhir

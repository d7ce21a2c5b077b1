#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace coagwatch::rules {

/// A FHIR decimal as written, cut to what a Decimal holds. Shared by Decimal::parse and parse_enclosing.
struct DecimalText {
  bool negative = false;
  std::int64_t coefficient = 0;  ///< magnitude, below 10^18; rounded toward zero if digits were cut
  int exponent = 0;              ///< within ±Decimal::kMaxExponent
  bool cut = false;              ///< digits other than 0 did not fit: the magnitude lies strictly above `coefficient`
                                 ///< and strictly below `coefficient + 1`
};

/// Reads the grammar `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`. nullopt if `text` is anything else, or if
/// the leading digit stands outside 10^±Decimal::kMaxExponent.
std::optional<DecimalText> read_decimal_text(std::string_view text);

}  // namespace coagwatch::rules

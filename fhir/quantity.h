#pragma once

#include <cstdint>
#include <string_view>

#include "fhir/observation.h"
#include "fhir/verdict.h"
#include "rules/interval.h"

namespace coagwatch::fhir {

/// A number with its comparator, in the unit it was written in.
struct NumberReading {
  rules::Interval value;
  Check problem;  ///< no-value or invalid-value
};

/// `value` of a Quantity with its comparator: `<` 10 is everything below 10. A JSON string is no number. `max_length`
/// is the longest lexeme taken.
NumberReading read_quantity(const Quantity& quantity, std::uint32_t max_length);

/// valueInteger: a number without fraction and exponent.
NumberReading read_integer(const Scalar& scalar, std::uint32_t max_length);

/// A number as laboratories write it into text: `12`, `<0.02`, `> 20.50`, `≤5`, `5-20`, with what stands behind it.
struct TextNumber {
  rules::Interval value;
  std::string_view rest;   ///< behind the number, without white space around it: a unit, or something else
  bool parsed = false;     ///< false: there is no number at the beginning
  bool has_digit = false;  ///< false: nothing numeric at all, `neg`, `++`
};
TextNumber read_text_number(std::string_view text, std::uint32_t max_length);

/// White space at both ends taken off.
std::string_view trimmed(std::string_view text);

}  // namespace coagwatch::fhir

#pragma once

#include <cstdint>
#include <string_view>

#include "fhir/observation.h"
#include "fhir/verdict.h"
#include "rules/values/interval.h"

namespace coagwatch::fhir {

/// A number with its comparator, in the unit it was written in.
struct NumberReading {
  rules::Interval value;
  Check problem;  ///< no-value or invalid-value
};

/// `value` of a Quantity with its comparator: `<` 10 is everything below 10. A JSON string is no number. R5's `ad` is
/// invalid-value: it tells how much to add to reach a total, and bounds nothing that was measured. `max_length` is the
/// longest lexeme taken.
NumberReading read_quantity(const Quantity& quantity, std::uint32_t max_length);

/// valueInteger: a number without fraction and exponent.
NumberReading read_integer(const Scalar& scalar, std::uint32_t max_length);

/// On which side of a number a value lies.
enum class Comparator : std::uint8_t { none, less, less_or_equal, greater, greater_or_equal };

/// What is known of a value that compares so to a number. `number` itself is an interval where it has more digits than
/// a Decimal holds.
rules::Interval with_comparator(Comparator comparator, rules::Interval number);

/// White space at both ends taken off.
std::string_view trimmed(std::string_view text);

}  // namespace coagwatch::fhir

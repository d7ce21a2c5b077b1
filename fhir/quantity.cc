#include "fhir/quantity.h"

#include <algorithm>
#include <optional>

namespace coagwatch::fhir {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// R5's `ad`: the value is sufficient for the total to equal the number, so it is neither above nor below it.
constexpr std::string_view kSufficientToAchieve = "ad";

std::optional<Comparator> comparator_of(const Scalar& scalar) {
  if (scalar.absent()) return Comparator::none;
  const std::string_view text = scalar.string();
  if (text == "<") return Comparator::less;
  if (text == "<=") return Comparator::less_or_equal;
  if (text == ">") return Comparator::greater;
  if (text == ">=") return Comparator::greater_or_equal;
  return std::nullopt;
}

NumberReading refused(Verdict verdict) { return {{}, verdict}; }

}  // namespace

rules::Interval with_comparator(Comparator comparator, rules::Interval number) {
  if (comparator == Comparator::less || comparator == Comparator::less_or_equal) {
    number.low = {};
    number.low_open = false;
    number.low_unbounded = true;
    number.high_open = number.high_open || comparator == Comparator::less;
  } else if (comparator != Comparator::none) {
    number.high = {};
    number.high_open = false;
    number.high_unbounded = true;
    number.low_open = number.low_open || comparator == Comparator::greater;
  }
  return number;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

NumberReading read_quantity(const Quantity& quantity, std::uint32_t max_length) {
  if (quantity.value.absent()) return refused(ignored(Reason::no_value, "value: missing"));
  if (!quantity.value.is_number()) return refused(dead(Reason::invalid_value, "value: expected a JSON number"));
  if (quantity.value.text.size() > max_length) return refused(dead(Reason::invalid_value, "value: too many digits"));
  const auto value = rules::parse_enclosing(quantity.value.text);
  if (!value) return refused(dead(Reason::invalid_value, "value: of no magnitude that a measurement has"));
  const auto comparator = comparator_of(quantity.comparator);
  if (comparator) return {with_comparator(*comparator, *value), {}};
  if (quantity.comparator.string() == kSufficientToAchieve) {
    return refused(dead(Reason::invalid_value, "comparator: `ad` is an amount to add, and bounds no measured value"));
  }
  return refused(dead(Reason::invalid_value, "comparator: expected <, <=, > or >="));
}

NumberReading read_integer(const Scalar& scalar, std::uint32_t max_length) {
  const bool plain =
      std::all_of(scalar.text.begin(), scalar.text.end(), [](char c) { return is_digit(c) || c == '-'; });
  if (!scalar.is_number() || !plain || scalar.text.size() > max_length) {
    return refused(dead(Reason::invalid_value, "valueInteger: expected an integer"));
  }
  const auto value = rules::parse_enclosing(scalar.text);
  if (!value) return refused(dead(Reason::invalid_value, "valueInteger: of no magnitude that a count has"));
  return {*value, {}};
}

}  // namespace coagwatch::fhir

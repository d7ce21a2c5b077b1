#include "fhir/quantity.h"

#include <algorithm>
#include <array>
#include <optional>

namespace coagwatch::fhir {
namespace {

using rules::Interval;

enum class Comparator : std::uint8_t { none, less, less_or_equal, greater, greater_or_equal };

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// `value` itself is an interval where it has more digits than a Decimal holds.
Interval with_comparator(Comparator comparator, Interval value) {
  if (comparator == Comparator::less || comparator == Comparator::less_or_equal) {
    value.low = {};
    value.low_open = false;
    value.low_unbounded = true;
    value.high_open = value.high_open || comparator == Comparator::less;
  } else if (comparator != Comparator::none) {
    value.high = {};
    value.high_open = false;
    value.high_unbounded = true;
    value.low_open = value.low_open || comparator == Comparator::greater;
  }
  return value;
}

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

struct Sign {
  std::string_view text;
  Comparator comparator;
};
// The longer ones first; ≤, ≥ and the full-width forms of Asian keyboards as well.
constexpr std::array kSigns = {Sign{"<=", Comparator::less_or_equal},
                               Sign{">=", Comparator::greater_or_equal},
                               Sign{"\u2264", Comparator::less_or_equal},
                               Sign{"\u2265", Comparator::greater_or_equal},
                               Sign{"\uff1c", Comparator::less},
                               Sign{"\uff1e", Comparator::greater},
                               Sign{"<", Comparator::less},
                               Sign{">", Comparator::greater}};
constexpr std::array<std::string_view, 2> kDashes = {"-", "\u2013"};

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

// Takes a number off the beginning of `text`.
std::optional<Interval> take_number(std::string_view& text, std::uint32_t max_length) {
  std::size_t end = !text.empty() && text.front() == '-' ? 1 : 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t exponent = end + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    const std::size_t digits = exponent;
    while (exponent < text.size() && is_digit(text[exponent])) ++exponent;
    if (exponent > digits) end = exponent;
  }
  if (end > max_length) return std::nullopt;
  const auto value = rules::parse_enclosing(text.substr(0, end));
  if (value) text.remove_prefix(end);
  return value;
}

bool take_dash(std::string_view& text) {
  std::string_view rest = text;
  skip_space(rest);
  const auto* dash =
      std::find_if(kDashes.begin(), kDashes.end(), [&](std::string_view d) { return rest.starts_with(d); });
  if (dash == kDashes.end()) return false;
  rest.remove_prefix(dash->size());
  skip_space(rest);
  if (rest.empty() || !is_digit(rest.front())) return false;
  text = rest;
  return true;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  skip_space(text);
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
  if (!comparator) return refused(dead(Reason::invalid_value, "comparator: expected <, <=, > or >="));
  return {with_comparator(*comparator, *value), {}};
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

TextNumber read_text_number(std::string_view text, std::uint32_t max_length) {
  TextNumber reading;
  reading.has_digit = std::any_of(text.begin(), text.end(), is_digit);
  text = trimmed(text);
  Comparator comparator = Comparator::none;
  for (const Sign& sign : kSigns) {
    if (!text.starts_with(sign.text)) continue;
    comparator = sign.comparator;
    text.remove_prefix(sign.text.size());
    skip_space(text);
    break;
  }
  const auto first = take_number(text, max_length);
  if (!first) return reading;
  reading.value = with_comparator(comparator, *first);
  if (take_dash(text)) {
    const auto second = take_number(text, max_length);
    if (!second || comparator != Comparator::none || first->low > second->high) return reading;
    reading.value.high = second->high;
    reading.value.high_open = second->high_open;
  }
  reading.rest = trimmed(text);
  reading.parsed = true;
  return reading;
}

}  // namespace coagwatch::fhir

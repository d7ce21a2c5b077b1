// Numbers: FHIR's decimals, and what laboratories write into texts.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "fhir/quantity.h"
#include "fhir/text_arena.h"
#include "fhir/text_number.h"
#include "rules/values/interval.h"
#include "tests/fuzz/item_promises.h"
#include "tests/fuzz/second_reader.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

using rules::Decimal;
using rules::Interval;

long double to_float(Decimal value) {
  return static_cast<long double>(value.coefficient()) * std::pow(10.0L, static_cast<long double>(value.exponent()));
}

/// A number of JSON, by its grammar.
bool is_json_number(std::string_view text) {
  const auto digits = [&] {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

void check_decimal(std::string_view text, Findings& findings) {
  const std::optional<Interval> enclosing = rules::parse_enclosing(text);
  const std::optional<Decimal> exact = Decimal::parse(text);
  findings.check(!enclosing || is_json_number(text), "only numbers are numbers");
  findings.check(!exact || (enclosing && enclosing->is_point() && enclosing->low == *exact),
                 "a number that fits is a point");
  if (exact) {
    const auto again = Decimal::parse(exact->to_string());
    findings.check(again && *again == *exact, "a number that is written is read again");
  }
  if (!enclosing) return;
  findings.check(is_sound(*enclosing), "a number's interval is sound");
  const long double value = std::strtold(std::string(text).c_str(), nullptr);
  const long double slack = std::fabs(value) * 1e-15L;
  findings.check(to_float(enclosing->low) <= value + slack && to_float(enclosing->high) >= value - slack,
                 "a number lies in its interval");
}

void check_text(std::string_view text, bool decimal_comma, Findings& findings) {
  fhir::NumberStyle style;
  style.decimal_comma = decimal_comma;
  const fhir::TextNumber number = fhir::read_text_number(text, style);
  if (!number.parsed) return;
  findings.check(number.has_digit, "a number has a digit");
  findings.check(is_sound(number.value), "a number in a text is sound");
  findings.check(!number.value.low_unbounded || !number.value.high_unbounded, "a number in a text says something");
  findings.check(number.rest.empty() || (number.rest.data() >= text.data() &&
                                         number.rest.data() + number.rest.size() <= text.data() + text.size()),
                 "what stands behind a number stands in the text");
  if (is_json_number(text) && text.find_first_of("eE") == std::string_view::npos && !text.starts_with('-') &&
      !decimal_comma) {
    const auto plain = rules::parse_enclosing(text);
    findings.check(plain && number.value == *plain && number.rest.empty(), "a plain number in a text is that number");
  }
}

}  // namespace

void run_number(std::string_view input, Findings& findings) {
  check_decimal(input, findings);
  fhir::TextArena arena;
  const std::string plain(fhir::plain_form(input, arena));
  // What JSON brings is UTF-8; of other bytes new characters might come together.
  if (is_utf8_slowly(input)) findings.check(fhir::plain_form(plain, arena) == plain, "a plain form is plain");
  check_text(plain, false, findings);
  check_text(plain, true, findings);
  for (const std::string_view comparator : {"", "<", "<=", ">", ">=", "ad", "~"}) {
    fhir::Quantity quantity;
    quantity.presence = fhir::Presence::present;
    quantity.value = {input, fhir::Scalar::Kind::number};
    if (!comparator.empty()) quantity.comparator = {comparator, fhir::Scalar::Kind::string};
    const fhir::NumberReading reading = fhir::read_quantity(quantity, 256);
    findings.check(reading.problem || is_sound(reading.value), "a quantity is sound or has a problem");
    findings.check(reading.problem || is_json_number(input), "a quantity is a number");
  }
}

}  // namespace coagwatch::fuzz

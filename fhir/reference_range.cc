#include "fhir/reference_range.h"

#include <algorithm>

#include "fhir/quantity.h"
#include "fhir/text_number.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;

bool is_normal(const ReferenceRange& range) {
  if (range.modifier_extension != Presence::absent) return false;
  if (range.type.presence == Presence::absent) return true;
  return std::any_of(range.type.codings.begin(), range.type.codings.end(),
                     [](const Coding& coding) { return coding.code.string() == "normal"; });
}

/// `< 0.5`, `0.5-4`, `≤300`, `- <90`; a unit behind it is not read.
std::optional<Interval> range_of_text(std::string_view text, const ValueContext& context) {
  text = trimmed(plain_form(text, context.arena));
  if (text.starts_with('-') && text.find('<') != std::string_view::npos) text = trimmed(text.substr(1));
  const TextNumber number = read_text_number(text, {context.number_length, context.site.decimal_comma});
  if (!number.parsed || !number.rest.empty() || number.value.is_point()) return std::nullopt;
  return number.value;
}

/// The high end of a range in the value's unit, or in its own.
std::optional<Decimal> high_of(const ReferenceRange& range, const UnitReading& value_unit,
                               const ValueContext& context) {
  UnitReading unit = value_unit;
  std::optional<Interval> high;
  if (range.high.presence == Presence::present) {
    const NumberReading number = read_quantity(range.high, context.number_length);
    if (number.problem) return std::nullopt;
    high = number.value;
    const WrittenUnit written = written_unit(range.high);
    if (written.wrong_type) return std::nullopt;
    if (!written.code.empty() || !written.text.empty()) {
      CodeMeaning meaning;
      meaning.measure = value_unit.measure;
      unit = resolve_unit(context.terminology, meaning, written);
      const DDimerFlavour own = unit.conversion.flavour;
      const DDimerFlavour of_value = value_unit.conversion.flavour;
      const bool differ = own != DDimerFlavour::unknown && of_value != DDimerFlavour::unknown && own != of_value;
      if (unit.problem || unit.flavour_conflict || differ) return std::nullopt;
    }
  } else if (range.low.presence == Presence::absent) {
    high = range_of_text(range.text.string(), context);
  }
  if (!high || high->high_unbounded) return std::nullopt;
  const auto canonical = converted(Interval::point(high->high), unit);
  if (!canonical || !canonical->is_point() || canonical->high.sign() <= 0) return std::nullopt;
  return canonical->high;
}

bool is_years(const Quantity& age) {
  const std::string_view unit = age.code.is_string() ? age.code.text : age.unit.string();
  return unit == "a" || unit == "a_j" || unit == "yr" || unit == "year" || unit == "years" || unit == "J";
}

bool is_above_fifty_years(const ReferenceRange& range, std::uint32_t max_length) {
  if (range.age.low.presence != Presence::present || !is_years(range.age.low)) return false;
  const NumberReading low = read_quantity(range.age.low, max_length);
  return !low.problem && low.value.low > Decimal::of(50);
}

}  // namespace

std::optional<UpperLimit> read_upper_limit(const ResultPart& part, const UnitReading& value_unit,
                                           const ValueContext& context) {
  struct Candidate {
    UpperLimit limit;
    bool general = false;  // for everybody, not for an age or a group
  };
  std::optional<Candidate> best;
  bool differ = false;
  for (const ReferenceRange& range : part.reference_ranges) {
    if (!is_normal(range)) continue;
    const auto high = high_of(range, value_unit, context);
    if (!high) continue;
    const bool general = range.applies_to == Presence::absent && range.age.presence == Presence::absent;
    const Candidate candidate{{*high, is_above_fifty_years(range, context.number_length)}, general};
    if (!best || (general && !best->general)) {
      best = candidate;
      differ = false;
    } else if (general == best->general && candidate.limit.value != best->limit.value) {
      differ = true;
    }
  }
  if (!best || differ) return std::nullopt;
  return best->limit;
}

}  // namespace coagwatch::fhir

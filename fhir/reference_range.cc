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

struct WrittenRange {
  Interval value;
  WrittenUnit unit;  ///< empty where it has none
};

/// `< 0.5`, `0.5-4`, `≤300`, `- <90`, with a unit behind it or without.
std::optional<WrittenRange> range_of_text(std::string_view text, const ValueContext& context) {
  text = trimmed(plain_form(text, context.arena));
  if (text.starts_with('-') && text.find('<') != std::string_view::npos) text = trimmed(text.substr(1));
  const TextNumber number = read_text_number(text, {context.number_length, context.site.decimal_comma});
  if (!number.parsed || number.value.is_point()) return std::nullopt;
  WrittenRange range;
  range.value = number.value;
  range.unit.text = number.rest;
  return range;
}

std::optional<WrittenRange> written_range(const ReferenceRange& range, const ValueContext& context) {
  if (range.high.presence == Presence::present) {
    const NumberReading number = read_quantity(range.high, context.number_length);
    if (number.problem) return std::nullopt;
    return WrittenRange{number.value, written_unit(range.high)};
  }
  if (range.low.presence != Presence::absent) return std::nullopt;
  return range_of_text(range.text.string(), context);
}

/// The high end of a range in its own unit, or the value's.
std::optional<Decimal> high_of(const ReferenceRange& range, const UnitReading& value_unit, DDimerFlavour of_value,
                               const ValueContext& context) {
  const auto written = written_range(range, context);
  if (!written || written->value.high_unbounded || written->unit.wrong_type) return std::nullopt;
  UnitReading unit = value_unit;
  if (!written->unit.code.empty() || !written->unit.text.empty()) {
    CodeMeaning meaning;
    meaning.measure = value_unit.measure;
    unit = resolve_unit(context.terminology, meaning, written->unit);
    const DDimerFlavour own = unit.conversion.flavour;
    const bool differ = own != DDimerFlavour::unknown && of_value != DDimerFlavour::unknown && own != of_value;
    if (unit.problem || unit.flavour_conflict || differ) return std::nullopt;
  }
  const Interval* const high = &written->value;
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

std::optional<UpperLimit> read_upper_limit(const ResultPart& part, const UnitReading& value_unit, DDimerFlavour flavour,
                                           const ValueContext& context) {
  struct Candidate {
    UpperLimit limit;
    bool general = false;  // for everybody, not for an age or a group
  };
  std::optional<Candidate> best;
  bool differ = false;
  for (const ReferenceRange& range : part.reference_ranges) {
    if (!is_normal(range)) continue;
    const auto high = high_of(range, value_unit, flavour, context);
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

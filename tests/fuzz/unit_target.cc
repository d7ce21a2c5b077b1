// A unit as spelled, for every measure. Parts: code, text, `u` if the code is UCUM's, `o` if it is of another system.

#include <cmath>
#include <string>

#include "fhir/result_unit.h"
#include "fhir/units.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/item_promises.h"
#include "tests/fuzz/second_units.h"
#include "tests/fuzz/site.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;
using Conversion = fhir::Terminology::Conversion;

long double to_float(Decimal value) {
  return static_cast<long double>(value.coefficient()) * std::pow(10.0L, static_cast<long double>(value.exponent()));
}

/// Whether the conversion of a plain UCUM term is that of its definition. A kilopascal is 7.50062 mm[Hg] here, rounded.
void check_factor(Measure measure, std::string_view unit, const Conversion& conversion, Findings& findings) {
  const std::optional<SlowUnit> from = read_unit_slowly(unit);
  const std::optional<SlowUnit> to = read_unit_slowly(rules::measure_info(measure).unit);
  if (!from || !to || from->dimension != to->dimension) return;
  const long double expected = from->factor / to->factor;
  const long double factor = to_float(conversion.factor) / to_float(conversion.divisor);
  findings.check(std::fabs(factor - expected) <= std::fabs(expected) * 1e-5L,
                 std::string("a UCUM term has its factor for ").append(rules::measure_info(measure).name));
}

void check_conversion(const Conversion& conversion, Findings& findings) {
  findings.check(conversion.factor.sign() > 0 && conversion.divisor.sign() > 0, "a factor is above zero");
  Interval last = fhir::converted(Interval::point(Decimal::of(0)), conversion);
  for (const Decimal value : {Decimal(1, -3), Decimal(5, -1), Decimal::of(7), Decimal::of(123'456)}) {
    const Interval now = fhir::converted(Interval::point(value), conversion);
    findings.check(is_sound(now) && now.low >= last.low && now.high >= last.high,
                   "a conversion keeps the order of values");
    last = now;
  }
  for (const Interval& value : {Interval::below(Decimal::of(10), false), Interval::above(Decimal(15, -1), true),
                                Interval::between(Decimal::of(2), Decimal::of(3))}) {
    const Interval now = fhir::converted(value, conversion);
    findings.check(
        is_sound(now) && now.low_unbounded == value.low_unbounded && now.high_unbounded == value.high_unbounded,
        "a conversion keeps the kind of an interval");
  }
}

void check_resolved(Measure measure, const fhir::WrittenUnit& unit, Findings& findings) {
  fhir::CodeMeaning meaning;
  meaning.measure = measure;
  if (measure == Measure::pt_activity) meaning.alternative = Measure::pt_ratio;
  const fhir::UnitReading reading = fhir::resolve_unit(terminology(), meaning, unit);
  if (reading.problem) {
    findings.check(reading.problem->reason == fhir::Reason::unknown_unit, "a unit's problem is that it is unknown");
    findings.check(reading.problem->text.find(kCanary) == std::string_view::npos, "a text holds no value of the input");
    return;
  }
  findings.check(reading.measure == measure || meaning.alternative == reading.measure, "a unit keeps the measure");
  findings.check(!reading.unitless || (unit.code.empty() && unit.text.empty()), "what is written is not left out");
  const auto value = fhir::converted(Interval::point(Decimal(5, -1)), reading);
  findings.check(!value || is_sound(*value), "a value is sound");
  if (reading.unitless) return;
  // What stands there is a unit, at least one of the two.
  const auto known = [&](std::string_view text) {
    return !text.empty() && terminology().unit(reading.measure, text).has_value();
  };
  if (unit.ucum && !unit.code.empty()) findings.check(known(unit.code), "a UCUM code that counts is known");
}

/// Its units are those of `sofa`.
bool is_partial_score(Measure measure) { return rules::measure_info(measure).name.starts_with("sofa-"); }

}  // namespace

void run_unit(std::string_view input, Findings& findings) {
  const auto parts = parts_of(input);
  fhir::WrittenUnit unit;
  unit.code = part(parts, 0);
  unit.text = part(parts, 1);
  unit.ucum = part(parts, 2).find('u') != std::string_view::npos;
  unit.other_system = !unit.ucum && part(parts, 2).find('o') != std::string_view::npos;
  const bool is_unit = terminology().is_unit(unit.code);
  if (terminology().knows_unit(unit.code)) findings.check(is_unit, "a unit of the table is a unit");
  bool resolved = false;
  for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
    const auto measure = static_cast<Measure>(i);
    if (rules::measure_info(measure).derived_only || is_partial_score(measure)) continue;
    const auto conversion = terminology().unit(measure, unit.code);
    if (conversion) {
      check_factor(measure, unit.code, *conversion, findings);
      check_conversion(*conversion, findings);
    }
    // The many measures for which neither is a unit are all alike, and cost most of the time.
    const bool known = conversion || terminology().unit(measure, unit.text);
    if (known || !resolved) check_resolved(measure, unit, findings);
    resolved = true;
  }
}

}  // namespace coagwatch::fuzz

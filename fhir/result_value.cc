#include "fhir/result_value.h"

#include "fhir/d_dimer_flavour.h"
#include "fhir/reference_range.h"
#include "fhir/result_unit.h"
#include "fhir/unit_scale.h"
#include "fhir/units.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;

/// True if some value of the interval lies in the range and no finite end lies outside it.
bool lies_within(const Interval& value, Decimal lowest, Decimal highest) {
  const auto inside = [&](Decimal end) { return end >= lowest && end <= highest; };
  if (!value.low_unbounded && (!inside(value.low) || (value.low_open && value.low == highest))) return false;
  return value.high_unbounded || (inside(value.high) && !(value.high_open && value.high == lowest));
}

/// The greatest believable concentration of what is read as a multiple: TAT 2000 ug/L (clinical reference, table E).
/// The others have no limit of their own there, but the multiple's.
Decimal greatest_amount(Measure measure) { return Decimal(measure == Measure::tat_uln ? 2 : 1000, 3); }

/// Turns a mass into the multiple of its upper limit, own or the site's.
Check to_multiple(const ValueContext& context, ResultReading& reading) {
  if (!lies_within(reading.value, Decimal::of(0), greatest_amount(reading.measure))) {
    return dead(Reason::implausible_value, "value: outside what is possible for ");
  }
  const auto& of_site = context.site.upper_limits[rules::index(reading.measure)];
  const auto limit = reading.upper_limit ? reading.upper_limit : of_site;
  reading.upper_limit.reset();
  const auto multiple = limit && limit->sign() > 0 ? divided(reading.value, *limit) : std::nullopt;
  if (!multiple) {
    return ignored(Reason::no_value, "referenceRange: without an upper limit there is no multiple, for ");
  }
  reading.value = *multiple;
  return {};
}

/// Whether a value is exactly the end of what the site's assay measures. A D-dimer of unknown flavour may be in either.
bool is_end(const ResultReading& reading, const std::optional<Decimal>& end) {
  if (!end || !reading.value.is_point()) return false;
  if (reading.value.low == *end) return true;
  return (reading.flags & rules::kFlagMultipleOnly) != 0 &&
         rules::scaled(reading.value, Decimal::of(2)) == Interval::point(*end);
}

/// Makes a bound of a value that only says where the assay ends.
void open_at_ends(const rules::SiteProfile& site, ResultReading& reading) {
  const bool capped = is_end(reading, site.caps[rules::index(reading.measure)]);
  const bool floored = is_end(reading, site.floors[rules::index(reading.measure)]);
  if (!capped && !floored) return;
  const Decimal end = reading.value.low;
  reading.value = capped ? Interval::above(end, true) : Interval::below(end, true);
  reading.flags |= rules::kFlagSilentCap;
}

/// Brings a D-dimer to FEU where that can be told. The answer is the flavour's verdict, to be heard after plausibility.
Check apply_flavour(const FlavourReading& flavour, const std::optional<UpperLimit>& limit, ResultReading& reading) {
  // FEU; the limit is in the value's own flavour.
  const bool ddu = flavour.flavour == DDimerFlavour::ddu && !flavour.conflict;
  const Decimal usual_limit = ddu ? Decimal(25, -2) : Decimal(50, -2);
  const bool age_adjusted = limit && limit->for_above_fifty_years && limit->value > usual_limit;
  if (age_adjusted) reading.flags |= rules::kFlagAgeAdjustedLimit;
  if (flavour.conflict) return unusable(Reason::d_dimer_flavour, "FEU and DDU are both named");
  if (ddu) {
    reading.value = rules::scaled(reading.value, Decimal::of(2));
    reading.flags |= rules::kFlagDduConverted;
  } else if (flavour.flavour == DDimerFlavour::unknown) {
    if (!limit) {
      return unusable(Reason::d_dimer_flavour, "neither FEU nor DDU is named, and there is no own upper limit");
    }
    reading.flags |= rules::kFlagMultipleOnly;
  }
  return {};
}

}  // namespace

bool is_plausible(const Interval& value, Measure measure) {
  const rules::MeasureInfo& info = rules::measure_info(measure);
  return lies_within(value, info.plausible_low, info.plausible_high);
}

bool is_multiple_of_limit(Measure measure) {
  return measure == Measure::soluble_fibrin_uln || measure == Measure::tat_uln || measure == Measure::f12_uln;
}

ResultReading read_result(const ResultPart& part, const Concept& method, const CodeMeaning& meaning,
                          bool flavour_conflict, const ValueContext& context) {
  ResultReading reading;
  reading.measure = meaning.measure;
  const WrittenValue written = read_written_value(part, meaning, context);
  reading.problem = written.problem;
  if (reading.problem) return reading;

  const UnitReading unit = resolve_unit(context.terminology, meaning, written.unit);
  reading.measure = unit.measure;
  reading.problem = unit.problem;
  if (reading.problem) return reading;
  const auto value = converted(written.value, unit);
  if (!value) {
    reading.problem = dead(Reason::unknown_unit, "unit: missing, and the value lies on both sides of 1, for ");
    return reading;
  }
  reading.value = *value;

  FlavourReading flavour;
  if (reading.measure == Measure::d_dimer) {
    flavour = read_flavour(part, method, meaning, unit, flavour_conflict, context.site.d_dimer_flavour);
  }
  const auto limit = read_upper_limit(part, unit, flavour.flavour, context);
  if (limit) reading.upper_limit = limit->value;
  Check flavour_problem;
  if (reading.measure == Measure::d_dimer) {
    flavour_problem = apply_flavour(flavour, limit, reading);
  } else if (is_multiple_of_limit(reading.measure)) {
    reading.problem = to_multiple(context, reading);
    if (reading.problem) return reading;
  }
  open_at_ends(context.site, reading);
  if (!is_plausible(reading.value, reading.measure)) {
    reading.problem = dead(Reason::implausible_value, "value: outside what is possible for ");
    return reading;
  }
  if (too_few_cells(reading.value, reading.measure, unit.conversion)) {
    reading.problem = dead(Reason::implausible_value, "value: too small for a count in its unit, for ");
    return reading;
  }
  reading.problem = flavour_problem;
  reading.value_known = !flavour_problem;
  return reading;
}

}  // namespace coagwatch::fhir

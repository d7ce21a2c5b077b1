#include "fhir/result_value.h"

#include "fhir/d_dimer_flavour.h"
#include "fhir/quantity.h"
#include "fhir/reference_range.h"
#include "fhir/result_unit.h"
#include "fhir/unit_scale.h"
#include "fhir/units.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;

/// A value in the unit it was written in.
struct WrittenValue {
  Interval value;
  WrittenUnit unit;
  Check problem;
};

WrittenValue refused(const Verdict& verdict) { return {{}, {}, verdict}; }

int given_values(const ResultPart& o) {
  return (o.value_quantity.presence != Presence::absent ? 1 : 0) +
         (o.value_range.presence != Presence::absent ? 1 : 0) + (o.value_string.absent() ? 0 : 1) +
         (o.value_integer.absent() ? 0 : 1) + (o.value_boolean.absent() ? 0 : 1) +
         (o.value_concept != Presence::absent ? 1 : 0) + (o.value_other != Presence::absent ? 1 : 0);
}

WrittenValue from_quantity(const Quantity& quantity, std::uint32_t number_length) {
  if (quantity.presence == Presence::wrong_shape) {
    return refused(dead(Reason::invalid_value, "valueQuantity: expected an object"));
  }
  const NumberReading number = read_quantity(quantity, number_length);
  return {number.value, written_unit(quantity), number.problem};
}

bool same_unit(const WrittenUnit& a, const WrittenUnit& b) { return a.code == b.code && a.text == b.text; }
bool says_nothing(const WrittenUnit& unit) { return unit.code.empty() && unit.text.empty() && !unit.wrong_type; }

WrittenValue from_range(const Range& range, std::uint32_t number_length) {
  if (range.presence == Presence::wrong_shape || range.low.presence == Presence::wrong_shape ||
      range.high.presence == Presence::wrong_shape) {
    return refused(dead(Reason::invalid_value, "valueRange: expected an object with low and high"));
  }
  const bool has_low = !range.low.value.absent();
  const bool has_high = !range.high.value.absent();
  if (!has_low && !has_high) return refused(ignored(Reason::no_value, "valueRange: neither low nor high"));
  if (!range.low.comparator.absent() || !range.high.comparator.absent()) {
    return refused(dead(Reason::invalid_value, "valueRange: comparators are not allowed"));
  }
  WrittenValue written;
  written.value.low_unbounded = !has_low;
  written.value.high_unbounded = !has_high;
  if (has_low) {
    const NumberReading low = read_quantity(range.low, number_length);
    if (low.problem) return refused(*low.problem);
    written.value.low = low.value.low;
    written.value.low_open = low.value.low_open;
    written.unit = written_unit(range.low);
  }
  if (has_high) {
    const NumberReading high = read_quantity(range.high, number_length);
    if (high.problem) return refused(*high.problem);
    written.value.high = high.value.high;
    written.value.high_open = high.value.high_open;
    const WrittenUnit unit = written_unit(range.high);
    if (says_nothing(written.unit)) {
      written.unit = unit;
    } else if (!says_nothing(unit) && !same_unit(unit, written.unit)) {
      return refused(dead(Reason::unknown_unit, "valueRange: low and high in different units, for "));
    }
  }
  if (has_low && has_high && written.value.low > written.value.high) {
    return refused(dead(Reason::invalid_value, "valueRange: low is above high"));
  }
  return written;
}

WrittenValue from_text(const Scalar& scalar, Measure measure, const ValueContext& context) {
  if (!scalar.is_string()) return refused(dead(Reason::invalid_value, "valueString: expected a string"));
  const TextNumber number = read_text_number(scalar.text, context.number_length);
  if (!number.has_digit) return refused(ignored(Reason::no_value, "valueString: no number in it"));
  // Not every UCUM term: `(H)` marks a high value, and is not the henry.
  const bool has_unit = !number.rest.empty() && (context.terminology.knows_unit(number.rest) ||
                                                 context.terminology.unit(measure, number.rest).has_value());
  if (!number.parsed || (!number.rest.empty() && !has_unit)) {
    return refused(dead(Reason::invalid_value, "valueString: expected a number, a bound or a range"));
  }
  WrittenValue written;
  written.value = number.value;
  written.unit.text = number.rest;
  return written;
}

WrittenValue read_written(const ResultPart& o, Measure measure, const ValueContext& context) {
  const int given = given_values(o);
  if (given == 0) return refused(ignored(Reason::no_value, "value[x]: missing"));
  if (given > 1) return refused(dead(Reason::invalid_value, "value[x]: expected one only"));
  WrittenValue written;
  if (o.value_quantity.presence != Presence::absent) {
    written = from_quantity(o.value_quantity, context.number_length);
  } else if (o.value_range.presence != Presence::absent) {
    written = from_range(o.value_range, context.number_length);
  } else if (!o.value_string.absent()) {
    written = from_text(o.value_string, measure, context);
  } else if (!o.value_integer.absent()) {
    const NumberReading number = read_integer(o.value_integer, context.number_length);
    written = {number.value, {}, number.problem};
  } else {
    return refused(ignored(Reason::no_value, "value[x]: of a type without a number"));
  }
  if (!written.problem && o.data_absent_reason != Presence::absent) {
    return refused(dead(Reason::invalid_value, "value[x] and dataAbsentReason exclude each other"));
  }
  return written;
}

/// True if some value of the interval lies in the measure's plausible range and no finite end lies outside it.
bool is_plausible(const Interval& value, Measure measure) {
  const rules::MeasureInfo& info = rules::measure_info(measure);
  const auto inside = [&](Decimal end) { return end >= info.plausible_low && end <= info.plausible_high; };
  if (!value.low_unbounded && (!inside(value.low) || (value.low_open && value.low == info.plausible_high)))
    return false;
  return value.high_unbounded || (inside(value.high) && !(value.high_open && value.high == info.plausible_low));
}

bool is_multiple_of_limit(Measure measure) {
  return measure == Measure::soluble_fibrin_uln || measure == Measure::tat_uln || measure == Measure::f12_uln;
}

/// Turns a mass into the multiple of its upper limit, own or the site's.
Check to_multiple(const ValueContext& context, ResultReading& reading) {
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

/// Brings a D-dimer to FEU where that can be told. The answer is the flavour's verdict, to be heard after plausibility.
Check apply_flavour(const FlavourReading& flavour, const std::optional<UpperLimit>& limit, ResultReading& reading) {
  constexpr Decimal kUsualLimit{50, -2};
  const bool age_adjusted = limit && limit->for_above_fifty_years && limit->value > kUsualLimit;
  if (age_adjusted) reading.flags |= rules::kFlagAgeAdjustedLimit;
  if (flavour.conflict) return unusable(Reason::d_dimer_flavour, "FEU and DDU are both named");
  if (flavour.flavour == DDimerFlavour::ddu) {
    reading.value = rules::scaled(reading.value, Decimal::of(2));
    reading.flags |= rules::kFlagDduConverted;
  } else if (flavour.flavour == DDimerFlavour::unknown) {
    if (!limit || age_adjusted) {
      return unusable(Reason::d_dimer_flavour, "neither FEU nor DDU is named, and there is no own upper limit");
    }
    reading.flags |= rules::kFlagMultipleOnly;
  }
  return {};
}

}  // namespace

ResultReading read_result(const ResultPart& part, const Concept& method, const CodeMeaning& meaning,
                          bool flavour_conflict, const ValueContext& context) {
  ResultReading reading;
  reading.measure = meaning.measure;
  const WrittenValue written = read_written(part, meaning.measure, context);
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

  const auto limit = read_upper_limit(part, context.terminology, unit, context.number_length);
  if (limit) reading.upper_limit = limit->value;
  Check flavour_problem;
  if (reading.measure == Measure::d_dimer) {
    const FlavourReading flavour =
        read_flavour(part, method, meaning, unit, flavour_conflict, context.site.d_dimer_flavour);
    flavour_problem = apply_flavour(flavour, limit, reading);
  } else if (is_multiple_of_limit(reading.measure)) {
    reading.problem = to_multiple(context, reading);
    if (reading.problem) return reading;
  }
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

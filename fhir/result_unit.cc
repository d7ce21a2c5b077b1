#include "fhir/result_unit.h"

#include <algorithm>

#include "fhir/ascii.h"
#include "fhir/quantity.h"
#include "fhir/unit_claim.h"
#include "fhir/units.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;
using Conversion = Terminology::Conversion;

bool is_ucum(std::string_view system) {
  return system == "http://unitsofmeasure.org" || system == "http://unitsofmeasure.org/" ||
         system == "urn:oid:2.16.840.1.113883.6.8";
}

/// True if a code that cannot be read contradicts what the text says. In another system than UCUM `T1` is some number
/// and not the tesla; but `mmol/mL` means there too what it says.
bool contradicts(const Terminology& terminology, Measure measure, const WrittenUnit& unit, const Conversion& by_text) {
  if (unit.code.find('/') != std::string_view::npos) {
    return claim_of(terminology, measure, unit.code, by_text).kind == UnitClaim::Kind::other;
  }
  return unit.other_system ? terminology.knows_unit(unit.code) : terminology.is_unit(unit.code);
}

/// `INR`, `{INR}`: a ratio raised to the reagent's ISI, which an INR alone does not tell.
bool names_inr(std::string_view unit) {
  constexpr std::string_view kInr = "inr";
  const auto same = [](char a, char b) { return lower(a) == b; };
  return std::search(unit.begin(), unit.end(), kInr.begin(), kInr.end(), same) != unit.end();
}

/// Nothing, or the bare 10 that is left of a power of ten.
bool says_nothing(std::string_view unit) { return unit.empty() || unit == "10"; }

/// What is said where a unit cannot be read.
constexpr std::string_view kNotKnown = "unit: not known, for ";
constexpr std::string_view kContradiction = "unit: code and unit contradict each other, for ";

UnitReading refused(Measure measure, std::string_view why) {
  UnitReading reading;
  reading.measure = measure;
  reading.problem = dead(Reason::unknown_unit, why);
  return reading;
}

/// Resolves the unit for one measure; a problem if it is unknown for it or contradicts itself.
UnitReading resolve_for(const Terminology& terminology, Measure measure, const WrittenUnit& unit) {
  if (measure == Measure::pt_ratio && (names_inr(unit.code) || names_inr(unit.text)))
    return refused(measure, kNotKnown);
  const auto by_code = unit.code.empty() ? std::nullopt : terminology.unit(measure, unit.code);
  std::optional<Conversion> by_text;
  if (unit.text == unit.code) {
    by_text = by_code;
  } else if (!unit.text.empty()) {
    by_text = terminology.unit(measure, unit.text);
  }
  if (unit.ucum && !unit.code.empty() && !by_code) return refused(measure, kNotKnown);
  if (!by_code && !by_text) return refused(measure, kNotKnown);
  if (by_code && by_text && !same_scale(*by_code, *by_text)) return refused(measure, kContradiction);
  if (!by_text && !unit.text.empty()) {
    const UnitClaim claim = claim_of(terminology, measure, unit.text, *by_code);
    if (claim.kind == UnitClaim::Kind::other) return refused(measure, kContradiction);
    if (claim.kind == UnitClaim::Kind::same) by_text = claim.conversion;
  }
  if (!by_code && !unit.code.empty() && contradicts(terminology, measure, unit, *by_text))
    return refused(measure, kContradiction);

  UnitReading reading;
  reading.measure = measure;
  reading.conversion = by_code ? *by_code : *by_text;
  reading.flavour_conflict = (by_code && by_code->flavour_conflict) || (by_text && by_text->flavour_conflict);
  if (by_code && by_text) {
    const bool both = by_code->flavour != DDimerFlavour::unknown && by_text->flavour != DDimerFlavour::unknown;
    if (both && by_code->flavour != by_text->flavour) reading.flavour_conflict = true;
    if (by_code->flavour == DDimerFlavour::unknown) reading.conversion.flavour = by_text->flavour;
  }
  return reading;
}

/// FiO2 without a unit: above 1 it is per cent.
std::optional<Interval> oxygen_fraction(const Interval& value) {
  const Decimal one = Decimal::of(1);
  const bool low_percent = !value.low_unbounded && value.low > one;
  const bool high_percent = !value.high_unbounded && value.high > one;
  const bool low_fraction = !value.low_unbounded && !low_percent;
  const bool high_fraction = !value.high_unbounded && !high_percent;
  if ((low_percent || high_percent) && (low_fraction || high_fraction)) return std::nullopt;
  return low_percent || high_percent ? rules::scaled(value, Decimal(1, -2)) : value;
}

}  // namespace

WrittenUnit written_unit(const Quantity& quantity) {
  WrittenUnit unit;
  unit.code = trimmed(quantity.code.string());
  unit.text = trimmed(quantity.unit.string());
  const std::string_view system = quantity.system.string();
  unit.ucum = is_ucum(system);
  unit.other_system = !system.empty() && !unit.ucum;
  unit.wrong_type = (!quantity.code.absent() && !quantity.code.is_string()) ||
                    (!quantity.unit.absent() && !quantity.unit.is_string());
  return unit;
}

UnitReading resolve_unit(const Terminology& terminology, const CodeMeaning& meaning, const WrittenUnit& unit) {
  if (unit.wrong_type) return refused(meaning.measure, "unit and code: expected strings, for ");
  UnitReading reading;
  reading.measure = meaning.measure;
  if (meaning.unit && says_nothing(unit.code) && says_nothing(unit.text)) {
    reading.conversion = *meaning.unit;
    return reading;
  }
  if (unit.code.empty() && unit.text.empty()) {
    // Where the unit decides between two readings, none decides nothing.
    reading.unitless = may_lack_unit(meaning.measure) && !meaning.alternative;
    return reading.unitless ? reading : refused(meaning.measure, "unit: missing, for ");
  }
  reading = resolve_for(terminology, meaning.measure, unit);
  if (!reading.problem || !meaning.alternative) return reading;
  const UnitReading alternative = resolve_for(terminology, *meaning.alternative, unit);
  return alternative.problem ? reading : alternative;
}

std::optional<Interval> converted(const Interval& value, const UnitReading& unit) {
  if (unit.unitless && unit.measure == Measure::fio2) return oxygen_fraction(value);
  return converted(value, unit.conversion);
}

}  // namespace coagwatch::fhir

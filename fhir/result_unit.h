#pragma once

#include <string_view>

#include "fhir/observation.h"
#include "fhir/terminology.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// The unit of a result, resolved for one of the measures that its code may mean.
struct UnitReading {
  rules::Measure measure = rules::Measure::platelets;
  Terminology::Conversion conversion;
  bool unitless = false;          ///< nothing was said, and the measure may lack a unit
  bool flavour_conflict = false;  ///< FEU and DDU are both named
  Check problem;                  ///< unknown-unit
};

/// How a unit was written: a UCUM (or other) code, and a text for people.
struct WrittenUnit {
  std::string_view code;
  std::string_view text;
  bool ucum = false;          ///< the code's system is UCUM: then it must be one that we know
  bool other_system = false;  ///< the code's system is given, and is another
  bool wrong_type = false;    ///< something that is not a string stood there
};
WrittenUnit written_unit(const Quantity& quantity);

/// Resolves a unit; where there is none (or the bare `10`), that which the site's map gives to the code. Where the code
/// has two readings (PT activity or ratio), the unit decides. Code and text that contradict each other in dimension or
/// factor are an unknown unit, and so is a text that looks like a unit and cannot be read (unit_claim.h).
UnitReading resolve_unit(const Terminology& terminology, const CodeMeaning& meaning, const WrittenUnit& unit);

/// The value in the measure's canonical unit; nullopt if its scale cannot be told (FiO2 without unit, half of it above
/// 1).
std::optional<rules::Interval> converted(const rules::Interval& value, const UnitReading& unit);

}  // namespace coagwatch::fhir

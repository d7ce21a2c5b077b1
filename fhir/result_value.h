#pragma once

#include <cstdint>
#include <optional>

#include "fhir/observation.h"
#include "fhir/terminology.h"
#include "fhir/verdict.h"
#include "fhir/written_value.h"
#include "rules/patient/result.h"

namespace coagwatch::fhir {

/// Whether some value of the interval, and each finite end of it, is plausible for the measure (inclusive).
bool is_plausible(const rules::Interval& value, rules::Measure measure);
/// Whether what is scored is a multiple of the upper limit, and what is reported a concentration or the multiple.
bool is_multiple_of_limit(rules::Measure measure);

/// The value of a result in canonical unit.
struct ResultReading {
  rules::Measure measure = rules::Measure::platelets;  ///< as the unit decided, where the code has two readings
  rules::Interval value;
  bool value_known = false;
  std::optional<rules::Decimal> upper_limit;  ///< own; D-dimer in the flavour it was written in
  std::uint16_t flags = 0;                    ///< rules::ResultFlag bits about the value
  /// no-value, invalid-value, unknown-unit, implausible-value, d-dimer-flavour. A text that ends with `for ` is to be
  /// followed by the measure's name.
  Check problem;
};

/// Reads value[x], its unit, own upper limit, for D-dimer the flavour, the site's caps, and plausibility. `meaning` is
/// the code's, `flavour_conflict` says that its codings contradict each other; `method` is the Observation's.
ResultReading read_result(const ResultPart& part, const Concept& method, const CodeMeaning& meaning,
                          bool flavour_conflict, const ValueContext& context);

}  // namespace coagwatch::fhir

#pragma once

#include <optional>

#include "fhir/observation.h"
#include "fhir/result_unit.h"
#include "fhir/written_value.h"

namespace coagwatch::fhir {

/// The upper limit of normal that a result brings along.
struct UpperLimit {
  rules::Decimal value;                ///< canonical unit of the measure; D-dimer in the flavour it was written in
  bool for_above_fifty_years = false;  ///< the range's `age.low` is above 50 years: an age-adjusted cut-off
};

/// Picks the upper limit from a result's referenceRange: of a normal range (no type, or `normal`), in the range's own
/// unit, or the value's where it has none. `flavour` is that of a D-dimer, whoever says it: a range that names the
/// other one is none of this result's. Of what is scored as a multiple, a limit that no assay has, or that the range's
/// text contradicts, is none either. nullopt where there is none, or several that differ: none is guessed.
std::optional<UpperLimit> read_upper_limit(const ResultPart& part, const UnitReading& value_unit, DDimerFlavour flavour,
                                           const ValueContext& context);

}  // namespace coagwatch::fhir

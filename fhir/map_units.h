#pragma once

#include <vector>

#include "fhir/concept_map.h"
#include "fhir/units.h"

namespace coagwatch::fhir {

/// Looks up the units that a map gives to results without one, and notes their conversion in each meaning. Returns
/// every problem: one that is no unit of its measure, and two targets that a unit cannot tell apart, for it fits both.
std::vector<MapProblem> settle_units(const UnitTable& units, std::vector<MappedCode>& mapped);

}  // namespace coagwatch::fhir

#pragma once

#include "fhir/observation.h"

namespace coagwatch::fhir {

/// Whether one of the Observation's categories is the laboratory.
bool is_laboratory(const Observation& observation);

}  // namespace coagwatch::fhir

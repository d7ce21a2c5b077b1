#pragma once

#include "fhir/observation.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// What speaks against an Observation of FHIR STU3 or older, which is known by fields that R4 does not have. `lenient`
/// (`input.lenient-versions`): only what would change the meaning of its result, and that nobody could tell from R4's
/// fields.
Check check_old_version(const Observation& observation, bool lenient);

}  // namespace coagwatch::fhir

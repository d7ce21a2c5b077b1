#pragma once

#include "fhir/observation.h"
#include "fhir/verdict.h"
#include "rules/patient/result.h"

namespace coagwatch::fhir {

struct StatusReading {
  rules::ResultStatus status = rules::ResultStatus::final;
  Check problem;  ///< registered (ignored), status-unknown and preliminary (unusable), invalid-status
};
/// Observation.status of a result that is not taken back. `hold_preliminary`: what is preliminary is not to be scored.
StatusReading read_status(const Scalar& status, bool hold_preliminary);

/// `entered-in-error` and `cancelled` take back what was said.
bool is_retraction(const Scalar& status);

}  // namespace coagwatch::fhir

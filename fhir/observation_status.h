#pragma once

#include "fhir/observation.h"
#include "fhir/verdict.h"
#include "rules/result.h"

namespace coagwatch::fhir {

/// Observation.status of a result that is not taken back.
struct StatusReading {
  rules::ResultStatus status = rules::ResultStatus::final;
  Check problem;  ///< registered (ignored), status-unknown (unusable), invalid-status
};
StatusReading read_status(const Scalar& status);

/// `entered-in-error` and `cancelled` take back what was said.
bool is_retraction(const Scalar& status);

}  // namespace coagwatch::fhir

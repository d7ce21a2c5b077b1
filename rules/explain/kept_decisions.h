#pragma once

#include <vector>

#include "rules/explain/explanation.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::rules {

/// The decisions that a state keeps, in the order in which they were made.
std::vector<ExplainedDecision> kept_decisions(const PatientState& state);

/// The alert records of which it keeps decisions, in their order.
std::vector<ExplainedAlert> kept_alerts(const PatientState& state);

}  // namespace coagwatch::rules

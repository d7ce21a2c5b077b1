#pragma once

#include "rules/episodes/policy.h"
#include "rules/patient/patient_state.h"

// One patient under two keys that are kept in different places (partitions of a topic): what is recorded under one of
// them is copied to the place of the other, where it is adopted (merge.h).
namespace coagwatch::rules {

/// What is recorded of a patient at first hand: results, facts and what was taken back, and which tiers have
/// interrupted in a course that goes on. Nothing of episodes, alerts and timers: those are where he is scored.
PatientState copy_of(const AlertPolicy& policy, const WindowLimits& limits, const PatientState& state);

}  // namespace coagwatch::rules

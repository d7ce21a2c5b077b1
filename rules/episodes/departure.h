#pragma once

#include "rules/episodes/policy.h"
#include "rules/patient/patient_state.h"

// Who died or went home, and of whom nothing has come for long, is watched no more: his episodes close, which is no
// resolution, and his status goes.
namespace coagwatch::rules {

/// When the patient died, or his present stay in hospital ended without a result after it; none() while he is there.
/// A death whose time nobody said is one at the newest result.
Timestamp departed_at(const PatientState& state);

/// Notes when he is to leave: `policy.departure` after that; or `policy.retention` after anything was last heard or
/// told of him. `now` is the time of processing; none() where it is not known: then nothing changes.
void set_leave(const AlertPolicy& policy, PatientState& state, Timestamp now);

/// Forgets a patient but for his facts, who he is, and what was taken back: these may be all that tells what a later
/// result means.
void forget_results(PatientState& state);

}  // namespace coagwatch::rules

#pragma once

#include "rules/episodes/policy.h"
#include "rules/patient/patient_state.h"

// Who died or went home, and of whom nothing has come for long, is watched no more: his episodes close, which is no
// resolution, and his status goes.
namespace coagwatch::rules {

/// When the patient died, or his present stay in hospital ended without a result after it; none() while he is there.
/// A death whose time nobody said is one at the newest result.
Timestamp departed_at(const PatientState& state);

/// Whether a death is recorded, of whatever time.
bool is_deceased(const PatientState& state);

/// Notes when he is to leave: `policy.departure` after that, at once if he has left for it already; or else as
/// set_expiry() has it. To be called when anything came of him. `now` is the time of processing; none() where it is not
/// known: then nothing changes.
void set_leave(const AlertPolicy& policy, PatientState& state, Timestamp now);

/// When nothing was heard or told of him for `policy.retention`.
Timestamp expiry_of(const AlertPolicy& policy, const Attention& attention);

/// Notes that he is to leave `policy.retention` after anything was last heard or told of him. `now` as above.
void set_expiry(const AlertPolicy& policy, PatientState& state, Timestamp now);

/// Forgets a patient but for his facts, who he is, and what was taken back: these may be all that tells what a later
/// result means.
void forget_results(PatientState& state);

}  // namespace coagwatch::rules

#pragma once

#include "daemon/fold/bytes.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

// The list of evictions in a patient's changelog value (state_format.md).

void put_evictions(ByteWriter& out, const rules::PatientState& state);
/// Appends to `state.evictions`. False if that is no such list.
bool get_evictions(ByteReader& in, rules::PatientState& state);

}  // namespace coagwatch::daemon

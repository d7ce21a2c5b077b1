#pragma once

#include "daemon/fold/bytes.h"
#include "daemon/fold/state_primitives.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Writes the courses, episodes and what is kept about alerts of a patient (state_format.md).
void put_courses(ByteWriter& out, const rules::PatientState& state);
/// Reads them. False if they are corrupt. A decision of a later format whose words are not known is left out: it only
/// explains.
bool get_courses(ByteReader& in, const ValueHead& head, rules::PatientState& state);

}  // namespace coagwatch::daemon

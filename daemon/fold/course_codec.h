#pragma once

#include "daemon/fold/bytes.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Writes the courses, episodes and what is kept about alerts of a patient (state_format.md).
void put_courses(ByteWriter& out, const rules::PatientState& state);
/// Reads them. False if they are corrupt.
bool get_courses(ByteReader& in, rules::PatientState& state);

}  // namespace coagwatch::daemon

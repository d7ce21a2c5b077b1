#pragma once

#include "daemon/fold/bytes.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Appends what is said of copies of him (state_format.md).
void put_copies(ByteWriter& out, const rules::PatientState& state);
/// Reads that. False if it is not well-formed.
bool get_copies(ByteReader& in, rules::PatientState& state);

/// Appends who a patient is besides, and where he is (state_format.md).
void put_links(ByteWriter& out, const rules::PatientState& state);
/// Reads that. False if it is not well-formed.
bool get_links(ByteReader& in, rules::PatientState& state);

}  // namespace coagwatch::daemon

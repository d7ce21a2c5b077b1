#pragma once

#include "rules/patient/patient_state.h"

// One patient, under one key, in two places that know nothing of each other: records of his went astray
// (`coagwatch state repartition`).
namespace coagwatch::rules {

/// Makes one record of the two: results and facts of both, and all that was told by either. The next assessment, which
/// must be one that looks at everything, takes back what both together do not bear out.
///
/// Links, and as whom he is scored, stay those of `state`.
void join_patient(PatientState& state, const PatientState& from, const WindowLimits& limits);

}  // namespace coagwatch::rules

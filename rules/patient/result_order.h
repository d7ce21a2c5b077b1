#pragma once

#include "rules/patient/patient_state.h"

namespace coagwatch::rules {

/// Whether, of two results of one measure, `a` counts rather than `b`: collected later; at the same time by the
/// better method, then released later, then updated later, then arrived later (rule 1).
bool counts_over(const StoredResult& a, const StoredResult& b);

}  // namespace coagwatch::rules

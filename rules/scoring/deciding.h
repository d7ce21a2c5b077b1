#pragma once

#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Appends to `out.deciding`, which is empty, what could change the status: while it is indeterminate the measures and
/// facts of each open item, and auxiliary findings, of which, with some possible points of all others, some meet the
/// criterion and others do not. Besides, measures whose newest result is unusable.
/// REQUIRES: everything else in `out` is complete.
void list_deciding(const ValueTables& tables, CriterionScore& out);

}  // namespace coagwatch::rules

#pragma once

#include "rules/assessment.h"
#include "rules/current_values.h"

namespace coagwatch::rules {

/// Appends to `out.deciding`, which is empty, what could change the status: while it is indeterminate the measures and
/// facts of each open item of which, with some possible points of all others, some points reach `cut` and others do
/// not. Besides, measures whose newest result is unusable. REQUIRES: everything else in `out` is complete.
void list_deciding(const ValueTable& table, std::int16_t cut, CriterionScore& out);

}  // namespace coagwatch::rules

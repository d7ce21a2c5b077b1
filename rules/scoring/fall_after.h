#pragma once

#include "rules/criterion/criterion.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Whether the treatment was given within the time, and one of the counts is surely lower since than the last one
/// before the first of these treatments. False too where no count before it is kept any more (`limits.window`).
bool has_fallen_after(const FallAfter& rule, const ValueTable& table);

}  // namespace coagwatch::rules

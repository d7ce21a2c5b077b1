#pragma once

#include "rules/criterion/criterion.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Whether after one of the treatments within the time a count is surely lower than the last one before that
/// treatment. False too where no count before it is kept any more (`limits.window`).
bool has_fallen_after(const FallAfter& rule, const ValueTable& table);

}  // namespace coagwatch::rules

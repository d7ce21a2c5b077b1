#pragma once

#include <vector>

#include "rules/criterion/check.h"
#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// Checks whom a criterion is for: facts that it asks for and excludes at once, also by what follows from them, and
/// columns that are never in force.
void check_gate(const Criterion& criterion, std::vector<KeyedFinding>& out);

}  // namespace coagwatch::rules

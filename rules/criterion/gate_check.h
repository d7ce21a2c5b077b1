#pragma once

#include <vector>

#include "rules/criterion/check.h"
#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// Checks whom a criterion is for: facts that it asks for and excludes at once, also by what follows from them; what is
/// needed, scored or adjusted by facts that nobody has whom it lets in; signs and exceptions that always or never hold;
/// and columns that are never in force, or of one name.
void check_gate(const Criterion& criterion, std::vector<KeyedFinding>& out);

}  // namespace coagwatch::rules

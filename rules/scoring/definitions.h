#pragma once

#include "rules/criterion/criterion.h"
#include "rules/scoring/assessment.h"
#include "rules/values/fact.h"

namespace coagwatch::rules {

/// Whether a finding is there, exactly; unknown also without a value.
Tristate is_there(const AuxiliaryFinding& finding, const ValueTable& table);

/// Replaces the total of a criterion that defines a measure as the sum of all of its items by a reported value of it,
/// unless the sum is sure and more than 4 h newer. REQUIRES: `out.items`, `out.min` and `out.max` are complete.
void prefer_reported_total(const ValueTable& table, CriterionScore& out);

}  // namespace coagwatch::rules

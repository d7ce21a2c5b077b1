#pragma once

#include <vector>

#include "rules/explain/explanation.h"

namespace coagwatch::rules {

/// What each test that `score` calls deciding might show, and the score with it: the state is scored again with a
/// result in each band of the items that the test feeds, or with the fact yes and no. `tables` are those of the
/// assessment that `score` is from.
std::vector<DecidingTest> would_change(const RuleSet& rules, const PatientState& state, Timestamp at,
                                       const ValueTables& tables, const CriterionScore& score);

}  // namespace coagwatch::rules

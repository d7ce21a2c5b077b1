#pragma once

#include "rules/assessment.h"
#include "rules/criterion.h"
#include "rules/known_facts.h"
#include "rules/rule_set.h"

namespace coagwatch::rules {

/// Scores one criterion on values and facts of one clinical time. Every item is the interval of all points that are
/// possible, the total is the sum of them, and the status is what the total surely is. `out` is overwritten and keeps
/// its buffers.
void score_criterion(const Criterion& criterion, const ValueTable& table, const KnownFacts& facts, CriterionScore& out);

/// The status of one criterion at an earlier clinical time, on the results that are in force now. For re-evaluation
/// after a correction, not for every record.
Status status_at(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at);

}  // namespace coagwatch::rules

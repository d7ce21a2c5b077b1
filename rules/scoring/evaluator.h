#pragma once

#include <optional>

#include "rules/criterion/criterion.h"
#include "rules/patient/known_facts.h"
#include "rules/scoring/assessment.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// Scores one criterion on values and facts of one clinical time. Every item is the interval of all points that are
/// possible, the total is the sum of them, and the status is what the total surely is. `out` is overwritten and keeps
/// its buffers; `deciding` stays empty (deciding.h).
void score_criterion(const Criterion& criterion, const ValueTables& tables, const KnownFacts& facts,
                     CriterionScore& out);

/// Adds to `table` what a criterion that was scored on it defines (Item::sub_score, Criterion::defines), unless it was
/// reported and goes before.
void define_measures(const CriterionScore& score, ValueTable& table);

/// Scores one criterion at an earlier clinical time on the results that are in force now. `later_fall`, if there is
/// one, is a fall from the count of that time to a later one, and takes the place of the fall to it.
void score_as_of(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at,
                 const std::optional<Quantity>& later_fall, CriterionScore& out);

/// Whether one criterion is met at an earlier clinical time on the results that are in force now, or would be for some
/// values of those that the caps dropped. For re-evaluation after a correction, not for every record.
bool may_be_met_at(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at);

}  // namespace coagwatch::rules

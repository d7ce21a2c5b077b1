#pragma once

#include "rules/assessment.h"
#include "rules/criterion.h"
#include "rules/known_facts.h"

namespace coagwatch::rules {

/// The population column that is in force: criterion.column if any of its facts is yes, else nullptr, the general
/// population. Leukaemia in remission stays in its column (decisions.md 7).
const Column* active_column(const Criterion& criterion, const KnownFacts& facts);

/// Whether the criterion is for this patient (decisions.md 7).
///
/// Excluded: a child or newborn in an adult criterion; any excluding fact, where leukaemia excludes only while not in
/// remission; the first required fact explicitly `no` with none of the others yes.
///
/// Confirmed: not excluded, and all is known that chooses the population: a required fact is yes; the facts of a
/// column (one yes, or all no); those of adjustments in the general column; and for an adult criterion the age
/// (`child: no`). Excluding facts exclude by being yes; unknown they do not keep the gate unconfirmed.
///
/// None: the criterion asks nothing.
Gate gate_of(const Criterion& criterion, const KnownFacts& facts);

}  // namespace coagwatch::rules

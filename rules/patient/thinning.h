#pragma once

#include "rules/patient/window.h"

namespace coagwatch::rules {

/// Drops one result of those of a measure, and remembers that (evictions.h).
///
/// Unusable results of more than 24 h before the measure's newest usable one go first; then of the others of that age,
/// then of all, the one whose two neighbours in time are nearest to each other, of equal ones the oldest. So bursts
/// thin out before single results, and what may still count stays longest. The newest usable result never goes. As long
/// as anything else is left, the highest platelet counts of the 24 h before it stay, which the fall is measured from,
/// and likewise what counted at the onset of each episode: without it a later correction would take a true alert back.
/// Pure. REQUIRES: at least two results.
void drop_one(PatientState& state, ResultRange range);

}  // namespace coagwatch::rules

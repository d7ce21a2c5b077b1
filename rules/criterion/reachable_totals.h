#pragma once

#include <set>
#include <vector>

#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

using Totals = std::set<int>;

/// All sums that these items can give. Items that are scored by bands of one and the same value are looked at together:
/// 2 points below 50 and 1 point from 100 of another item are no 3 points.
Totals totals_of(const std::vector<const Item*>& items);

/// All totals that a population can have, adjustments and cap included.
Totals totals_of(const Criterion& criterion, const ScoringTable& table);

}  // namespace coagwatch::rules

#pragma once

#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Fills `out.set` from how the measure of Item::trend changed against the value before; leaves it empty where that is
/// not known.
void score_trend(const Item& item, const ValueTable& table, ItemScore& out);

}  // namespace coagwatch::rules

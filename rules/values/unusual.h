#pragma once

#include "rules/values/interval.h"
#include "rules/values/measure.h"

namespace coagwatch::rules {

/// True if a reported value is possible, but so rare that it should be confirmed before it is relied on: a platelet
/// count below 10 may be a clot or clumps. It is scored as it stands. A bound is unusual if all of it is. Canonical
/// unit; clinical reference, table E, column "flag". Thread-safe.
bool is_unusual(Measure measure, const Interval& value);

}  // namespace coagwatch::rules

#pragma once

#include <cstddef>
#include <vector>

#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// The values of a measure at which the points of a criterion change, ascending, in the measure's own unit: of a
/// D-dimer also multiples of the site's upper limit, of a prothrombin time in seconds also prolongations and ratios,
/// where the site says what they are counted from. Of the general population's table.
std::vector<double> cut_offs(const rules::Criterion& criterion, rules::Measure measure, const rules::SiteProfile& site);

}  // namespace coagwatch::daemon

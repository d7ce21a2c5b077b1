#pragma once

#include "daemon/fold/partition_fold.h"
#include "fhir/terminology.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::simulation {

/// The criteria that are part of the program, a site that says what they need, and fold settings over them. Made
/// once for the whole test run; immutable.
const daemon::FoldSettings& fold_settings();

}  // namespace coagwatch::simulation

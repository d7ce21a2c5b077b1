#pragma once

#include "daemon/fold/partition_fold.h"
#include "fhir/terminology.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::simulation {

/// The criteria that are part of the program, a site that says what they need, and fold settings over them. Made
/// once for the whole run; immutable. Throws std::runtime_error on a criterion that does not load.
const daemon::FoldSettings& fold_settings();
/// The same of folds behind a router stage.
const daemon::FoldSettings& routed_fold_settings();

/// Leaves out all criteria but two, one of single values and one with a trend: nine tenths of the time of a run go
/// into scores, of which the engine sees nothing. REQUIRES: fold_settings() was not called yet.
void keep_two_criteria();

}  // namespace coagwatch::simulation

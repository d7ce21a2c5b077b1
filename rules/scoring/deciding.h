#pragma once

#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Lists in each score's `deciding` what could change its status: while it is indeterminate the measures and facts of
/// each open item, and auxiliary findings, of which, with some possible points of all others, some meet the criterion
/// and others do not. Besides, measures whose newest result is unusable. It takes a third of the time of scoring, and
/// only who shows a score to people needs it. Does nothing where it is done.
void list_deciding(Assessment& assessment);

}  // namespace coagwatch::rules

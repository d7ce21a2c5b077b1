#pragma once

#include "rules/episodes/publication.h"
#include "rules/episodes/tiers.h"

namespace coagwatch::rules {

/// How loud an onset is in its tier: interruptive, unless a rule makes it quieter, which `made.quiet` then names.
/// `plan` has what the record tells before it. REQUIRES: `made.score` and `made.late` are right. Pure.
Priority onset_priority(const Occasion& occasion, const AlertPlan& plan, Tier tier, EpisodeEvent& made);

}  // namespace coagwatch::rules

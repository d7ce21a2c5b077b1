#pragma once

#include "rules/episodes/publication.h"
#include "rules/episodes/tiers.h"

namespace coagwatch::rules {

/// How loud an onset is in its tier: interruptive, unless a rule makes it quieter, which `made.quiet` then names.
/// `plan` has what the record tells before it. REQUIRES: `made.score` and `made.late` are right. Pure.
Priority onset_priority(const Occasion& occasion, const AlertPlan& plan, Tier tier, EpisodeEvent& made);

/// How long ago an evaluation at `at` was when it became known. Where only its date is known the release tells.
Duration age_of(const Occasion& occasion, Timestamp at);

}  // namespace coagwatch::rules

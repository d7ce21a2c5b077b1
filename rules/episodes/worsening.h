#pragma once

#include <cstddef>

#include "rules/episodes/publication.h"
#include "rules/episodes/told_evaluations.h"

namespace coagwatch::rules {

/// An evaluation that is worse than all that was told of its episode.
struct Worse {
  Timestamp at = Timestamp::none();
  Cause cause = Cause::none;  ///< `points` or `extreme`; `none`: there is none
};

/// The evaluation that what has come belongs to, if it is worse, or else the newest. Where a result was corrected only
/// the newest: the others are amended.
Worse find_worse(const Occasion& occasion, ToldEvaluations& told, const Episode& episode, std::size_t score);

}  // namespace coagwatch::rules

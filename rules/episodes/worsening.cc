#include "rules/episodes/worsening.h"

#include "rules/episodes/reading.h"

namespace coagwatch::rules {
namespace {

Cause why_worse(const AlertPolicy& policy, const Episode& episode, const Assessment& then, std::size_t score_index) {
  const CriterionScore& score = then.scores[score_index];
  if (score.status != Status::met) return Cause::none;
  if (score.min >= episode.told_min + policy.worsening) return Cause::points;
  const std::uint8_t extremes = extremes_of(policy, then, *score.criterion);
  return (extremes & ~unsigned{episode.told_extremes}) != 0 ? Cause::extreme : Cause::none;
}

}  // namespace

Worse find_worse(const Occasion& occasion, ToldEvaluations& told, const Episode& episode, std::size_t score) {
  const Timestamp late = occasion.earliest;
  const bool in_it = late > occasion.state.frozen_at && late >= episode.onset && late < occasion.assessment.at;
  if (late.known() && in_it && !occasion.correction) {
    const Worse then{late, why_worse(occasion.policy, episode, told.assessment_at(late), score)};
    if (then.cause != Cause::none) return then;
  }
  return {occasion.assessment.at, why_worse(occasion.policy, episode, occasion.assessment, score)};
}

}  // namespace coagwatch::rules

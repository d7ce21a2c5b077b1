#include "rules/episodes/told_evaluations.h"

#include <algorithm>

#include "rules/episodes/alert_gate.h"
#include "rules/episodes/evidence.h"
#include "rules/episodes/reading.h"

namespace coagwatch::rules {

void ToldEvaluations::note(Episode& episode, std::size_t score, Timestamp at, std::uint8_t extremes) {
  const std::uint64_t evidence = evidence_at(score, at);
  std::erase_if(episode.told, [at](const Told& told) { return told.at == at; });
  if (episode.told.size() == kMaxTold) episode.told.erase(episode.told.begin() + 1);
  episode.told.push_back({at, evidence});
  episode.told_min = std::max(episode.told_min, episode.peak);
  episode.told_extremes |= extremes;
}

bool ToldEvaluations::has(const Episode& episode, Timestamp at) {
  return std::ranges::find(episode.told, at, &Told::at) != episode.told.end();
}

std::vector<Timestamp> ToldEvaluations::changed(Episode& episode, std::size_t score, Timestamp at) {
  std::vector<Timestamp> changed;
  if (!o_.correction) return changed;
  bool any = false;
  for (Told& told : episode.told) {
    if (told.at <= o_.state.frozen_at) continue;
    const std::uint64_t evidence = evidence_at(score, told.at);
    if (evidence == told.evidence) continue;
    told.evidence = evidence;
    any = true;
    if (told.at != at) changed.push_back(told.at);
  }
  if (any) review(episode, score);
  return changed;
}

void ToldEvaluations::review(Episode& episode, std::size_t score) {
  const bool all = episode.told.size() < kMaxTold &&
                   std::ranges::all_of(episode.told, [&](const Told& told) { return told.at > o_.state.frozen_at; });
  if (!all) return;
  std::int16_t most = 0;
  unsigned extremes = 0;
  for (const Told& told : episode.told) {
    const Assessment& then = assessment_at(told.at);
    most = std::max(most, then.scores[score].min);
    extremes |= extremes_of(o_.policy, then, o_.rules.criteria[score]);
  }
  episode.told_min = most;
  episode.told_extremes = static_cast<std::uint8_t>(extremes);
}

bool ToldEvaluations::lack_gate(const Episode& episode, std::size_t score) {
  bool any = false;
  for (const Told& told : episode.told) {
    if (told.at <= o_.state.frozen_at) continue;
    if (alert_gate(assessment_at(told.at), score) == Gate::confirmed) return false;
    any = true;
  }
  return any;
}

void ToldEvaluations::follow(Episode& episode, std::size_t score) {
  for (Told& told : episode.told) {
    if (told.at >= o_.earliest && told.at > o_.state.frozen_at) told.evidence = evidence_at(score, told.at);
  }
}

const Assessment& ToldEvaluations::assessment_at(Timestamp at) {
  if (at == o_.assessment.at) return o_.assessment;
  if (!past_ || past_->at != at) assess(o_.rules, o_.state, at, past_.emplace());
  return *past_;
}

std::uint64_t ToldEvaluations::evidence_at(std::size_t score, Timestamp at) {
  const Assessment& then = assessment_at(at);
  return evidence_of(then, then.scores[score]);
}

}  // namespace coagwatch::rules

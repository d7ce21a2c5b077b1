#include "rules/episodes/told_evaluations.h"

#include <algorithm>

#include "rules/episodes/evidence.h"

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
  for (Told& told : episode.told) {
    if (told.at <= o_.state.frozen_at) continue;
    const std::uint64_t evidence = evidence_at(score, told.at);
    if (evidence == told.evidence) continue;
    told.evidence = evidence;
    if (told.at != at) changed.push_back(told.at);
  }
  return changed;
}

void ToldEvaluations::follow(Episode& episode, std::size_t score) {
  for (Told& told : episode.told) {
    if (told.at >= o_.earliest && told.at > o_.state.frozen_at) told.evidence = evidence_at(score, told.at);
  }
}

std::uint64_t ToldEvaluations::evidence_at(std::size_t score, Timestamp at) {
  if (at == o_.assessment.at) return evidence_of(o_.assessment, o_.assessment.scores[score]);
  if (!past_ || past_->at != at) assess(o_.rules, o_.state, at, past_.emplace());
  return evidence_of(*past_, past_->scores[score]);
}

}  // namespace coagwatch::rules

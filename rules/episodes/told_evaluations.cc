#include "rules/episodes/told_evaluations.h"

#include <algorithm>

#include "rules/episodes/alert_gate.h"
#include "rules/episodes/evidence.h"
#include "rules/episodes/reading.h"

namespace coagwatch::rules {

namespace {

void keep(Episode& episode, const Told& told) {
  if (episode.told.size() == kMaxTold) episode.told.erase(episode.told.begin() + 1);
  episode.told.push_back(told);
}

}  // namespace

void ToldEvaluations::note(Episode& episode, std::size_t score, Timestamp at) {
  const auto known = std::ranges::find(episode.told, at, &Told::at);
  const bool corrected = known != episode.told.end() && known->corrected;
  if (known != episode.told.end()) episode.told.erase(known);
  const Assessment& then = assessment_at(at);
  const std::int16_t min = then.scores[score].min;
  keep(episode, {at, evidence_at(score, at), min, corrected, false});
  episode.told_min = std::max(episode.told_min, min);
  episode.told_extremes |= extremes_of(o_.policy, then, o_.rules.criteria[score]);
}

void ToldEvaluations::note_reminder(Episode& episode, std::size_t score, Timestamp at) {
  if (std::ranges::find(episode.told, at, &Told::at) != episode.told.end()) return;
  keep(episode, {at, evidence_at(score, at), assessment_at(at).scores[score].min, false, true});
}

bool ToldEvaluations::has(const Episode& episode, Timestamp at) {
  return std::ranges::any_of(episode.told, [at](const Told& told) { return told.at == at && !told.by_reminder; });
}

std::vector<Timestamp> ToldEvaluations::changed(Episode& episode, std::size_t score) {
  std::vector<Timestamp> changed;
  if (!o_.correction) return changed;
  for (Told& told : episode.told) {
    if (told.at <= o_.state.frozen_at) continue;
    const std::uint64_t evidence = evidence_at(score, told.at);
    if (evidence == told.evidence) continue;
    told.evidence = evidence;
    told.min = assessment_at(told.at).scores[score].min;
    told.corrected = true;
    changed.push_back(told.at);
  }
  if (!changed.empty()) review(episode, score);
  return changed;
}

void ToldEvaluations::review(Episode& episode, std::size_t score) {
  const bool all = episode.told.size() < kMaxTold &&
                   std::ranges::all_of(episode.told, [&](const Told& told) { return told.at > o_.state.frozen_at; });
  if (!all) return;
  std::int16_t most = 0;
  unsigned extremes = 0;
  for (const Told& told : episode.told) {
    if (told.by_reminder) continue;
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
    if (told.at < o_.earliest || told.at <= o_.state.frozen_at) continue;
    told.evidence = evidence_at(score, told.at);
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

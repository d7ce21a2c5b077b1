#include "rules/episodes/episode.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "rules/episodes/retro_credit.h"
#include "rules/episodes/tiers.h"
#include "rules/scoring/evaluator.h"

namespace coagwatch::rules {
namespace {

bool marked(const Episode& episode, EpisodeMark mark) { return (episode.marks & mark) != 0; }

void mark(Episode& episode, EpisodeMark which) { episode.marks = static_cast<std::uint8_t>(episode.marks | which); }

std::vector<Episode>::iterator place_of(PatientState& state, const std::string& criterion) {
  return std::ranges::lower_bound(state.episodes, criterion, {}, &Episode::criterion);
}

Episode* episode_of(PatientState& state, const std::string& criterion) {
  const auto it = place_of(state, criterion);
  return it != state.episodes.end() && it->criterion == criterion ? &*it : nullptr;
}

// Surely below the cut; where there are grades, surely the lowest.
bool below(const CriterionScore& score) {
  return score.status == Status::not_met && !score.worse && (score.table->grades.empty() || score.grade_high == 0);
}

// Whether the criterion is met at any evaluation in force from the onset to `last`. The onset is one of them also
// where the results that it stood on are older: it is the clinical time at which they were known. An episode older
// than the window counts as met, since its results may have been dropped; so does what dropped results may have met.
bool met_since_onset(const RuleSet& rules, const Criterion& criterion, const PatientState& state,
                     const Episode& episode, Timestamp last, Timestamp at) {
  if (at - episode.onset > WindowLimits{}.window) return true;
  std::vector<Timestamp> times;
  if (episode.onset <= last) times.push_back(episode.onset);
  for (const StoredResult& stored : state.results) {
    const LabResult& lab = stored.lab;
    if (lab.unusable != Unusable::none || !criterion.scores[index(lab.measure)]) continue;
    if (lab.at >= episode.onset && lab.at <= last) times.push_back(lab.at);
  }
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return std::ranges::any_of(times, [&](Timestamp time) { return may_be_met_at(rules, criterion, state, time); });
}

std::bitset<kMeasureCount> vital_signs() {
  std::bitset<kMeasureCount> result;
  for (std::size_t i = 0; i < kMeasureCount; ++i) result[i] = measure_info(static_cast<Measure>(i)).vital_sign;
  return result;
}

// One assessment, and what brought it about.
struct Evaluation {
  const RuleSet& rules;
  const PatientState& state;
  Timestamp at;
  bool correction = false;
  Timestamp earliest;
};

// What the evaluation does to one criterion's episode. `by_laboratory`: not by vital signs alone.
std::optional<AlertKind> next_step(const Evaluation& evaluation, const Episode* episode, const CriterionScore& score,
                                   bool by_laboratory) {
  const auto& [rules, state, at, correction, earliest] = evaluation;
  const bool met = score.status == Status::met;
  if (episode == nullptr || !is_running(*episode)) {
    if (met) return AlertKind::onset;
    if (episode == nullptr || episode->state != EpisodeState::closed || !correction) return std::nullopt;
    const bool stands = met_since_onset(rules, *score.criterion, state, *episode, episode->since, at);
    return stands ? std::nullopt : std::optional(AlertKind::retraction);
  }
  if (met) return std::nullopt;
  if (correction && !met_since_onset(rules, *score.criterion, state, *episode, at, at)) return AlertKind::retraction;
  if (score.gate == Gate::excluded) return AlertKind::closure;
  return below(score) && by_laboratory ? std::optional(AlertKind::resolution) : std::nullopt;
}

void begin(const RuleSet& rules, const PatientState& state, const CriterionScore& score, Timestamp at,
           Episode& episode) {
  ++episode.number;
  episode.state = EpisodeState::open;
  episode.onset = at;
  episode.since = at;
  episode.peak = score.min;
  episode.marks &= kTierSpent;
  episode.retro_since = find_retro_since(rules, *score.criterion, state, {at, Timestamp::none()});
}

void end(Episode& episode, AlertKind kind, Timestamp at) {
  episode.state = kind == AlertKind::retraction ? EpisodeState::retracted : EpisodeState::closed;
  episode.since = at;
  if (kind == AlertKind::retraction) episode.retro_since = Timestamp::none();
}

// A published episode that runs, or ended so short ago that an onset at `at` belongs to the same course.
bool same_course(const AlertPolicy& policy, const Episode& episode, Timestamp at) {
  if (!marked(episode, kEpisodePublished)) return false;
  if (is_running(episode)) return true;
  return episode.state == EpisodeState::closed && at - episode.since <= policy.course_gap;
}

bool tier_spent(const AlertPolicy& policy, const PatientState& state, Tier tier) {
  return std::ranges::any_of(state.episodes, [&](const Episode& episode) {
    return marked(episode, kTierSpent) && tier_of(policy, episode.criterion) == tier;
  });
}

Priority onset_priority(const AlertPolicy& policy, const PatientState& state, const CriterionScore& score, Tier tier,
                        const KnownFacts& facts) {
  const bool quiet =
      score.gate == Gate::unconfirmed &&
      std::ranges::find(policy.passive_unconfirmed, score.criterion->id) != policy.passive_unconfirmed.end();
  if (quiet || facts.yes(Fact::dic_recorded) || tier_spent(policy, state, tier)) return Priority::passive;
  return Priority::interruptive;
}

// Decides what is published of what happened, how loudly, and in which order.
class Publication {
 public:
  Publication(const RuleSet& rules, const AlertPolicy& policy, PatientState& state, const Assessment& assessment,
              const std::vector<bool>& by_rules)
      : policy_(policy),
        state_(state),
        assessment_(assessment),
        by_rules_(by_rules),
        facts_(state, rules.site, assessment.at) {}

  void publish(std::vector<EpisodeEvent>& events) {
    std::ranges::sort(events, {}, [this](const EpisodeEvent& event) { return order(event); });
    std::size_t kept = 0;
    for (EpisodeEvent& event : events) {
      if (admit(event)) events[kept++] = event;
    }
    events.resize(kept);
  }

 private:
  Standing standing(const EpisodeEvent& event) const {
    return standing_of(policy_, assessment_.scores[event.score].criterion->id, facts_);
  }

  std::tuple<bool, std::size_t, std::size_t> order(const EpisodeEvent& event) const {
    return {event.kind != AlertKind::retraction, standing(event).rank, event.score};
  }

  bool admit(EpisodeEvent& event) {
    Episode& episode = state_.episodes[event.episode];
    const bool quiet = !by_rules_.empty() && by_rules_[event.score];
    if (event.kind == AlertKind::onset) {
      const Tier tier = standing(event).tier;
      if (tier == Tier::none) return false;
      if (!quiet) event.priority = onset_priority(policy_, state_, assessment_.scores[event.score], tier, facts_);
      mark(episode, kEpisodePublished);
      if (event.priority == Priority::interruptive) {
        mark(episode, kEpisodeInterruptive);
        mark(episode, kTierSpent);
      }
    } else {
      if (!marked(episode, kEpisodePublished)) return false;
      const bool loud = event.kind == AlertKind::retraction && marked(episode, kEpisodeInterruptive) && !quiet;
      event.priority = loud ? Priority::interruptive : Priority::passive;
    }
    ++episode.sequence;
    return true;
  }

  const AlertPolicy& policy_;
  PatientState& state_;
  const Assessment& assessment_;
  const std::vector<bool>& by_rules_;
  KnownFacts facts_;
};

// How a criterion was evaluated: not at all, by vital signs or facts alone, or by a laboratory measure too.
enum class Touch : std::uint8_t { none, light, laboratory };

template <typename Touched>
void advance(const Evaluation& evaluation, const AlertPolicy& policy, PatientState& state, const Assessment& assessment,
             const Touched& touched, std::vector<EpisodeEvent>& events, const std::vector<bool>& by_rules) {
  events.clear();
  const Timestamp at = assessment.at;
  bool onset = false;
  for (std::size_t i = 0; i < assessment.scores.size(); ++i) {
    const CriterionScore& score = assessment.scores[i];
    const Touch touch = touched(i);
    if (touch == Touch::none) continue;
    Episode* episode = episode_of(state, score.criterion->id);
    if (episode != nullptr && is_running(*episode)) episode->peak = std::max(episode->peak, score.min);
    const auto kind = next_step(evaluation, episode, score, touch == Touch::laboratory);
    const bool stands = episode != nullptr && episode->state != EpisodeState::retracted;
    if (stands && kind != AlertKind::onset && (evaluation.correction || evaluation.earliest <= episode->onset)) {
      review_retro_since(evaluation.rules, *score.criterion, state, at, *episode);
    }
    if (!kind) continue;
    onset = onset || *kind == AlertKind::onset;
    events.push_back({*kind, Priority::passive, i, 0});
  }
  if (events.empty()) return;

  if (onset &&
      std::ranges::none_of(state.episodes, [&](const Episode& episode) { return same_course(policy, episode, at); })) {
    for (Episode& episode : state.episodes) episode.marks &= static_cast<std::uint8_t>(~kTierSpent);
  }
  for (const EpisodeEvent& event : events) {
    const CriterionScore& score = assessment.scores[event.score];
    const std::string& id = score.criterion->id;
    if (episode_of(state, id) == nullptr) state.episodes.emplace(place_of(state, id))->criterion = id;
    Episode& episode = *episode_of(state, id);
    if (event.kind == AlertKind::onset) {
      begin(evaluation.rules, state, score, at, episode);
    } else {
      end(episode, event.kind, at);
    }
    // What was taken back has alarmed nobody rightly: the next onset interrupts again.
    if (event.kind == AlertKind::retraction) episode.marks &= static_cast<std::uint8_t>(~kTierSpent);
  }
  for (EpisodeEvent& event : events) {
    event.episode = static_cast<std::size_t>(place_of(state, assessment.scores[event.score].criterion->id) -
                                             state.episodes.begin());
  }
  Publication(evaluation.rules, policy, state, assessment, by_rules).publish(events);
}

}  // namespace

void close_episodes(PatientState& state, const Assessment& assessment, std::vector<EpisodeEvent>& events) {
  events.clear();
  for (std::size_t i = 0; i < assessment.scores.size(); ++i) {
    Episode* episode = episode_of(state, assessment.scores[i].criterion->id);
    if (episode == nullptr || !is_running(*episode)) continue;
    end(*episode, AlertKind::closure, assessment.at);
    if (!marked(*episode, kEpisodePublished)) continue;
    ++episode->sequence;
    const auto at = static_cast<std::size_t>(episode - state.episodes.data());
    events.push_back({AlertKind::closure, Priority::passive, i, at});
  }
}

void mark_changed_scores(const Assessment& before, const Assessment& after, std::vector<bool>& by_facts) {
  by_facts.resize(after.scores.size());
  for (std::size_t i = 0; i < after.scores.size(); ++i) {
    const CriterionScore& was = before.scores[i];
    const CriterionScore& is = after.scores[i];
    const bool same = was.gate == is.gate && was.status == is.status && was.min == is.min && was.max == is.max &&
                      was.column == is.column;
    if (!same) by_facts[i] = true;
  }
}

void advance_episodes(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                      const Assessment& assessment, const std::bitset<kMeasureCount>& changed, bool correction,
                      std::vector<EpisodeEvent>& events, const std::vector<bool>& by_facts,
                      const std::vector<bool>& by_rules, Timestamp earliest) {
  static const std::bitset<kMeasureCount> kVitalSigns = vital_signs();
  const bool facts = std::ranges::find(by_facts, true) != by_facts.end();
  const auto touched = [&](std::size_t i) {
    const auto evaluated = assessment.scores[i].criterion->scores & changed;
    if ((evaluated & ~kVitalSigns).any()) return Touch::laboratory;
    return evaluated.any() || (facts && by_facts[i]) ? Touch::light : Touch::none;
  };
  advance({rules, state, assessment.at, correction || facts, earliest}, policy, state, assessment, touched, events,
          by_rules);
}

}  // namespace coagwatch::rules

#include "rules/episodes/episode.h"

#include <algorithm>

#include "rules/episodes/decisions.h"
#include "rules/episodes/departure.h"
#include "rules/episodes/notices.h"

namespace coagwatch::rules {
namespace {

/// Closes the episodes on record that run.
void close_all(const Occasion& occasion, Cause cause, Timestamp at, AlertPlan& plan) {
  PatientState& state = occasion.state;
  for (std::size_t i = 0; i < state.episodes.size(); ++i) {
    Episode& episode = state.episodes[i];
    const auto found = std::ranges::find(occasion.rules.criteria, episode.criterion, &Criterion::id);
    if (!is_running(episode) || found == occasion.rules.criteria.end()) continue;
    episode.state = EpisodeState::closed;
    episode.since = std::max({at, episode.onset, occasion.assessment.at});
    if ((episode.marks & kEpisodePublished) == 0) continue;
    EpisodeEvent event;
    event.kind = AlertKind::closure;
    event.cause = cause;
    event.score = static_cast<std::size_t>(found - occasion.rules.criteria.begin());
    event.episode = i;
    event.at = occasion.assessment.at;
    plan.events.push_back(std::move(event));
  }
  state.attention.notices = {};
  state.attention.reminder = Timestamp::none();
}

/// Nothing that came before opens an episode again: the courses end and are frozen. Who comes back is in another
/// course, with people who have not been told.
void end_courses(PatientState& state, Timestamp at) {
  for (CriterionCourse& course : state.courses) {
    Course& current = course.current;
    if (is_running(current)) {
      current.ended = at;
      current.ended_by = EndedBy::departure;
    }
    current.stage = Stage::none;
    current.since = Timestamp::none();
    course.frozen = course.base = current;
    course.marks &= static_cast<std::uint8_t>(~unsigned{kTierSpent});
  }
  state.frozen_at = std::max({state.frozen_at, state.folded_at, at});
  state.last_frozen = std::max(state.last_frozen, state.folded_at);
}

}  // namespace

void EpisodeEngine::advance(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                            const Assessment& assessment, const Happening& happening, AlertPlan& plan) {
  plan.clear();
  if (happening.new_rules) Timeline::keep_judgements(state);
  const TimelineResult& timeline = timeline_.fold(rules, policy, state, assessment, happening.earliest);
  record_episodes(rules, state, timeline, happening.correction, happening.earliest, differences_);
  const Occasion occasion{rules,
                          policy,
                          state,
                          assessment,
                          happening.now,
                          happening.correction,
                          happening.by_rules,
                          happening.earliest,
                          happening.changed};
  publish_differences(occasion, differences_, plan);
  set_notices(occasion, plan);
  set_leave(policy, state, happening.now);
  for (CriterionCourse& course : state.courses) course.marks &= static_cast<std::uint8_t>(~unsigned{kCarried});
  complete_plan(occasion, plan);
  remember_decisions(rules, plan, state);
}

void EpisodeEngine::run_timers(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                               const Assessment& assessment, Timestamp now, AlertPlan& plan) {
  plan.clear();
  const std::vector<bool> by_rules;
  const Occasion occasion{rules, policy, state, assessment, now, false, by_rules};
  Attention& attention = state.attention;
  const Timestamp departed = departed_at(state);
  if (attention.leave.known() && attention.leave <= now && !departed.known() && now < expiry_of(policy, attention)) {
    // He is in another stay, of which no result has said anything yet.
    attention.leave = expiry_of(policy, attention);
  }
  if (attention.leave.known() && attention.leave <= now) {
    const bool again = attention.left < departed || now < expiry_of(policy, attention);
    plan.leave = departed.known() && again ? Leave::departed : Leave::expired;
    close_all(occasion, Cause::departed, departed, plan);
    end_courses(state, std::max(departed, state.at));
    if (departed.known()) attention.left = departed;
    set_expiry(policy, state, now);
  } else {
    rules::run_timers(occasion, plan);
  }
  complete_plan(occasion, plan);
  remember_decisions(rules, plan, state);
}

void EpisodeEngine::close(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                          const Assessment& assessment, Cause cause, AlertPlan& plan) {
  plan.clear();
  const std::vector<bool> by_rules;
  const Occasion occasion{rules, policy, state, assessment, assessment.at, false, by_rules};
  close_all(occasion, cause, assessment.at, plan);
  complete_plan(occasion, plan);
  remember_decisions(rules, plan, state);
}

}  // namespace coagwatch::rules

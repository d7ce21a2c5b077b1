// The order, the loudness and the numbers of what one record publishes.

#include <algorithm>
#include <tuple>

#include "rules/episodes/publication.h"
#include "rules/episodes/tiers.h"

namespace coagwatch::rules {
namespace {

void mark(Episode& episode, EpisodeMark which) { episode.marks = static_cast<std::uint8_t>(episode.marks | which); }

/// Retractions first, then by tier and precedence.
void put_in_order(const Occasion& occasion, std::vector<EpisodeEvent>& events) {
  const KnownFacts& facts = occasion.assessment.facts;
  std::ranges::stable_sort(events, {}, [&](const EpisodeEvent& event) {
    const std::size_t rank = standing_of(occasion.policy, occasion.rules.criteria[event.score].id, facts).rank;
    return std::tuple(event.kind != AlertKind::retraction, rank, event.score);
  });
}

/// What belongs to an alert that was as loud already is passive; a retraction, a gate that is lost and a
/// reminder stay as they are.
void bundle(const Occasion& occasion, AlertPlan& plan) {
  Attention& attention = occasion.state.attention;
  Timestamp at = Timestamp::none();
  Priority loudest = Priority::passive;
  bool retracts = false;
  for (const EpisodeEvent& event : plan.events) {
    at = std::max(at, event.at);
    retracts = retracts || event.kind == AlertKind::retraction;
  }
  const bool same = attention.group.known() && at.known() &&
                    std::max(attention.group, at) - std::min(attention.group, at) <= occasion.policy.bundle;
  for (EpisodeEvent& event : plan.events) {
    const bool stands_alone = event.kind == AlertKind::retraction || event.kind == AlertKind::re_evaluation_due ||
                              event.cause == Cause::gate_lost;
    const bool quiet =
        same && !stands_alone && event.priority != Priority::passive && event.priority <= attention.group_priority;
    if (quiet) {
      event.priority = Priority::passive;
      event.quiet = Quiet::bundled;
    }
    loudest = std::max(loudest, event.priority);
  }
  if (!same) {
    attention.group = at;
    ++attention.group_number;
    attention.group_priority = Priority::passive;
  }
  plan.priority = loudest;
  plan.group = attention.group;
  plan.group_number = attention.group_number;
  // A reminder is no news of what comes after it.
  const bool reminds = std::ranges::all_of(
      plan.events, [](const EpisodeEvent& event) { return event.kind == AlertKind::re_evaluation_due; });
  if (!reminds) attention.group_priority = std::max(attention.group_priority, loudest);
  // What comes after it may be the right one.
  if (retracts) attention.group = Timestamp::none();
}

}  // namespace

void complete_plan(const Occasion& occasion, AlertPlan& plan) {
  if (plan.events.empty()) return;
  put_in_order(occasion, plan.events);
  bundle(occasion, plan);
  for (EpisodeEvent& event : plan.events) {
    const std::string& id = occasion.rules.criteria[event.score].id;
    auto& courses = occasion.state.courses;
    auto place = std::ranges::lower_bound(courses, id, {}, &CriterionCourse::criterion);
    if (place == courses.end() || place->criterion != id) {
      place = courses.emplace(place);
      place->criterion = id;
    }
    event.sequence = ++place->sequence;
    if (event.kind == AlertKind::onset && event.priority == Priority::interruptive) place->marks |= kTierSpent;
    if (!event.episode) continue;
    Episode& episode = occasion.state.episodes[*event.episode];
    if (event.priority == Priority::interruptive) mark(episode, kEpisodeInterruptive);
    if (event.priority == Priority::task) mark(episode, kEpisodeTask);
  }
  occasion.state.attention.alerted = occasion.now;
}

}  // namespace coagwatch::rules

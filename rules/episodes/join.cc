#include "rules/episodes/join.h"

#include <algorithm>

#include "rules/patient/merge.h"

namespace coagwatch::rules {
namespace {

/// What was counted of a criterion so far. No alert record may be written under a number that the other one has used.
void join_course(PatientState& state, const CriterionCourse& from) {
  auto place = std::ranges::lower_bound(state.courses, from.criterion, {}, &CriterionCourse::criterion);
  if (place == state.courses.end() || place->criterion != from.criterion) {
    place = state.courses.insert(place, CriterionCourse{});
    place->criterion = from.criterion;
  }
  place->number += from.number;
  place->sequence = std::max(place->sequence, from.sequence);
  place->marks |= from.marks;
}

/// The other one's episodes, numbered after those that are there.
void join_episodes(PatientState& state, const PatientState& from) {
  for (const Episode& each : from.episodes) {
    Episode episode = each;
    const auto course = std::ranges::lower_bound(state.courses, each.criterion, {}, &CriterionCourse::criterion);
    if (course != state.courses.end() && course->criterion == each.criterion) episode.number += course->number;
    const auto place = std::ranges::upper_bound(state.episodes, episode, [](const Episode& a, const Episode& b) {
      return a.criterion != b.criterion ? a.criterion < b.criterion : a.number < b.number;
    });
    state.episodes.insert(place, std::move(episode));
  }
}

}  // namespace

void join_patient(PatientState& state, const PatientState& from, const WindowLimits& limits) {
  join(state, from, limits);
  join_episodes(state, from);
  for (const CriterionCourse& course : from.courses) join_course(state, course);
  state.clock = std::max(state.clock, from.clock);
  state.attention.group_number = std::max(state.attention.group_number, from.attention.group_number);
  state.attention.alerted = std::max(state.attention.alerted, from.attention.alerted);
  state.attention.seen = std::max(state.attention.seen, from.attention.seen);
}

}  // namespace coagwatch::rules

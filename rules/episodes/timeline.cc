#include "rules/episodes/timeline.h"

#include <algorithm>

namespace coagwatch::rules {
namespace {

/// Finds the courses of criteria that are asked for in the order of their ids, as a rule set has them.
class CourseWalk {
 public:
  explicit CourseWalk(PatientState& state) : courses_(state.courses) {}
  /// Null if there is none. Valid until one is made.
  CriterionCourse* find(const std::string& criterion) {
    while (place_ < courses_.size() && courses_[place_].criterion < criterion) ++place_;
    return place_ < courses_.size() && courses_[place_].criterion == criterion ? &courses_[place_] : nullptr;
  }
  /// The first one of the criterion that was asked for last, and is not there.
  CriterionCourse& make(const std::string& criterion) {
    CriterionCourse& made = *courses_.emplace(courses_.begin() + static_cast<std::ptrdiff_t>(place_));
    made.criterion = criterion;
    return made;
  }

 private:
  std::vector<CriterionCourse>& courses_;
  std::size_t place_ = 0;
};

bool is_blank(const CriterionCourse& course) {
  return course.frozen == Course{} && course.base == Course{} && course.current == Course{};
}

bool is_on_record(const PatientState& state, const std::string& criterion, Timestamp at) {
  return std::ranges::any_of(state.episodes, [&](const Episode& episode) {
    if (episode.criterion != criterion || episode.onset > at) return false;
    if (is_running(episode)) return true;
    return episode.state == EpisodeState::closed && at <= episode.since;
  });
}

/// Whether an episode on record began then, by results that a cap may have dropped since.
bool is_dropped_onset(const PatientState& state, Timestamp at) {
  return !state.evictions.empty() && std::ranges::any_of(state.episodes, [&](const Episode& episode) {
    return episode.state != EpisodeState::retracted && episode.onset == at;
  });
}

/// Collection times of usable results after `after` and not after `last`, ascending.
void list_times(const PatientState& state, Timestamp after, Timestamp last, std::vector<Timestamp>& times) {
  times.clear();
  for (const StoredResult& stored : state.results) {
    const LabResult& lab = stored.lab;
    if (lab.unusable == Unusable::none && lab.at > after && lab.at <= last) times.push_back(lab.at);
  }
  if (!state.evictions.empty()) {
    for (const Episode& episode : state.episodes) {
      const bool counts = episode.state != EpisodeState::retracted;
      if (counts && episode.onset > after && episode.onset <= last) times.push_back(episode.onset);
    }
  }
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
}

}  // namespace

struct Timeline::Run {
  const RuleSet& rules;
  const AlertPolicy& policy;
  PatientState& state;
};

Touched touched_at(const PatientState& state, Timestamp at, Timestamp before) {
  Touched touched;
  for (const StoredResult& stored : state.results) {
    if (stored.lab.at == at && stored.lab.unusable == Unusable::none) touched.measures.set(index(stored.lab.measure));
  }
  const auto between = [&](Timestamp time) { return time.known() && time > before && time <= at; };
  // Before the first collection time nothing was evaluated, so that no fact can have changed anything.
  if (before.known()) {
    for (const StoredFact& fact : state.facts) {
      if (between(fact.start) || between(fact.end)) touched.changed |= implied_by(fact.fact);
    }
  }
  if (is_dropped_onset(state, at)) touched.changed.set();
  return touched;
}

const TimelineResult& Timeline::fold(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                                     const Assessment& latest, Timestamp earliest) {
  const Run run{rules, policy, state};
  result_.spans.clear();
  result_.folded.assign(rules.criteria.size(), false);
  const bool ahead = state.at > state.folded_at;
  if (ahead) freeze(run);
  const bool first = !state.folded_at.known();
  // What lies behind the frozen edge, which a departure moves on, is no evaluation any more.
  const bool late = state.at.known() && state.at <= state.frozen_at;
  const bool alone = first ? earliest == state.at : earliest > state.folded_at;
  if (earliest.known() && state.at.known() && !late &&
      (ahead ? alone : state.at == state.folded_at && earliest == state.at)) {
    fold_on(run, latest);
  } else {
    fold_again(run);
  }
  std::ranges::sort(result_.spans, [](const Span& a, const Span& b) {
    return a.score != b.score ? a.score < b.score : a.course.onset < b.course.onset;
  });
  return result_;
}

void Timeline::keep_judgements(PatientState& state) {
  if (!state.before_folded.known() || state.before_folded <= state.frozen_at) return;
  for (CriterionCourse& course : state.courses) course.frozen = course.base;
  state.frozen_at = state.last_frozen = state.before_folded;
}

/// Moves the frozen courses on, before a newer collection time comes in.
void Timeline::freeze(const Run& run) {
  PatientState& state = run.state;
  const Timestamp edge = state.at - kRefold;
  if (!state.folded_at.known() || edge <= state.frozen_at) return;
  list_times(state, state.frozen_at, edge, times_);
  // Older than that an evaluation may have lost some of the 48 h that it looks back.
  const bool gone = !times_.empty() && times_.front() < state.folded_at - kRefold;
  if (state.folded_at <= edge || gone) {
    for (CriterionCourse& course : state.courses) course.frozen = course.current;
    state.frozen_at = gone ? state.folded_at : edge;
    state.last_frozen = state.folded_at;
    return;
  }
  Timestamp before = state.last_frozen;
  if (!times_.empty()) state.last_frozen = times_.back();
  // Who has no course had nothing at any of these times.
  if (std::ranges::all_of(state.courses, is_blank)) times_.clear();
  for (const Timestamp time : times_) {
    assess(run.rules, state, time, scratch_);
    const Touched touched = touched_at(state, time, before);
    CourseWalk courses(state);
    for (std::size_t i = 0; i < run.rules.criteria.size(); ++i) {
      CriterionCourse* course = courses.find(run.rules.criteria[i].id);
      if (course == nullptr || !is_evaluated(run.rules.criteria[i], touched)) continue;
      Touched here = touched;
      here.recorded = is_on_record(state, course->criterion, time);
      advance_course(run.policy, state, scratch_, i, here, course->frozen);
    }
    before = time;
  }
  state.frozen_at = edge;
}

/// The newest collection time alone is new, or changed.
void Timeline::fold_on(const Run& run, const Assessment& latest) {
  PatientState& state = run.state;
  const bool again = state.at == state.folded_at;
  for (CriterionCourse& course : state.courses) {
    if (again) {
      course.current = course.base;
    } else {
      course.base = course.current;
    }
  }
  if (!again) {
    state.before_folded = state.folded_at;
    state.folded_at = state.at;
  }
  result_.from = state.before_folded;
  if (again) {
    CourseWalk courses(state);
    for (std::size_t i = 0; i < run.rules.criteria.size(); ++i) {
      result_.folded[i] = courses.find(run.rules.criteria[i].id) != nullptr;
    }
  }
  step(run, latest, state.before_folded);
  report_folded(run);
}

void Timeline::fold_again(const Run& run) {
  PatientState& state = run.state;
  for (CriterionCourse& course : state.courses) course.base = course.current = course.frozen;
  result_.from = state.frozen_at;
  result_.folded.assign(run.rules.criteria.size(), true);
  list_times(state, state.frozen_at, state.at, times_);
  Timestamp before = state.last_frozen;
  for (std::size_t i = 0; i < times_.size(); ++i) {
    if (i + 1 == times_.size()) {
      for (CriterionCourse& course : state.courses) course.base = course.current;
    }
    assess(run.rules, state, times_[i], scratch_);
    step(run, scratch_, before);
    before = times_[i];
  }
  state.folded_at = times_.empty() ? state.frozen_at : times_.back();
  state.before_folded = times_.size() > 1 ? times_[times_.size() - 2] : state.last_frozen;
  report_folded(run);
}

/// Moves `current` of every criterion that is evaluated on. An episode that another one follows is reported.
void Timeline::step(const Run& run, const Assessment& assessment, Timestamp before) {
  PatientState& state = run.state;
  const Touched touched = touched_at(state, assessment.at, before);
  CourseWalk courses(state);
  for (std::size_t i = 0; i < run.rules.criteria.size(); ++i) {
    const Criterion& criterion = run.rules.criteria[i];
    if (!is_evaluated(criterion, touched)) continue;
    result_.folded[i] = true;
    CriterionCourse* known = courses.find(criterion.id);
    Touched here = touched;
    here.recorded = assessment.scores[i].may_be_met && is_on_record(state, criterion.id, assessment.at);
    Course next = known != nullptr ? known->current : Course{};
    const Timestamp onset = next.onset;
    const Course was = next;
    advance_course(run.policy, state, assessment, i, here, next);
    if (onset.known() && next.onset != onset) report(i, was);
    if (known != nullptr) {
      known->current = next;
    } else if (next != Course{}) {
      courses.make(criterion.id).current = next;
    }
  }
}

/// Reports the courses of the criteria that were folded, as they stand.
void Timeline::report_folded(const Run& run) {
  CourseWalk courses(run.state);
  for (std::size_t i = 0; i < run.rules.criteria.size(); ++i) {
    const CriterionCourse* course = result_.folded[i] ? courses.find(run.rules.criteria[i].id) : nullptr;
    if (course != nullptr) report(i, course->current);
  }
}

void Timeline::report(std::size_t score, const Course& course) {
  if (course.onset.known()) result_.spans.push_back({score, course});
}

}  // namespace coagwatch::rules

#include "rules/episodes/reading.h"

#include <algorithm>
#include <array>

namespace coagwatch::rules {
namespace {

constexpr Duration kLookBack = Duration::hours(72);

constexpr std::array kClotting = {Measure::pt_seconds,        Measure::pt_ratio, Measure::inr,
                                  Measure::pt_activity,       Measure::fdp,      Measure::d_dimer,
                                  Measure::soluble_fibrin_uln};

/// Whether results of a laboratory give the item points, and not what is seen at the bedside.
bool is_measured_in_laboratory(const Item& item) {
  return std::ranges::any_of(item.sources,
                             [](const Source& source) { return laboratory_measures()[index(source.measure)]; });
}

/// When the newest laboratory result of a panel was collected.
Timestamp panel_time(const CriterionScore& score) {
  Timestamp newest = Timestamp::none();
  for (const ItemScore& item : score.items) {
    if (is_measured_in_laboratory(*item.item)) newest = std::max(newest, item.at);
  }
  return newest;
}

/// Surely below the cut; where there are grades, surely the lowest.
bool is_below(const CriterionScore& score) {
  return score.status == Status::not_met && !score.worse && (score.table->grades.empty() || score.grade_high == 0);
}

/// Items that give points lie within `apart` of the newest of them.
bool belong_together(const CriterionScore& score, Duration apart) {
  Timestamp newest = Timestamp::none();
  Timestamp oldest = Timestamp::none();
  for (const ItemScore& item : score.items) {
    if (!item.by || !item.at.known() || item.min <= item.item->min_points) continue;
    newest = std::max(newest, item.at);
    oldest = oldest.known() ? std::min(oldest, item.at) : item.at;
  }
  return !newest.known() || newest - oldest <= apart;
}

/// A result that counts, collected after `since`.
bool is_new(const Assessment& assessment, Measure measure, Timestamp since) {
  const StoredResult* result = assessment.current[index(measure)];
  return result != nullptr && result->lab.at > since;
}

/// The evaluation has a platelet count and a PT or fibrin marker of its own, as far as the criterion scores them.
bool has_own_panel(const Assessment& assessment, const Criterion& criterion, const Course& course) {
  const Timestamp since = course.stage == Stage::resolving ? std::max(course.since, course.last_met) : course.last_met;
  if (criterion.scores[index(Measure::platelets)] && !is_new(assessment, Measure::platelets, since)) return false;
  bool scored = false;
  for (const Measure measure : kClotting) {
    if (!criterion.scores[index(measure)]) continue;
    if (is_new(assessment, measure, since)) return true;
    scored = true;
  }
  return !scored;
}

/// The last usable result of a measure collected at or before `at` and after `from`.
const LabResult* value_before(const PatientState& state, Measure measure, Timestamp from, Timestamp at) {
  const LabResult* found = nullptr;
  for (const StoredResult& stored : state.results) {
    const LabResult& lab = stored.lab;
    if (lab.measure != measure || lab.unusable != Unusable::none || lab.at > at || lab.at <= from) continue;
    if (found == nullptr || lab.at >= found->at) found = &lab;
  }
  return found;
}

/// What a product corrects, and which way is better.
struct Correction {
  Fact product;
  Measure measure;
  bool rises;
};
constexpr std::array kCorrections = {
    Correction{Fact::platelet_transfusion, Measure::platelets, true},
    Correction{Fact::plasma_transfusion, Measure::pt_seconds, false},
    Correction{Fact::plasma_transfusion, Measure::pt_ratio, false},
    Correction{Fact::plasma_transfusion, Measure::inr, false},
    Correction{Fact::plasma_transfusion, Measure::pt_activity, true},
    Correction{Fact::plasma_transfusion, Measure::fibrinogen, true},
    Correction{Fact::fibrinogen_concentrate, Measure::fibrinogen, true},
    Correction{Fact::antithrombin_concentrate, Measure::antithrombin, true},
};

/// Whether a value may be better than the one before; it may where there is none before.
bool may_be_better(const LabResult& now, const LabResult* before, bool rises) {
  if (before == nullptr) return true;
  const Interval& low = rises ? before->value : now.value;
  const Interval& high = rises ? now.value : before->value;
  // Better: `high` above `low`. Surely not where the most of one is at most the least of the other.
  if (high.high_unbounded || low.low_unbounded) return true;
  return high.high > low.low;
}

/// A value that counts here improved within the span after a product that improves it by itself.
bool improved_by_product(const AlertPolicy& policy, const PatientState& state, const Assessment& assessment,
                         const Criterion& criterion) {
  for (const StoredFact& fact : state.facts) {
    if (fact.value != Tristate::yes || !fact.start.known()) continue;
    for (const Correction& correction : kCorrections) {
      if (fact.fact != correction.product || !criterion.scores[index(correction.measure)]) continue;
      const StoredResult* value = assessment.current[index(correction.measure)];
      if (value == nullptr || value->lab.at < fact.start) continue;
      const Timestamp given = fact.end.known() ? std::max(fact.start, std::min(fact.end, value->lab.at)) : fact.start;
      if (value->lab.at - given > policy.transfusion) continue;
      // Further back the window may have lost some: there nothing is known.
      const LabResult* before =
          value_before(state, correction.measure, assessment.at - kLookBack, fact.start - Duration{1});
      if (may_be_better(value->lab, before, correction.rises)) {
        return true;
      }
    }
  }
  return false;
}

Unproven why_unproven(const AlertPolicy& policy, const PatientState& state, const Assessment& assessment,
                      const Criterion& criterion, const Course& course, bool by_laboratory) {
  if (!by_laboratory) return Unproven::not_new;
  if (!has_own_panel(assessment, criterion, course)) return Unproven::no_panel;
  return improved_by_product(policy, state, assessment, criterion) ? Unproven::transfusion : Unproven::nothing;
}

}  // namespace

bool is_evaluated(const Criterion& criterion, const Touched& touched) {
  return touched.changed.any() || (criterion.scores & touched.measures).any();
}

Reading read_score(const AlertPolicy& policy, const PatientState& state, const Assessment& assessment,
                   std::size_t score_index, const Course& course, const Touched& touched, Unproven* unproven) {
  const CriterionScore& score = assessment.scores[score_index];
  const Criterion& criterion = *score.criterion;
  if (score.gate == Gate::excluded) return Reading::excluded;
  const auto evaluated = criterion.scores & touched.measures;
  const bool by_laboratory = (evaluated & laboratory_measures()).any();
  if (score.status == Status::met) {
    if (!by_laboratory && (touched.changed & criterion.asks).none()) {
      const bool yet = course.stage == Stage::watched && assessment.at - course.since >= policy.vital_signs;
      if (!yet) return Reading::met_by_vitals;
      return belong_together(score, policy.apart) ? Reading::met_by_vitals_yet : Reading::met_apart;
    }
    return belong_together(score, policy.apart) ? Reading::met : Reading::met_apart;
  }
  if (score.may_be_met && touched.recorded) return Reading::met;
  if (!is_below(score)) return Reading::between;
  if (is_running(course)) {
    const Unproven why = why_unproven(policy, state, assessment, criterion, course, by_laboratory);
    if (unproven != nullptr) *unproven = why;
    if (why != Unproven::nothing) return Reading::below_unproven;
  }
  const bool again = course.stage == Stage::resolving && assessment.at - course.since >= policy.confirmation;
  return again ? Reading::below_again : Reading::below;
}

std::uint8_t extremes_of(const AlertPolicy& policy, const Assessment& assessment, const Criterion& criterion) {
  const auto surely_at_most = [&](Measure measure, std::int64_t limit, bool inclusive) {
    if (!criterion.scores[index(measure)] || !assessment.present[index(measure)]) return false;
    const Interval& value = assessment.values[index(measure)].value;
    if (value.high_unbounded) return false;
    const Decimal cut = Decimal::of(limit);
    return value.high < cut || (value.high == cut && (inclusive || value.high_open));
  };
  unsigned extremes = 0;
  if (surely_at_most(Measure::platelets, 50, false)) extremes |= kPlateletsBelow50;
  if (surely_at_most(Measure::platelets, 30, true)) extremes |= kPlateletsAtMost30;
  if (surely_at_most(Measure::fibrinogen, 1, false)) extremes |= kFibrinogenBelow1;
  for (const CriterionScore& score : assessment.scores) {
    if (score.criterion->id == policy.grouped && score.group == 4) extremes |= kGroup4;
  }
  return static_cast<std::uint8_t>(extremes);
}

bool is_full_panel(const AlertPolicy& policy, const CriterionScore& score) {
  Timestamp newest = Timestamp::none();
  for (const ItemScore& item : score.items) newest = std::max(newest, item.at);
  return std::ranges::all_of(score.items, [&](const ItemScore& item) {
    if (!is_measured_in_laboratory(*item.item)) return true;
    if (item.min != item.max) return false;
    return !item.by || !item.at.known() || newest - item.at <= policy.apart;
  });
}

void advance_course(const AlertPolicy& policy, const PatientState& state, const Assessment& assessment,
                    std::size_t score_index, const Touched& touched, Course& course) {
  const CriterionScore& score = assessment.scores[score_index];
  const Reading reading = read_score(policy, state, assessment, score_index, course, touched);
  const auto [next, move] = transition(course.stage, reading);
  const Timestamp at = assessment.at;
  if (move == Move::begin) {
    const bool relapse =
        course.ended.known() && course.ended_by == EndedBy::confirmation && at - course.ended <= policy.relapse;
    if (relapse) {
      course.reopened = at;
    } else {
      course = Course{};
      course.onset = at;
      course.peak = score.min;
    }
    course.ended = Timestamp::none();
    course.ended_by = EndedBy::nothing;
  } else if (move == Move::end || move == Move::end_excluded) {
    course.ended = at;
    course.ended_by = move == Move::end ? EndedBy::confirmation : EndedBy::exclusion;
  }
  if (course.stage != next || move == Move::begin) course.since = next == Stage::none ? Timestamp::none() : at;
  course.stage = next;
  if (!is_running(course)) return;
  course.peak = std::max(course.peak, score.min);
  course.extremes |= extremes_of(policy, assessment, *score.criterion);
  const bool met = reading == Reading::met || reading == Reading::met_apart || reading == Reading::met_by_vitals ||
                   reading == Reading::met_by_vitals_yet;
  if (met) course.last_met = at;
  if (is_full_panel(policy, score)) course.panel = panel_time(score);
}

}  // namespace coagwatch::rules

#include "rules/episodes/retro_credit.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "rules/patient/result_order.h"
#include "rules/patient/window.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/derived_values.h"
#include "rules/scoring/evaluator.h"

namespace coagwatch::rules {
namespace {

using Counts = std::vector<const StoredResult*>;

/// The platelet counts collected from `first` to `last`, in the order of time; of several of one time the one that
/// counts.
Counts counts_between(const PatientState& state, Timestamp first, Timestamp last) {
  Counts counts;
  const ResultRange range = results_of(state, Measure::platelets);
  for (std::size_t i = range.first; i < range.last; ++i) {
    const StoredResult& stored = state.results[i];
    if (stored.lab.unusable != Unusable::none || stored.lab.at < first || stored.lab.at > last) continue;
    if (counts.empty() || counts.back()->lab.at != stored.lab.at) {
      counts.push_back(&stored);
    } else if (counts_over(stored, *counts.back())) {
      counts.back() = &stored;
    }
  }
  return counts;
}

/// Lowers `lowest`, the lowest count so far, by one more: it is at most the least high and at least the least low of
/// all.
void lower(Interval& lowest, const Interval& count) {
  if (!count.high_unbounded) {
    if (lowest.high_unbounded || count.high < lowest.high) {
      lowest.high = count.high;
      lowest.high_open = count.high_open;
      lowest.high_unbounded = false;
    } else if (count.high == lowest.high) {
      lowest.high_open = lowest.high_open || count.high_open;
    }
  }
  if (lowest.low_unbounded) return;
  if (count.low_unbounded) {
    lowest.low = Decimal{};
    lowest.low_open = false;
    lowest.low_unbounded = true;
  } else if (count.low < lowest.low) {
    lowest.low = count.low;
    lowest.low_open = count.low_open;
  } else if (count.low == lowest.low) {
    lowest.low_open = lowest.low_open && count.low_open;
  }
}

/// The greatest fall from the count in force at `at` to one collected after that and within `span` of the count. From a
/// count of none there is no fall.
std::optional<Quantity> fall_after(const Counts& counts, Timestamp at, Duration span) {
  const StoredResult* from = nullptr;
  std::optional<Interval> lowest;
  for (const StoredResult* count : counts) {
    if (count->lab.at <= at) {
      from = count;
    } else if (from != nullptr && count->lab.at - from->lab.at <= span) {
      if (!lowest) lowest = count->lab.value;
      lower(*lowest, count->lab.value);
    }
  }
  if (!lowest) return std::nullopt;
  const Interval& base = from->lab.value;
  if (!base.high_unbounded && base.high.sign() <= 0) return std::nullopt;
  return Quantity{*lowest, base, Quantity::Form::fall};
}

/// When something was collected in [first, last) that the criterion scores, in order.
std::vector<Timestamp> evaluations_between(const Criterion& criterion, const PatientState& state, Timestamp first,
                                           Timestamp last) {
  std::vector<Timestamp> times;
  for (const StoredResult& stored : state.results) {
    const LabResult& lab = stored.lab;
    if (lab.unusable != Unusable::none || lab.at < first || lab.at >= last) continue;
    if (criterion.scores[index(lab.measure)]) times.push_back(lab.at);
  }
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

/// Whether an item of the table is scored by the platelet fall.
bool scores_platelet_fall(const ScoringTable& table) {
  const auto is_fall = [](const Source& source) { return source.measure == Measure::platelet_fall_24h; };
  const auto has_fall = [&](const Item& item) { return std::ranges::any_of(item.sources, is_fall); };
  return std::ranges::any_of(
      table.items, [&](const Item& item) { return has_fall(item) || std::ranges::any_of(item.branches, has_fall); });
}

bool any_table_scores_fall(const Criterion& criterion) {
  return scores_platelet_fall(criterion.table) ||
         std::ranges::any_of(criterion.columns, scores_platelet_fall, &Column::table);
}

}  // namespace

Timestamp find_retro_since(const RuleSet& rules, const Criterion& criterion, const PatientState& state,
                           const RetroCredit& asked) {
  if (!any_table_scores_fall(criterion)) return Timestamp::none();
  CriterionScore score;
  const auto met = [&](Timestamp at, const std::optional<Quantity>& fall) {
    score_as_of(rules, criterion, state, at, fall, score);
    if (!scores_platelet_fall(*score.table)) return false;
    return score.status == Status::met || (at == asked.stood && score.may_be_met);
  };
  const Duration span = platelet_look_back(rules.site);
  const Timestamp first = asked.onset - span;
  const Counts counts = counts_between(state, first - span, asked.onset + span);
  const auto met_by_any = [&](Timestamp at) {
    if (met(at, std::nullopt)) return true;
    const std::optional<Quantity> fall = fall_after(counts, at, span);
    return fall && met(at, fall);
  };
  const std::vector<Timestamp> times = evaluations_between(criterion, state, first, asked.onset);
  const auto earliest = std::ranges::find_if(times, met_by_any);
  const Timestamp found = earliest == times.end() ? Timestamp::none() : *earliest;
  if (!asked.stood.known() || asked.stood < first || asked.stood >= asked.onset) return found;
  if (found.known() && found <= asked.stood) return found;
  // What it was an evaluation of may have been dropped, and is in force all the same.
  const bool dropped = std::ranges::any_of(
      state.evictions, [&](const StoredEviction& step) { return criterion.scores[index(step.measure)]; });
  return dropped && met_by_any(asked.stood) ? asked.stood : found;
}

void review_retro_since(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at,
                        Episode& episode) {
  // Values that count at the first time, and the baselines and changes that they are measured from.
  constexpr Duration kFurther = Duration::hours(48);
  const Duration span = platelet_look_back(rules.site);
  if (at - (episode.onset - span - criterion.max_age - kFurther) > WindowLimits{}.window) {
    const bool before = episode.retro_since < episode.onset && episode.onset - episode.retro_since <= span;
    // It was found for another onset.
    if (!before) episode.retro_since = Timestamp::none();
    return;
  }
  episode.retro_since = find_retro_since(rules, criterion, state, {episode.onset, episode.retro_since});
}

}  // namespace coagwatch::rules

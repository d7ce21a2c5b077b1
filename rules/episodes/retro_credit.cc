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

/// The greatest fall from the count at `from` to one of those after it, all of which lie within 24 h. From a count of
/// none there is no fall.
std::optional<Quantity> fall_after(const Counts& counts, std::size_t from) {
  const Interval& base = counts[from]->lab.value;
  if (!base.high_unbounded && base.high.sign() <= 0) return std::nullopt;
  std::optional<Interval> lowest;
  for (std::size_t i = from + 1; i < counts.size(); ++i) {
    if (lowest) {
      lower(*lowest, counts[i]->lab.value);
    } else {
      lowest = counts[i]->lab.value;
    }
  }
  if (!lowest) return std::nullopt;
  return Quantity{*lowest, base, Quantity::Form::fall};
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
  const Counts counts = counts_between(state, asked.onset - platelet_look_back(rules.site), asked.onset);
  Timestamp found = Timestamp::none();
  for (std::size_t i = 0; i < counts.size() && counts[i]->lab.at < asked.onset && !found.known(); ++i) {
    const Timestamp at = counts[i]->lab.at;
    const std::optional<Quantity> fall = fall_after(counts, i);
    if (met(at, std::nullopt) || (fall && met(at, fall))) found = at;
  }
  if (!asked.stood.known() || (found.known() && found <= asked.stood)) return found;
  // Its own count may have been dropped, and is in force all the same.
  const bool dropped =
      std::ranges::find(state.evictions, Measure::platelets, &StoredEviction::measure) != state.evictions.end();
  return dropped && met(asked.stood, std::nullopt) ? asked.stood : found;
}

void review_retro_since(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at,
                        Episode& episode) {
  // Values that count at the first time, and the baselines and changes that they are measured from.
  constexpr Duration kFurther = Duration::hours(48);
  if (at - (episode.onset - platelet_look_back(rules.site) - criterion.max_age - kFurther) > WindowLimits{}.window)
    return;
  episode.retro_since = find_retro_since(rules, criterion, state, {episode.onset, episode.retro_since});
}

}  // namespace coagwatch::rules

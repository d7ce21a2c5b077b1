#include "rules/patient/evictions.h"

#include <algorithm>
#include <span>

#include "rules/patient/result_order.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {
namespace {

// So many steps of platelet counts are told apart; of other measures one suffices.
constexpr std::ptrdiff_t kMostSteps = 4;

bool not_above(const std::optional<Decimal>& a, const std::optional<Decimal>& b) { return !b || (a && *a <= *b); }

// `later` stands for `earlier` too: in every window that holds what is behind `earlier`, unless it ends before `later`.
void absorb(StoredEviction& later, const StoredEviction& earlier) {
  if (earlier.at == later.at) later.outranked = later.outranked && earlier.outranked;
  if (!not_above(earlier.highest, later.highest)) later.highest = earlier.highest;
}

template <typename Evictions>
auto steps_of(Evictions& evictions, Measure measure) {
  const auto first = std::ranges::lower_bound(evictions, measure, {}, &StoredEviction::measure);
  const auto last = std::ranges::upper_bound(evictions, measure, {}, &StoredEviction::measure);
  return std::span(first, last);
}

// Whether a result in force that was collected at the same time counts before it.
bool is_outranked(const PatientState& state, const StoredResult& victim) {
  const ResultRange range = results_of(state, victim.lab.measure);
  for (std::size_t i = range.first; i < range.last; ++i) {
    const StoredResult& other = state.results[i];
    if (other.lab.at != victim.lab.at || other.lab.unusable != Unusable::none) continue;
    if (counts_over(other, victim)) return true;
  }
  return false;
}

void insert(PatientState& state, StoredEviction step) {
  // Steps lie in the order of their times, and each is higher than those behind it.
  for (StoredEviction& known : steps_of(state.evictions, step.measure)) {
    if (known.at < step.at || !not_above(step.highest, known.highest)) continue;
    return absorb(known, step);
  }
  std::erase_if(state.evictions, [&](const StoredEviction& known) {
    if (known.measure != step.measure || known.at > step.at || !not_above(known.highest, step.highest)) return false;
    absorb(step, known);
    return true;
  });
  const auto steps = steps_of(state.evictions, step.measure);
  const auto behind = std::ranges::upper_bound(steps, step.at, {}, &StoredEviction::at);
  const auto first = steps.data() - state.evictions.data();
  const bool full = std::ssize(steps) == kMostSteps;
  state.evictions.insert(state.evictions.begin() + first + (behind - steps.begin()), step);
  if (!full) return;
  // The two oldest become one: the time of the later, the height of the earlier.
  absorb(state.evictions[static_cast<std::size_t>(first) + 1], state.evictions[static_cast<std::size_t>(first)]);
  state.evictions.erase(state.evictions.begin() + first);
}

}  // namespace

void remember_eviction(PatientState& state, const StoredResult& victim) {
  const LabResult& lab = victim.lab;
  if (lab.unusable != Unusable::none) return;
  StoredEviction step{lab.measure, lab.at, std::nullopt, is_outranked(state, victim)};
  // Nothing but the platelet fall looks behind the newest result.
  if (lab.measure == Measure::platelets && !lab.value.high_unbounded) step.highest = lab.value.high;
  insert(state, step);
}

void remember_evictions_of(const PatientState& from, PatientState& to) {
  for (StoredEviction step : from.evictions) {
    step.outranked = false;  // by what is in force there
    insert(to, step);
  }
}

void take_out(PatientState& state, const StoredResult& result) {
  for (StoredEviction& step : steps_of(state.evictions, result.lab.measure)) {
    if (step.at == result.lab.at) step.outranked = false;
  }
  note_gone(state, result);
  state.results.erase(state.results.begin() + (&result - state.results.data()));
}

bool may_be_outranked(const PatientState& state, Measure measure, const StoredResult* counting, Timestamp earliest) {
  const auto steps = steps_of(state.evictions, measure);
  if (steps.begin() == steps.end()) return false;
  const StoredEviction& newest = *(steps.end() - 1);
  if (counting == nullptr) return newest.at >= earliest;
  return newest.at > counting->lab.at || (newest.at == counting->lab.at && !newest.outranked);
}

bool widen_baseline(const PatientState& state, Timestamp from, std::optional<Interval>& baseline) {
  bool widened = false;
  for (const StoredEviction& step : steps_of(state.evictions, Measure::platelets)) {
    if (step.at < from || (step.highest && step.highest->sign() <= 0)) continue;
    if (!baseline) {
      baseline.emplace();
      baseline->low_unbounded = true;
    } else if (baseline->high_unbounded) {
      return widened;
    } else if (step.highest &&
               (*step.highest < baseline->high || (*step.highest == baseline->high && !baseline->high_open))) {
      continue;
    }
    baseline->high = step.highest.value_or(Decimal{});
    baseline->high_open = false;
    baseline->high_unbounded = !step.highest;
    widened = true;
  }
  return widened;
}

}  // namespace coagwatch::rules

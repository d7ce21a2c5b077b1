#include "rules/episodes/trends.h"

#include <algorithm>
#include <array>

#include "rules/patient/result_order.h"
#include "rules/patient/window.h"
#include "rules/scoring/current_values.h"

namespace coagwatch::rules {
namespace {

// A D-dimer of no known flavour is good for multiples of its own limit only.
bool usable(const StoredResult& stored) {
  return stored.lab.unusable == Unusable::none && (stored.lab.flags & kFlagMultipleOnly) == 0;
}

/// a <= b * numerator / denominator, surely.
bool at_most(const Interval& a, const Interval& b, std::int64_t numerator, std::int64_t denominator) {
  if (a.high_unbounded || b.low_unbounded) return false;
  return Decimal::compare_products(a.high, Decimal::of(denominator), b.low, Decimal::of(numerator)) <= 0;
}

bool is_adverse(Measure measure, const Interval& before, const Interval& now) {
  switch (measure) {
    case Measure::platelets:
      return at_most(now, before, 7, 10);
    case Measure::fibrinogen:
      if (at_most(now, before, 1, 2)) return true;
      return !now.high_unbounded && !before.low_unbounded && shifted(now, Decimal::of(2)).high <= before.low;
    default:
      // Doubled: what was before is at most half of what is now.
      return at_most(before, now, 1, 2) && !now.low_unbounded && now.low.sign() > 0;
  }
}

/// Whether `a` says more of an adverse course as the value before.
bool further(Measure measure, const Interval& a, const Interval& b) {
  if (measure == Measure::platelets || measure == Measure::fibrinogen) {
    return !a.low_unbounded && (b.low_unbounded || a.low > b.low);
  }
  return !a.high_unbounded && (b.high_unbounded || a.high < b.high);
}

AdverseTrend trend_of(const AlertPolicy& policy, const PatientState& state, Measure measure, Timestamp at) {
  AdverseTrend trend{measure, nullptr, nullptr};
  const ResultRange range = results_of(state, measure);
  for (std::size_t i = range.first; i < range.last; ++i) {
    const StoredResult& stored = state.results[i];
    if (!usable(stored) || stored.lab.at > at) continue;
    const bool later = trend.now == nullptr || stored.lab.at > trend.now->lab.at;
    if (later || counts_over(stored, *trend.now)) trend.now = &stored;
  }
  if (trend.now == nullptr || at - trend.now->lab.at > kDefaultMaxAge) return trend;
  const Duration look_back = measure == Measure::platelets ? policy.platelet_trend : policy.trend;
  for (std::size_t i = range.first; i < range.last; ++i) {
    const StoredResult& stored = state.results[i];
    const LabResult& lab = stored.lab;
    if (!usable(stored) || lab.at >= trend.now->lab.at || trend.now->lab.at - lab.at > look_back) continue;
    if (trend.before == nullptr || further(measure, lab.value, trend.before->lab.value)) trend.before = &stored;
  }
  return trend;
}

}  // namespace

std::vector<AdverseTrend> trends_of(const AlertPolicy& policy, const PatientState& state, Timestamp at) {
  constexpr std::array kWatched = {Measure::platelets, Measure::fibrinogen, Measure::d_dimer, Measure::fdp};
  std::vector<AdverseTrend> trends;
  for (const Measure measure : kWatched) {
    const AdverseTrend trend = trend_of(policy, state, measure, at);
    if (trend.now == nullptr || trend.before == nullptr) continue;
    if (is_adverse(measure, trend.before->lab.value, trend.now->lab.value)) trends.push_back(trend);
  }
  return trends;
}

}  // namespace coagwatch::rules

#include "rules/trend_points.h"

#include <optional>

#include "rules/current_values.h"
#include "rules/evictions.h"

namespace coagwatch::rules {
namespace {

/// The newest usable result of the same measure that was collected before, within `span`.
const StoredResult* before(const StoredResult& now, Duration span, const PatientState& state) {
  const StoredResult* found = nullptr;
  for (const StoredResult* stored = &now; stored-- != state.results.data();) {
    if (stored->lab.measure != now.lab.measure || now.lab.at - stored->lab.at > span) break;
    if (stored->lab.unusable != Unusable::none || stored->lab.at == now.lab.at) continue;
    if (found != nullptr && stored->lab.at < found->lab.at) break;
    if (found == nullptr || counts_over(*stored, *found)) found = stored;
  }
  return found;
}

/// -1: falling, 0: stable, 1: rising, both counted from `shift`. nullopt: it cannot be told exactly.
std::optional<int> direction(Decimal now, Decimal then, Decimal shift, Decimal stable_percent) {
  const auto level = Decimal::subtract(then, shift);
  const auto change = Decimal::subtract(now, then);
  if (!level || !change) return std::nullopt;
  const Decimal size = change->sign() < 0 ? Decimal(-change->coefficient(), change->exponent()) : *change;
  const Decimal around = level->sign() < 0 ? Decimal(-level->coefficient(), level->exponent()) : *level;
  const auto order = Decimal::compare_products(size, Decimal::of(100), around, stable_percent);
  if (order <= 0) return 0;
  return change->sign();
}

}  // namespace

void score_trend(const Item& item, const ValueTable& table, ItemScore& out) {
  const Trend& trend = *item.trend;
  out.set = 0;
  for (const Measure measure : trend.measures) {
    // A prolongation is followed by the seconds that it is made of.
    const bool prolongation = measure == Measure::pt_prolongation;
    const Measure followed = prolongation ? Measure::pt_seconds : measure;
    const StoredResult* const now = table.current[index(followed)];
    if (now == nullptr) continue;
    out.by = measure;
    out.at = now->lab.at;
    const StoredResult* const then = before(*now, trend.look_back, *table.state);
    if (then == nullptr || !now->lab.value.is_point() || !then->lab.value.is_point()) break;
    if (may_be_outranked(*table.state, followed, then, then->lab.at)) break;
    const Decimal shift = prolongation ? table.pt_reference : Decimal{};
    const auto way = direction(now->lab.value.low, then->lab.value.low, shift, trend.stable_percent);
    if (!way) break;
    const std::int16_t points = *way == 0 ? trend.stable : *way > 0 ? trend.rising : trend.falling;
    out.set = PointSet{1} << (points - item.base);
    return;
  }
  for (const std::int16_t points : {trend.rising, trend.stable, trend.falling}) {
    out.set |= PointSet{1} << (points - item.base);
  }
}

}  // namespace coagwatch::rules

#include "rules/scoring/trend_points.h"

#include <compare>
#include <optional>

#include "rules/patient/evictions.h"
#include "rules/patient/result_order.h"
#include "rules/scoring/current_values.h"

namespace coagwatch::rules {
namespace {

/// The newest usable result of the same measure that was collected before, within `span`.
const StoredResult* before(const StoredResult& now, Duration span, const PatientState& state) {
  const StoredResult* found = nullptr;
  for (const StoredResult* stored = &now; stored != state.results.data();) {
    --stored;
    if (stored->lab.measure != now.lab.measure || now.lab.at - stored->lab.at > span) break;
    if (stored->lab.unusable != Unusable::none || stored->lab.at == now.lab.at) continue;
    if (found != nullptr && stored->lab.at < found->lab.at) break;
    if (found == nullptr || counts_over(*stored, *found)) found = stored;
  }
  return found;
}

/// One end of a value; nothing where it is unbounded.
struct End {
  Decimal value;
  bool open = false;
};
std::optional<End> low_of(const Interval& value) {
  return value.low_unbounded ? std::nullopt : std::optional(End{value.low, value.low_open});
}
std::optional<End> high_of(const Interval& value) {
  return value.high_unbounded ? std::nullopt : std::optional(End{value.high, value.high_open});
}

/// How a change compares with what is stable.
struct Change {
  int sign = 0;                                            ///< of the change itself
  std::strong_ordering size = std::strong_ordering::less;  ///< against the share of the value before that is stable

  [[nodiscard]] bool is(int direction) const { return sign == direction && size > 0; }
  /// Beyond where an end that is not itself reached ends.
  [[nodiscard]] bool is_beyond(int direction, bool open) const {
    return is(direction) || (open && size == 0 && (sign == direction || sign == 0));
  }
};

/// Levels are counted from `shift`. nullopt: it cannot be told exactly.
std::optional<Change> change_between(Decimal then, Decimal now, Decimal shift, Decimal stable_percent) {
  const auto level = Decimal::subtract(then, shift);
  const auto change = Decimal::subtract(now, then);
  if (!level || !change) return std::nullopt;
  const Decimal size = change->sign() < 0 ? Decimal(-change->coefficient(), change->exponent()) : *change;
  const Decimal around = level->sign() < 0 ? Decimal(-level->coefficient(), level->exponent()) : *level;
  return Change{change->sign(), Decimal::compare_products(size, Decimal::of(100), around, stable_percent)};
}

/// Which directions are possible between two intervals. The farther apart the ends, the greater the change, so the
/// outermost pairs tell what is possible and the innermost what is sure.
class Directions {
 public:
  Directions(const Interval& then, const Interval& now, Decimal shift, Decimal stable_percent)
      : then_(then), now_(now), shift_(shift), stable_percent_(stable_percent) {}

  [[nodiscard]] bool may_rise() const { return may(1, low_of(then_), high_of(now_)); }
  [[nodiscard]] bool may_fall() const { return may(-1, high_of(then_), low_of(now_)); }
  [[nodiscard]] bool may_be_stable() const {
    return !surely(1, high_of(then_), low_of(now_)) && !surely(-1, low_of(then_), high_of(now_));
  }

 private:
  [[nodiscard]] bool may(int direction, std::optional<End> then, std::optional<End> now) const {
    if (!then || !now) return true;
    const auto change = change_between(then->value, now->value, shift_, stable_percent_);
    return !change || change->is(direction);
  }
  [[nodiscard]] bool surely(int direction, std::optional<End> then, std::optional<End> now) const {
    if (!then || !now) return false;
    const auto change = change_between(then->value, now->value, shift_, stable_percent_);
    return change && change->is_beyond(direction, then->open || now->open);
  }

  const Interval& then_;
  const Interval& now_;
  Decimal shift_;
  Decimal stable_percent_;
};

/// What is compared for one of a trend's measures.
struct Pair {
  const StoredResult* now = nullptr;
  const StoredResult* then = nullptr;
  bool by_seconds =
      false;  ///< a prolongation is followed by the seconds that it is made of, unless it was itself given
};

Pair pair_of(Measure measure, const Trend& trend, const ValueTable& table) {
  Pair pair;
  pair.by_seconds = measure == Measure::pt_prolongation && table.current[index(measure)] == nullptr;
  const Measure followed = pair.by_seconds ? Measure::pt_seconds : measure;
  pair.now = table.current[index(followed)];
  if (pair.now != nullptr) pair.then = before(*pair.now, trend.look_back, *table.state);
  return pair;
}

}  // namespace

void score_trend(const Item& item, const ValueTable& table, ItemScore& out) {
  const Trend& trend = *item.trend;
  const auto bit = [&](std::int16_t points) { return PointSet{1} << (points - item.base); };
  out.set = bit(trend.rising) | bit(trend.stable) | bit(trend.falling);
  Pair pair;
  for (const Measure measure : trend.measures) {
    const Pair next = pair_of(measure, trend, table);
    if (next.now == nullptr || (pair.now != nullptr && next.then == nullptr)) continue;
    pair = next;
    out.by = measure;
    out.at = pair.now->lab.at;
    if (pair.then != nullptr) break;
  }
  if (pair.then == nullptr) return;
  const Interval& then = pair.then->lab.value;
  if (may_be_outranked(*table.state, pair.then->lab.measure, pair.then, pair.then->lab.at)) return;
  const Directions directions(then, pair.now->lab.value, pair.by_seconds ? table.pt_reference : Decimal{},
                              trend.stable_percent);
  out.set = (directions.may_rise() ? bit(trend.rising) : 0) | (directions.may_be_stable() ? bit(trend.stable) : 0) |
            (directions.may_fall() ? bit(trend.falling) : 0);
}

}  // namespace coagwatch::rules

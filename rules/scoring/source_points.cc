#include "rules/scoring/source_points.h"

#include <algorithm>
#include <optional>

#include "rules/criterion/banding.h"
#include "rules/patient/result_order.h"
#include "rules/patient/window.h"
#include "rules/scoring/current_values.h"

namespace coagwatch::rules {
namespace {

/// Not kept as a fraction.
bool is_plain(Measure measure) {
  return measure != Measure::d_dimer_uln && measure != Measure::pic_uln && measure != Measure::platelet_fall_24h;
}

/// The usable results of a measure collected at or before the table's time and at most `span` before it; the table has
/// one that counts. In the order of the state, which is that of time.
template <typename Visit>
void for_each_within(Measure measure, Duration span, const ValueTable& table, Visit visit) {
  const std::vector<StoredResult>& all = table.state->results;
  const StoredResult* const counts = table.current[index(measure)];
  if (counts == nullptr) return;
  auto at = static_cast<std::size_t>(counts - all.data());
  const auto is_within = [&](const StoredResult& stored) {
    return stored.lab.measure == measure && table.as_of - stored.lab.at <= span && stored.lab.at <= table.as_of;
  };
  while (at > 0 && is_within(all[at - 1])) --at;
  for (; at < all.size() && is_within(all[at]); ++at) {
    if (all[at].lab.unusable == Unusable::none) visit(all[at]);
  }
}

SourcePoints worst_of(const Source& source, const Item& item, const ValueTable& table) {
  SourcePoints out;
  const bool latest_only = item.worst_within == Duration{0};
  for_each_within(source.measure, latest_only ? table.max_age : item.worst_within, table,
                  [&](const StoredResult& stored) {
                    if (latest_only && &stored != table.current[index(source.measure)]) return;
                    Quantity quantity{stored.lab.value, {}, Quantity::Form::plain};
                    if (source.per) {
                      const StoredResult* divisor = divisor_of(stored, *source.per, table);
                      if (divisor == nullptr) return;
                      quantity.base = divisor->lab.value;
                      quantity.form = Quantity::Form::multiple;
                    }
                    const PointSet points = points_in(source.bands, quantity, item.base);
                    out.set = out.known ? greater_of(out.set, points) : points;
                    out.known = true;
                    out.at = std::max(out.at, stored.lab.at);
                  });
  // What the caps dropped may have been worse.
  for (const StoredEviction& step : table.state->evictions) {
    if (out.known && step.measure == source.measure && !latest_only && table.as_of - step.at <= item.worst_within) {
      out.set = greater_of(out.set, all_points(source.bands, item.base));
    }
  }
  return out;
}

/// The part of a value that lies in a band that it touches.
Interval within(Interval value, const Band& band) {
  if (band.low && (value.low_unbounded || value.low < *band.low || (value.low == *band.low && !band.low_inclusive))) {
    value.low = *band.low;
    value.low_open = !band.low_inclusive;
    value.low_unbounded = false;
  }
  if (band.high &&
      (value.high_unbounded || value.high > *band.high || (value.high == *band.high && !band.high_inclusive))) {
    value.high = *band.high;
    value.high_open = !band.high_inclusive;
    value.high_unbounded = false;
  }
  return value;
}

/// The source that the others are added to: the first, or the count that a fall is one of.
const Source& leading(const Item& item) {
  const auto source_of = [&](Measure measure) { return std::ranges::find(item.sources, measure, &Source::measure); };
  const Source& first = item.sources.front();
  const auto count = source_of(Measure::platelets);
  const bool of_count = count != item.sources.end() && source_of(Measure::platelet_fall_24h) != item.sources.end();
  return of_count && std::ranges::none_of(first.bands, &Band::final) ? *count : first;
}

class Together {
 public:
  Together(const Item& item, const Source& lead, const ValueTable& table) : item_(item), lead_(lead), table_(table) {}

  /// What all sources may give, of which the leading one lies in one of `bands`.
  PointSet over(std::span<const Band> bands, const Interval* count) const {
    PointSet set = 0;
    for (const Band& band : bands) {
      const PointSet own = PointSet{1} << (band.points - item_.base);
      set |= band.final ? own : with_others(own, band, count);
    }
    return item_.combine == Item::Combine::sum ? capped(set, item_.cap - item_.base) : set;
  }

 private:
  PointSet with_others(PointSet set, const Band& band, const Interval* count) const {
    for (const Source& source : item_.sources) {
      if (&source == &lead_) continue;
      const PointSet points = points_of_other(source, band, count);
      set = item_.combine == Item::Combine::sum ? sum_of(set, points) : greater_of(set, points);
    }
    return set;
  }

  /// Of a fall only what a count in that band has.
  PointSet points_of_other(const Source& source, const Band& band, const Interval* count) const {
    const bool fall = source.measure == Measure::platelet_fall_24h && count != nullptr &&
                      table_.platelet_fall.form == Quantity::Form::fall && table_.present[index(source.measure)];
    if (!fall) {
      const SourcePoints points = points_of_source(source, item_, table_);
      return points.known ? points.set : all_points(source.bands, item_.base);
    }
    Quantity of_band = table_.platelet_fall;
    (table_.fall_comes_after ? of_band.base : of_band.value) = within(*count, band);
    return points_in(source.bands, of_band, item_.base);
  }

  const Item& item_;
  const Source& lead_;
  const ValueTable& table_;
};

}  // namespace

bool lacks_baseline(const Source& source, const ValueTable& table) {
  return source.measure == Measure::platelet_fall_24h && !table.present[index(source.measure)] &&
         table.present[index(Measure::platelets)];
}

Quantity quantity_of(Measure measure, const ValueTable& table) {
  switch (measure) {
    case Measure::d_dimer_uln:
      return table.d_dimer_uln;
    case Measure::pic_uln:
      return table.pic_uln;
    case Measure::platelet_fall_24h:
      return table.platelet_fall;
    default:
      return {table.values[index(measure)].value, {}, Quantity::Form::plain};
  }
}

const StoredResult* divisor_of(const StoredResult& value, Measure per, const ValueTable& table) {
  const StoredResult* found = nullptr;
  const ResultRange range = results_of(*table.state, per);
  for (std::size_t at = range.first; at < range.last; ++at) {
    const StoredResult& stored = table.state->results[at];
    if (stored.lab.at > value.lab.at) break;
    if (stored.lab.unusable != Unusable::none || value.lab.at - stored.lab.at > kPreferenceSpan) continue;
    if (found == nullptr || counts_over(stored, *found)) found = &stored;
  }
  return found;
}

SourcePoints points_of_source(const Source& source, const Item& item, const ValueTable& table) {
  if (lacks_baseline(source, table)) {
    return {true, points_at(source.bands, Decimal{}, item.base), table.values[index(Measure::platelets)].at};
  }
  if (!has_value(source, table)) return {};
  if (item.worst_within > Duration{0} || source.per) return worst_of(source, item, table);
  const CurrentValue& current = table.values[index(source.measure)];
  if (current.value.is_point() && is_plain(source.measure)) {
    return {true, points_at(source.bands, current.value.low, item.base), current.at};
  }
  return {true, points_in(source.bands, quantity_of(source.measure, table), item.base),
          table.values[index(source.measure)].at};
}

void score_together(const Item& item, const ValueTable& table, ItemScore& out) {
  const Source& lead = leading(item);
  const Together together(item, lead, table);
  if (has_value(lead, table) || lacks_baseline(lead, table)) {
    const Quantity quantity = lacks_baseline(lead, table)
                                  ? Quantity{Interval::point(Decimal{}), {}, Quantity::Form::plain}
                                  : quantity_of(lead.measure, table);
    const Interval* const count = lead.measure == Measure::platelets ? &quantity.value : nullptr;
    out.set = together.over(touched(lead.bands, quantity), count);
  } else {
    out.set = together.over(lead.bands, nullptr);
  }
  const Source& first = item.sources.front();
  out.worse = has_value(first, table) &&
              std::ranges::any_of(touched(first.bands, quantity_of(first.measure, table)), &Band::worse);
  std::optional<std::int16_t> most;
  for (const Source& source : item.sources) {
    if (!has_value(source, table)) continue;
    const SourcePoints points = points_of_source(source, item, table);
    const std::int16_t greatest = range_of(points.set, item.base).max;
    if (!most || greatest > *most) {
      most = greatest;
      out.by = source.measure;
    }
    out.at = std::max(out.at, points.at);
  }
}

}  // namespace coagwatch::rules

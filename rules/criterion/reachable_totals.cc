#include "rules/criterion/reachable_totals.h"

#include <algorithm>
#include <map>
#include <optional>

namespace coagwatch::rules {
namespace {

/// All points that the item can give.
Totals points_of(const Item& item) {
  Totals all;
  if (!item.facts.empty()) all = {item.points_yes, item.points_no};
  if (item.trend) all = {item.trend->rising, item.trend->stable, item.trend->falling};
  for (int points = item.min_points; item.open && points <= item.max_points; ++points) all.insert(points);
  for (const Item& branch : item.branches) all.merge(points_of(branch));
  if (item.combine == Item::Combine::sum) {
    for (int points = item.min_points; points <= item.max_points; ++points) all.insert(points);
    return all;
  }
  for (const Source& source : item.sources) {
    for (const Band& band : source.bands) {
      if (band.points >= item.min_points) all.insert(band.points);
    }
  }
  return all;
}

void add_to_each(Totals& totals, const Totals& points) {
  if (points.empty()) return;
  Totals sums;
  for (const int total : totals) {
    for (const int each : points) sums.insert(total + each);
  }
  totals = std::move(sums);
}

/// The measure by whose newest value alone the item is scored. A reported sub-score may go before it, and the worst
/// value of one item need not be that of another.
std::optional<Measure> measure_of(const Item& item) {
  if (item.sources.size() != 1 || item.sources.front().per || item.sub_score ||
      item.worst_within > Duration::hours(0)) {
    return std::nullopt;
  }
  return item.sources.front().measure;
}

/// A cut-off, or all values between it and the next one; without a cut-off those below the first.
struct Cell {
  std::optional<Decimal> cut;
  bool above = false;
};

bool holds(const Band& band, const Cell& cell) {
  if (!cell.cut) return !band.low;
  const bool high_enough =
      !band.low || *band.low < *cell.cut || (*band.low == *cell.cut && (cell.above || band.low_inclusive));
  const bool low_enough =
      !band.high || *band.high > *cell.cut || (*band.high == *cell.cut && !cell.above && band.high_inclusive);
  return high_enough && low_enough;
}

/// The parts of all plausible values in which no band begins or ends.
std::vector<Cell> cells_of(const std::vector<const Item*>& items) {
  const MeasureInfo& info = measure_info(items.front()->sources.front().measure);
  std::set<Decimal> cuts;
  for (const Item* item : items) {
    for (const Band& band : item->sources.front().bands) {
      if (band.low) cuts.insert(*band.low);
      if (band.high) cuts.insert(*band.high);
    }
  }
  std::vector<Cell> cells;
  if (cuts.empty() || *cuts.begin() > info.plausible_low) cells.push_back({});
  for (const Decimal cut : cuts) {
    if (cut >= info.plausible_low && cut <= info.plausible_high) cells.push_back({cut, false});
    if (cut < info.plausible_high) cells.push_back({cut, true});
  }
  return cells;
}

/// What items of one value can give together; empty where bands are missing.
Totals points_together(const std::vector<const Item*>& items) {
  Totals all;
  for (const Cell& cell : cells_of(items)) {
    Totals sums = {0};
    for (const Item* item : items) {
      Totals points;
      for (const Band& band : item->sources.front().bands) {
        if (holds(band, cell)) points.insert(band.points);
      }
      add_to_each(sums, points);
      if (points.empty()) return {};
    }
    all.merge(sums);
  }
  return all;
}

}  // namespace

Totals totals_of(const std::vector<const Item*>& items) {
  Totals totals = {0};
  std::map<Measure, std::vector<const Item*>> by_measure;
  for (const Item* item : items) {
    const auto measure = measure_of(*item);
    if (measure) by_measure[*measure].push_back(item);
    if (!measure) add_to_each(totals, points_of(*item));
  }
  for (const auto& [measure, group] : by_measure) {
    const Totals together = group.size() == 1 ? Totals{} : points_together(group);
    if (!together.empty()) {
      add_to_each(totals, together);
      continue;
    }
    for (const Item* item : group) add_to_each(totals, points_of(*item));
  }
  return totals;
}

Totals totals_of(const Criterion& criterion, const ScoringTable& table) {
  std::vector<const Item*> items;
  items.reserve(table.items.size());
  for (const Item& item : table.items) items.push_back(&item);
  Totals totals = totals_of(items);
  for (const Adjustment& adjustment : criterion.adjustments) {
    if (table.adjusted) add_to_each(totals, {0, adjustment.points});
  }
  if (!criterion.cap) return totals;
  Totals capped;
  for (const int total : totals) capped.insert(std::min<int>(total, *criterion.cap));
  return capped;
}

}  // namespace coagwatch::rules

#include "rules/item_score.h"

#include <algorithm>

#include "rules/banding.h"
#include "rules/current_values.h"

namespace coagwatch::rules {
namespace {

Quantity quantity_of(const Source& source, const ValueTable& table) {
  switch (source.measure) {
    case Measure::d_dimer_uln:
      return table.d_dimer_uln;
    case Measure::platelet_fall_24h:
      return table.platelet_fall;
    default:
      return {table.values[index(source.measure)].value, {}, Quantity::Form::plain};
  }
}

PointRange points_of_source(const Source& source, const ValueTable& table) {
  return points_of(source.bands, quantity_of(source, table));
}

bool present(const Source& source, const ValueTable& table) { return table.present[index(source.measure)]; }

const Source* preferred(const Item& item, const ValueTable& table) {
  if (item.sources.size() == 1) return present(item.sources.front(), table) ? &item.sources.front() : nullptr;
  Timestamp newest = Timestamp::none();
  for (const Source& source : item.sources) {
    if (present(source, table)) newest = std::max(newest, table.values[index(source.measure)].at);
  }
  for (const Source& source : item.sources) {
    if (present(source, table) && newest - table.values[index(source.measure)].at <= kPreferenceSpan) return &source;
  }
  return nullptr;
}

// Whether the value of a source is lost, which might go before all others.
bool any_lost(const Item& item, const ValueTable& table) {
  return std::ranges::any_of(item.sources, [&](const Source& source) {
    return table.forgotten[index(source.measure)] && !present(source, table);
  });
}

ItemScore first_source(const Item& item, const ValueTable& table) {
  const bool lost = table.forgotten.any() && any_lost(item, table);
  const Source* source = lost ? nullptr : preferred(item, table);
  if (source == nullptr) return {&item, item.min_points, item.max_points, std::nullopt};
  const PointRange points = points_of_source(*source, table);
  return {&item, points.min, points.max, source->measure};
}

// A count without a baseline: no fall is scored.
bool lacks_baseline(const Source& source, const ValueTable& table) {
  return source.measure == Measure::platelet_fall_24h && !present(source, table) &&
         table.present[index(Measure::platelets)];
}

ItemScore highest_source(const Item& item, const ValueTable& table) {
  ItemScore score{&item, item.min_points, item.max_points, std::nullopt};
  bool any = false;
  std::int16_t most = 0;
  for (const Source& source : item.sources) {
    if (lacks_baseline(source, table)) continue;
    const bool known = present(source, table);
    const PointRange points = known ? points_of_source(source, table) : full_range(source.bands);
    if (known && (!score.by || points.max > most)) {
      score.by = source.measure;
      most = points.max;
    }
    score.min = any ? std::max(score.min, points.min) : points.min;
    score.max = any ? std::max(score.max, points.max) : points.max;
    any = true;
  }
  return score;
}

// The points of that source, above the item's least.
PointSet set_of_source(const Source& source, bool known, const ValueTable& table, std::int16_t base) {
  return known ? points_in(source.bands, quantity_of(source, table), base) : all_points(source.bands, base);
}

// What the greater of one of each may be.
PointSet greater_of(PointSet a, PointSet b) {
  const auto from_least_of = [](PointSet set) { return ~((set & (~set + 1)) - 1); };
  return (a & from_least_of(b)) | (b & from_least_of(a));
}

PointSet highest_points(const Item& item, const ValueTable& table) {
  PointSet set = 0;
  for (const Source& source : item.sources) {
    if (lacks_baseline(source, table)) continue;
    const PointSet points = set_of_source(source, present(source, table), table, item.min_points);
    set = set == 0 ? points : greater_of(set, points);
  }
  return set;
}

// Of the source that counts; of all where that is not known.
PointSet first_points(const ItemScore& score, const ValueTable& table) {
  PointSet set = 0;
  for (const Source& source : score.item->sources) {
    if (score.by && source.measure != *score.by) continue;
    set |= set_of_source(source, score.by.has_value(), table, score.item->min_points);
  }
  return set;
}

ItemScore fact_score(const Item& item, Tristate value) {
  switch (value) {
    case Tristate::yes:
      return {&item, item.points_yes, item.points_yes, std::nullopt};
    case Tristate::no:
      return {&item, item.points_no, item.points_no, std::nullopt};
    case Tristate::unknown:
      break;
  }
  return {&item, item.min_points, item.max_points, std::nullopt};
}

}  // namespace

ItemScore score_item(const Item& item, const ValueTable& table, const KnownFacts& facts) {
  if (item.fact) return fact_score(item, facts[*item.fact]);
  return item.combine == Item::Combine::highest ? highest_source(item, table) : first_source(item, table);
}

PointSet possible_points(const ItemScore& score, const ValueTable& table) {
  const Item& item = *score.item;
  if (score.min == score.max) return 1;
  if (item.fact) return PointSet{1} | (PointSet{1} << (score.max - score.min));
  const bool highest = item.combine == Item::Combine::highest;
  return (highest ? highest_points(item, table) : first_points(score, table)) >> (score.min - item.min_points);
}

Measure sent_measure(Measure measure) {
  switch (measure) {
    case Measure::pt_prolongation:
      return Measure::pt_seconds;
    case Measure::d_dimer_uln:
      return Measure::d_dimer;
    case Measure::platelet_fall_24h:
      return Measure::platelets;
    default:
      return measure;
  }
}

}  // namespace coagwatch::rules

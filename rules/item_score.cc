#include "rules/item_score.h"

#include <algorithm>

#include "rules/banding.h"
#include "rules/current_values.h"

namespace coagwatch::rules {
namespace {

PointRange points_of_source(const Source& source, const ValueTable& table) {
  switch (source.measure) {
    case Measure::d_dimer_uln:
      return points_of(source.bands, table.d_dimer_uln);
    case Measure::platelet_fall_24h:
      return points_of(source.bands, table.platelet_fall);
    default:
      return points_of(source.bands, {table.values[index(source.measure)].value, {}, Quantity::Form::plain});
  }
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

ItemScore highest_source(const Item& item, const ValueTable& table) {
  ItemScore score{&item, item.min_points, item.max_points, std::nullopt};
  bool any = false;
  std::int16_t most = 0;
  for (const Source& source : item.sources) {
    const bool known = present(source, table);
    const bool no_baseline =
        !known && source.measure == Measure::platelet_fall_24h && table.present[index(Measure::platelets)];
    if (no_baseline) continue;
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

#include "rules/scoring/item_score.h"

#include <algorithm>

#include "rules/criterion/banding.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/source_points.h"
#include "rules/scoring/trend_points.h"

namespace coagwatch::rules {
namespace {

Timestamp time_of(const Source& source, const ValueTable& table) { return table.values[index(source.measure)].at; }

/// A value that the caps dropped may go before, or above, all that is left.
bool is_lost(const Source& source, const ValueTable& table) {
  return table.forgotten[index(source.measure)] && !has_value(source, table);
}

/// The measure whose value it has its points of.
Measure measure_of(const Source& source, const ValueTable& table) {
  return lacks_baseline(source, table) ? Measure::platelets : source.measure;
}

void take(const Source& source, const SourcePoints& points, const ValueTable& table, ItemScore& out) {
  out.set = points.set;
  out.by = measure_of(source, table);
  out.at = points.at;
}

void score_first(const Item& item, const ValueTable& table, ItemScore& out) {
  if (item.sources.size() == 1) {
    const SourcePoints points = points_of_source(item.sources.front(), item, table);
    if (points.known) take(item.sources.front(), points, table, out);
    return;
  }
  if (table.forgotten.any() &&
      std::ranges::any_of(item.sources, [&](const Source& source) { return is_lost(source, table); })) {
    return;
  }
  const Source* source = preferred_source(item, table);
  if (source == nullptr) {
    const auto found =
        std::ranges::find_if(item.sources, [&](const Source& each) { return lacks_baseline(each, table); });
    if (found == item.sources.end()) return;
    source = &*found;
  }
  take(*source, points_of_source(*source, item, table), table, out);
}

void score_known(const Item& item, const ValueTable& table, ItemScore& out) {
  PointSet set = 0;
  const auto add = [&](PointSet points) { set = set == 0 ? points : greater_of(set, points); };
  for (const Source& source : item.sources) {
    const SourcePoints points = points_of_source(source, item, table);
    if (!points.known) continue;
    add(points.set);
    out.at = std::max(out.at, points.at);
    if (!out.by) out.by = measure_of(source, table);
  }
  if (set == 0) return;
  for (const Source& source : item.sources) {
    if (is_lost(source, table)) add(all_points(source.bands, item.base));
  }
  out.set = set;
}

void score_facts(const Item& item, const KnownFacts& facts, ItemScore& out) {
  const auto bit = [&](std::int16_t points) { return PointSet{1} << (points - item.base); };
  switch (any_of(item.facts, facts)) {
    case Tristate::yes:
      out.set = bit(item.points_yes);
      return;
    case Tristate::no:
      out.set = bit(item.points_no);
      return;
    case Tristate::unknown:
      out.set = bit(item.points_yes) | bit(item.points_no);
  }
}

void score_branches(const Item& item, const ValueTable& table, const KnownFacts& facts, ItemScore& out) {
  const Tristate which = facts[*item.chosen_by];
  out.set = 0;
  for (std::size_t i = 0; i < item.branches.size(); ++i) {
    if (which == (i == 0 ? Tristate::no : Tristate::yes)) continue;
    ItemScore branch;
    score_item(item.branches[i], table, facts, branch);
    out.set |= branch.set << (item.branches[i].base - item.base);
    out.at = std::max(out.at, branch.at);
    if (!out.by) out.by = branch.by;
  }
}

/// A sub-score that another system reports goes before ours, unless ours is sure and more than 4 h newer.
void prefer_reported(const ValueTable& table, ItemScore& out) {
  const Item& item = *out.item;
  const std::size_t i = index(*item.sub_score);
  if (!table.present[i] || table.values[i].derived) return;
  const CurrentValue& reported = table.values[i];
  const bool sure = std::has_single_bit(out.set);
  if (sure && out.at.known() && out.at - reported.at > kPreferenceSpan) return;
  PointSet set = 0;
  for (int points = item.min_points; points <= item.max_points; ++points) {
    if (reported.value.contains(Decimal::of(points))) set |= PointSet{1} << (points - item.base);
  }
  if (set == 0) return;
  out.set = set;
  out.by = item.sub_score;
  out.at = reported.at;
}

}  // namespace

const Source* preferred_source(const Item& item, const ValueTable& table) {
  Timestamp newest = Timestamp::none();
  for (const Source& source : item.sources) {
    if (has_value(source, table)) newest = std::max(newest, time_of(source, table));
  }
  for (const Source& source : item.sources) {
    if (!has_value(source, table)) continue;
    if (item.however_old || newest - time_of(source, table) <= kPreferenceSpan) return &source;
  }
  return nullptr;
}

Tristate any_of(const std::vector<Fact>& facts, const KnownFacts& known) {
  if (std::ranges::any_of(facts, [&](Fact fact) { return known.yes(fact); })) return Tristate::yes;
  return std::ranges::all_of(facts, [&](Fact fact) { return known.no(fact); }) ? Tristate::no : Tristate::unknown;
}

void score_item(const Item& item, const ValueTable& table, const KnownFacts& facts, ItemScore& out) {
  out.item = &item;
  out.set = 0;
  if (!item.facts.empty()) {
    score_facts(item, facts, out);
  } else if (item.trend) {
    score_trend(item, table, out);
  } else if (item.chosen_by) {
    score_branches(item, table, facts, out);
  } else if (!item.open) {
    switch (item.combine) {
      case Item::Combine::first:
        score_first(item, table, out);
        break;
      case Item::Combine::known:
        score_known(item, table, out);
        break;
      case Item::Combine::highest:
      case Item::Combine::sum:
        score_together(item, table, out);
        break;
    }
  }
  if (out.set == 0) out.set = item.unknown;
  if (item.sub_score) prefer_reported(table, out);
  const PointRange range = range_of(out.set, item.base);
  out.min = range.min;
  out.max = range.max;
}

}  // namespace coagwatch::rules

// Measures that one criterion computes and others score: SIRS, SOFA and its parts.

#include "rules/scoring/definitions.h"

#include <algorithm>

#include "rules/criterion/banding.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/evaluator.h"

namespace coagwatch::rules {
namespace {

/// A sum of items.
struct Sum {
  int min = 0;
  int max = 0;
  Timestamp at = Timestamp::none();
  bool anything_known = false;
  bool forgotten = false;  ///< what the caps dropped may give it points
};

void add(const ItemScore& score, Sum& sum) {
  sum.min += score.min;
  sum.max += score.max;
  sum.at = std::max(sum.at, score.at);
  sum.forgotten = sum.forgotten || (score.forgotten && score.min != score.max);
  sum.anything_known = sum.anything_known || score.min != score.item->min_points || score.max != score.item->max_points;
}

Sum sum_of_items(const Definition& definition, const CriterionScore& score) {
  Sum sum;
  if (definition.items.empty()) {
    for (const ItemScore& each : score.items) add(each, sum);
  } else {
    for (const std::uint16_t item : definition.items) add(score.items[item], sum);
  }
  return sum;
}

/// Whether a reported value goes before the sum.
bool goes_before(const CurrentValue& reported, const Sum& sum) {
  const bool sure = sum.min == sum.max;
  return !(sure && sum.at.known() && sum.at - reported.at > kPreferenceSpan);
}

bool is_reported(Measure measure, const ValueTable& table) {
  return table.present[index(measure)] && !table.values[index(measure)].derived;
}

void note_open(const Definition& definition, const CriterionScore& score, ValueTable& table) {
  for (const std::uint16_t item : definition.items) {
    if (score.items[item].min != score.items[item].max) table.sofa_four.open |= std::uint64_t{1} << item;
  }
  table.sofa_four.items = table.sofa_four.open != 0 ? &score.table->items : nullptr;
}

void put(Measure measure, const Sum& sum, ValueTable& table) {
  CurrentValue& value = table.values[index(measure)];
  value = {};
  value.value = Interval::between(Decimal::of(sum.min), Decimal::of(sum.max));
  value.at = sum.at;
  value.derived = true;
  table.present.set(index(measure));
}

/// False where a reported value goes before, or nothing is known.
bool define(Measure measure, const Sum& sum, ValueTable& table) {
  if (is_reported(measure, table) && goes_before(table.values[index(measure)], sum)) return false;
  if (sum.forgotten) table.forgotten.set(index(measure));
  if (!sum.anything_known) return false;
  put(measure, sum, table);
  return true;
}

}  // namespace

Tristate is_there(const AuxiliaryFinding& finding, const ValueTable& table) {
  if (!table.present[index(finding.measure)]) return Tristate::unknown;
  Quantity quantity{table.values[index(finding.measure)].value, {}, Quantity::Form::plain};
  if (finding.measure == Measure::d_dimer_uln) quantity = table.d_dimer_uln;
  if (finding.measure == Measure::pic_uln) quantity = table.pic_uln;
  const PointRange points = points_of(finding.bands, quantity);
  if (points.min != points.max) return Tristate::unknown;
  return points.min == 1 ? Tristate::yes : Tristate::no;
}

void prefer_reported_total(const ValueTable& table, CriterionScore& out) {
  for (const Definition& definition : out.criterion->defines) {
    if (!definition.items.empty() || !is_reported(definition.measure, table)) continue;
    const CurrentValue& reported = table.values[index(definition.measure)];
    if (!goes_before(reported, sum_of_items(definition, out))) continue;
    const auto holds = [&](int total) { return reported.value.contains(Decimal::of(total)); };
    int least = out.table->lowest;
    int most = out.table->highest;
    while (least < most && !holds(least)) ++least;
    while (most > least && !holds(most)) --most;
    out.min = static_cast<std::int16_t>(least);
    out.max = static_cast<std::int16_t>(most);
    out.by_total = definition.measure;
  }
}

void define_measures(const CriterionScore& score, ValueTable& table) {
  for (const ItemScore& item : score.items) {
    if (!item.item->sub_score || item.by == item.item->sub_score) continue;
    Sum sum;
    add(item, sum);
    define(*item.item->sub_score, sum, table);
  }
  for (const Definition& definition : score.criterion->defines) {
    const Sum sum = sum_of_items(definition, score);
    if (define(definition.measure, sum, table) && definition.measure == Measure::sofa_four) {
      note_open(definition, score, table);
    }
  }
}

}  // namespace coagwatch::rules

#include "rules/evaluator.h"

#include <algorithm>

#include "rules/current_values.h"
#include "rules/deciding.h"
#include "rules/gates.h"
#include "rules/item_score.h"

namespace coagwatch::rules {
namespace {

std::uint8_t grade_of(const std::vector<Grade>& grades, std::int16_t total) {
  std::uint8_t grade = 0;
  for (std::size_t i = 1; i < grades.size(); ++i) {
    if (total >= grades[i].from) grade = static_cast<std::uint8_t>(i);
  }
  return grade;
}

bool is_forgotten(const Item& item, const ValueTable& table) {
  return std::ranges::any_of(item.sources,
                             [&](const Source& source) { return table.forgotten[index(source.measure)]; });
}

Status status_of(Gate gate, std::int16_t min, std::int16_t max, std::int16_t cut) {
  if (gate == Gate::excluded) return Status::not_applicable;
  if (min >= cut) return Status::met;
  return max < cut ? Status::not_met : Status::indeterminate;
}

}  // namespace

void score_criterion(const Criterion& criterion, const ValueTable& table, const KnownFacts& facts,
                     CriterionScore& out) {
  const Column* column = active_column(criterion, facts);
  out.criterion = &criterion;
  out.gate = gate_of(criterion, facts);
  out.column = column != nullptr ? std::string_view(column->name) : std::string_view();
  out.items.clear();
  out.deciding.clear();
  out.auxiliary.clear();
  out.other_column_min.reset();
  out.other_column_max.reset();

  int min = 0;
  int max = 0;
  int forgotten = 0;
  for (const Item& item : criterion.items) {
    if (column != nullptr && std::ranges::find(column->unscored, item.name) != column->unscored.end()) continue;
    const ItemScore& score = out.items.emplace_back(score_item(item, table, facts));
    min += score.min;
    max += score.max;
    if (table.forgotten.any() && is_forgotten(item, table)) forgotten += score.max - score.min;
  }
  // Adjustments are of the general population: JMHW note 2 subtracts and then decides by its column.
  if (column == nullptr) {
    for (const Adjustment& adjustment : criterion.adjustments) {
      if (!facts.yes(adjustment.fact)) continue;
      min += adjustment.points;
      max += adjustment.points;
    }
  }
  out.min = static_cast<std::int16_t>(min);
  out.max = static_cast<std::int16_t>(max);
  const std::int16_t cut = column != nullptr ? column->cut : criterion.cut;
  out.status = status_of(out.gate, out.min, out.max, cut);
  out.may_be_met = out.gate != Gate::excluded && min + forgotten >= cut;
  const std::vector<Grade>& grades = column != nullptr ? column->grades : criterion.grades;
  out.grade_low = grade_of(grades, out.min);
  out.grade_high = grade_of(grades, out.max);
  if (out.status != Status::not_applicable) list_deciding(table, cut, out);
}

void assess(const RuleSet& rules, const PatientState& state, Timestamp at, Assessment& out) {
  out.at = at;
  find_current_values(state, rules.site, at, kDefaultMaxAge, out);
  const KnownFacts facts(state, rules.site, at);
  out.scores.resize(rules.criteria.size());
  for (std::size_t i = 0; i < rules.criteria.size(); ++i) {
    const Criterion& criterion = rules.criteria[i];
    if (criterion.max_age == kDefaultMaxAge) {
      score_criterion(criterion, out, facts, out.scores[i]);
    } else {
      ValueTable table;
      find_current_values(state, rules.site, at, criterion.max_age, table);
      score_criterion(criterion, table, facts, out.scores[i]);
    }
  }
}

bool may_be_met_at(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at) {
  ValueTable table;
  find_current_values(state, rules.site, at, criterion.max_age, table);
  const KnownFacts facts(state, rules.site, at);
  CriterionScore score;
  score_criterion(criterion, table, facts, score);
  return score.may_be_met;
}

}  // namespace coagwatch::rules

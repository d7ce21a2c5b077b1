#include "rules/scoring/evaluator.h"

#include <algorithm>
#include <bit>

#include "rules/criterion/banding.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/definitions.h"
#include "rules/scoring/gates.h"
#include "rules/scoring/item_score.h"

namespace coagwatch::rules {
namespace {

std::uint8_t grade_of(const std::vector<Grade>& grades, std::int16_t total) {
  std::uint8_t grade = 0;
  for (std::size_t i = 1; i < grades.size(); ++i) {
    if (total >= grades[i].from) grade = static_cast<std::uint8_t>(i);
  }
  return grade;
}

/// Whether what the caps dropped may give an item points: a newer value, or a worse one of the time that it looks back.
bool is_forgotten(const Item& item, const ValueTable& table) {
  const auto of_source = [&](const Source& source) {
    if (table.forgotten[index(source.measure)]) return true;
    return item.worst_within > Duration{0} &&
           std::ranges::any_of(table.state->evictions, [&](const StoredEviction& step) {
             return step.measure == source.measure && step.at >= table.as_of - item.worst_within;
           });
  };
  return std::ranges::any_of(item.sources, of_source) ||
         std::ranges::any_of(item.branches, [&](const Item& branch) { return is_forgotten(branch, table); });
}

void clear(const Criterion& criterion, CriterionScore& out) {
  out.criterion = &criterion;
  out.items.clear();
  out.deciding.clear();
  out.auxiliary.clear();
  out.by_total.reset();
  out.floor.reset();
  out.group.reset();
  out.other_column_min.reset();
  out.other_column_max.reset();
  out.worse = false;
  out.findings_min = 0;
  out.findings_max = 0;
}

/// Sums of all items: least, most, and how much of the span is of what the caps dropped.
struct Totals {
  int min = 0;
  int max = 0;
  int forgotten = 0;
};

void add_adjustments(const Criterion& criterion, const ScoringTable& table, const KnownFacts& facts, Totals& totals) {
  for (const Adjustment& adjustment : criterion.adjustments) {
    if (!table.adjusted || !facts.yes(adjustment.fact)) continue;
    totals.min += adjustment.points;
    totals.max += adjustment.points;
  }
}

Totals score_items(const ValueTables& tables, const KnownFacts& facts, CriterionScore& out) {
  Totals totals;
  for (const Item& item : out.table->items) {
    const ValueTable& table = tables.of(item.max_age);
    ItemScore& score = out.items.emplace_back();
    score_item(item, table, facts, score);
    totals.min += score.min;
    totals.max += score.max;
    out.worse = out.worse || score.worse;
    score.forgotten = table.state != nullptr && !table.state->evictions.empty() && is_forgotten(item, table);
    if (score.forgotten) totals.forgotten += score.max - score.min;
  }
  add_adjustments(*out.criterion, *out.table, facts, totals);
  return totals;
}

/// What the general population's table would give.
void score_other_column(const ValueTables& tables, const KnownFacts& facts, CriterionScore& out) {
  Totals totals;
  for (const Item& item : out.criterion->table.items) {
    ItemScore score;
    score_item(item, tables.of(item.max_age), facts, score);
    totals.min += score.min;
    totals.max += score.max;
  }
  add_adjustments(*out.criterion, out.criterion->table, facts, totals);
  out.other_column_min = static_cast<std::int16_t>(totals.min);
  out.other_column_max = static_cast<std::int16_t>(totals.max);
}

void find_auxiliary(const ValueTable& table, CriterionScore& out) {
  for (const AuxiliaryFinding& finding : out.criterion->findings) {
    const Tristate there = is_there(finding, table);
    if (there != Tristate::no) ++out.findings_max;
    if (there != Tristate::yes) continue;
    ++out.findings_min;
    out.auxiliary.push_back(finding.name);
  }
}

void find_floor(CriterionScore& out) {
  const Met& met = out.table->met;
  if (met.floor_items.empty()) return;
  PointRange& floor = out.floor.emplace();
  for (const std::uint16_t item : met.floor_items) {
    floor.min = static_cast<std::int16_t>(floor.min + out.items[item].min);
    floor.max = static_cast<std::int16_t>(floor.max + out.items[item].max);
  }
}

bool is_met(const Met& met, int total, int floor, int findings) {
  if (!met.floor_items.empty() && floor < met.floor) return false;
  if (total >= met.cut) return true;
  return met.or_findings != 0 && findings >= met.or_findings && total >= met.or_cut;
}

// Totals, the floor's part and the number of findings grow independently of each other: what is met at the least of all
// is met, what is not at the most is not.
Status status_of(const CriterionScore& out) {
  const bool has_status = out.criterion->result != Criterion::Result::group;
  if (out.gate == Gate::excluded || !has_status) return Status::not_applicable;
  const Met& met = out.table->met;
  if (is_met(met, out.min, out.floor ? out.floor->min : 0, out.findings_min)) return Status::met;
  return is_met(met, out.max, out.floor ? out.floor->max : 0, out.findings_max) ? Status::indeterminate
                                                                                : Status::not_met;
}

/// With findings that make up for the last point the worst grade begins earlier.
std::uint8_t grade_with(const CriterionScore& out, std::int16_t total, std::uint8_t findings) {
  const std::vector<Grade>& grades = out.table->grades;
  const bool met = !grades.empty() && is_met(out.table->met, total, out.table->met.floor, findings);
  return met ? static_cast<std::uint8_t>(grades.size() - 1) : grade_of(grades, total);
}

}  // namespace

void score_criterion(const Criterion& criterion, const ValueTables& tables, const KnownFacts& facts,
                     CriterionScore& out) {
  const ValueTable& table = tables.of(criterion.max_age);
  const Column* column = active_column(criterion, facts);
  const bool derived = column == nullptr && !criterion.columns.empty();
  if (derived) column = derived_column(criterion, table);
  clear(criterion, out);
  out.gate = gate_of(criterion, facts, table);
  out.column = column != nullptr ? std::string_view(column->name) : std::string_view();
  out.table = column != nullptr ? &column->table : &criterion.table;

  const Totals totals = score_items(tables, facts, out);
  out.min = static_cast<std::int16_t>(totals.min);
  out.max = static_cast<std::int16_t>(totals.max);
  if (derived && column != nullptr) score_other_column(tables, facts, out);
  if (!criterion.defines.empty()) prefer_reported_total(table, out);
  if (criterion.cap) {
    out.min = std::min(out.min, *criterion.cap);
    out.max = std::min(out.max, *criterion.cap);
  }
  find_floor(out);
  if (!criterion.findings.empty()) find_auxiliary(table, out);
  out.status = status_of(out);
  out.may_be_met = out.gate != Gate::excluded && (out.status == Status::met || totals.forgotten != 0) &&
                   is_met(out.table->met, out.min + totals.forgotten,
                          out.floor ? std::min<int>(out.floor->min + totals.forgotten, out.floor->max) : 0,
                          totals.forgotten != 0 ? out.findings_max : out.findings_min);
  out.grade_low = grade_with(out, out.min, out.findings_min);
  out.grade_high = grade_with(out, out.max, out.findings_max);
  if (criterion.result == Criterion::Result::group && out.min == out.max) {
    out.group = static_cast<std::uint8_t>(out.min + 1);
  }
}

}  // namespace coagwatch::rules

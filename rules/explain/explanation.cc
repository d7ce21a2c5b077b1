#include "rules/explain/explanation.h"

#include <algorithm>

#include "rules/criterion/measures.h"
#include "rules/explain/explained_facts.h"
#include "rules/explain/explained_item.h"
#include "rules/explain/gate_reasons.h"
#include "rules/explain/would_change.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/deciding.h"
#include "rules/scoring/derived_values.h"
#include "rules/scoring/source_points.h"

namespace coagwatch::rules {
namespace {

/// The reported measure that a derived value was computed from, if it is of one result.
std::optional<Measure> computed_of(Measure measure, const CurrentValue& value, const ValueTable& table) {
  if (!value.derived || value.source.empty()) return std::nullopt;
  std::vector<Measure> candidates = {sent_measure(measure)};
  if (measure == Measure::pt_ratio) candidates = {Measure::pt_seconds, Measure::inr};
  for (const Measure candidate : candidates) {
    const StoredResult* const source = table.current[index(candidate)];
    if (source == nullptr || source->lab.at != value.at) continue;
    if (table.state->view(source->source) == value.source) return candidate;
  }
  return std::nullopt;
}

ExplainedValue explained(Measure measure, const ValueTable& table) {
  ExplainedValue out;
  out.measure = measure;
  out.value = table.values[index(measure)];
  out.counts_for = table.max_age;
  out.computed_of = computed_of(measure, out.value, table);
  const Quantity quantity = quantity_of(measure, table);
  if (quantity.form != Quantity::Form::plain) out.base = quantity.base;
  return out;
}

/// Of each measure the value of the table that looks back least and has one.
std::vector<ExplainedValue> explain_values(const Assessment& assessment) {
  std::vector<const ValueTable*> tables = {&assessment};
  for (const ValueTable& other : assessment.others) tables.push_back(&other);
  std::ranges::stable_sort(tables, {}, [](const ValueTable* table) { return table->max_age; });
  std::vector<ExplainedValue> out;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const auto has_it = [&](const ValueTable* table) { return table->present[i]; };
    // The common table first: what most items look at.
    if (assessment.present[i]) {
      out.push_back(explained(static_cast<Measure>(i), assessment));
    } else if (const auto found = std::ranges::find_if(tables, has_it); found != tables.end()) {
      out.push_back(explained(static_cast<Measure>(i), **found));
    }
  }
  return out;
}

ExplainedScore explain_score(const Explanation& explanation, const CriterionScore& score, const ValueTables& tables) {
  const Criterion& criterion = *score.criterion;
  const Assessment& assessment = explanation.assessment;
  ExplainedScore out;
  out.score = &score;
  out.gate = gate_reasons(criterion, assessment.facts, tables.of(criterion.max_age));
  for (const ItemScore& item : score.items) {
    out.items.push_back(explain_item(item, tables.of(item.item->max_age), assessment.facts));
  }
  for (const Adjustment& adjustment : criterion.adjustments) {
    if (score.table->adjusted && assessment.facts.yes(adjustment.fact)) out.adjustments.push_back(&adjustment);
  }
  out.would_change = would_change(*explanation.rules, *explanation.state, assessment.at, tables, score);
  return out;
}

Duration together(Duration a, Duration b) { return {a.micros + b.micros}; }

void widen_for(const std::vector<Item>& items, Duration& span) {
  for (const Item& item : items) {
    span = std::max(span, together(item.worst_within, kPreferenceSpan));
    if (item.trend) span = std::max(span, together(item.max_age, item.trend->look_back));
    widen_for(item.branches, span);
  }
}

}  // namespace

Timestamp clinical_time_at(const PatientState& state, Timestamp asked) {
  Timestamp newest = Timestamp::none();
  for (const StoredResult& stored : state.results) {
    if (stored.lab.unusable == Unusable::none && stored.lab.at <= asked) newest = std::max(newest, stored.lab.at);
  }
  for (const StoredEviction& step : state.evictions) {
    if (step.at <= asked) newest = std::max(newest, step.at);
  }
  return newest;
}

void forget_after(PatientState& state, Timestamp asked) {
  std::erase_if(state.results, [&](const StoredResult& stored) { return stored.lab.at > asked; });
  state.at = clinical_time_at(state, asked);
}

Duration looks_back(const RuleSet& rules) {
  // The fall is counted from the current value, which may itself be as old as it may be.
  const Duration fall = platelet_look_back(rules.site);
  Duration span = together(kDefaultMaxAge, fall);
  for (const Duration max_age : rules.max_ages) span = std::max(span, together(max_age, fall));
  for (const std::vector<Criterion>* criteria : {&rules.criteria, &rules.definers}) {
    for (const Criterion& criterion : *criteria) {
      widen_for(criterion.table.items, span);
      for (const Column& column : criterion.columns) widen_for(column.table.items, span);
    }
  }
  return span;
}

void explain(const RuleSet& rules, const PatientState& state, Timestamp at, std::span<const std::string> ids,
             Explanation& out) {
  out.rules = &rules;
  out.state = &state;
  assess(rules, state, at, out.assessment);
  list_deciding(out.assessment);
  out.values = explain_values(out.assessment);
  for (const StoredResult& stored : state.results) {
    if (stored.lab.unusable != Unusable::none) out.unusable.push_back(&stored);
  }
  out.facts = explain_facts(state, out.assessment.facts, at);
  const ValueTables tables(out.assessment, out.assessment.others);
  for (const CriterionScore& score : out.assessment.scores) {
    if (!ids.empty() && std::ranges::find(ids, score.criterion->id) == ids.end()) continue;
    out.scores.push_back(explain_score(out, score, tables));
  }
}

}  // namespace coagwatch::rules

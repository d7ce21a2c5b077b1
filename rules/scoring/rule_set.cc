#include "rules/scoring/rule_set.h"

#include <algorithm>

#include "rules/criterion/measures.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/evaluator.h"

namespace coagwatch::rules {
namespace {

void add_scores(const std::vector<Criterion>& definers, Criterion& criterion) {
  for (const Criterion& definer : definers) {
    if ((defined_by(definer) & criterion.scores).none()) continue;
    criterion.scores |= definer.scores;
    criterion.asks |= definer.asks;
  }
}

void define(const CriterionScore& score, ValueTable& common, std::vector<ValueTable>& others) {
  define_measures(score, common);
  for (ValueTable& table : others) define_measures(score, table);
}

/// Fills the tables of every `max-age`.
void find_values(const RuleSet& rules, const PatientState& state, Timestamp at, ValueTable& common,
                 std::vector<ValueTable>& others) {
  find_current_values(state, rules.site, at, kDefaultMaxAge, common);
  others.resize(rules.max_ages.size());
  for (std::size_t i = 0; i < others.size(); ++i) {
    find_current_values(state, rules.site, at, rules.max_ages[i], others[i]);
  }
}

/// Scores those criteria that define measures, since others score what they define. `score_of(i)` is where the score
/// of the criterion in force of that index goes.
template <typename ScoreOf>
void score_definers(const RuleSet& rules, const KnownFacts& facts, ValueTable& common, std::vector<ValueTable>& others,
                    CriterionScore& scratch, ScoreOf score_of) {
  const ValueTables tables(common, others);
  for (const Criterion& criterion : rules.definers) {
    score_criterion(criterion, tables, facts, scratch);
    define(scratch, common, others);
  }
  for (std::size_t i = 0; i < rules.criteria.size(); ++i) {
    if (rules.criteria[i].defines.empty()) continue;
    CriterionScore& score = score_of(i);
    score_criterion(rules.criteria[i], tables, facts, score);
    define(score, common, others);
  }
}

void add_max_ages(const std::vector<Item>& items, std::vector<Duration>& out) {
  for (const Item& item : items) out.push_back(item.max_age);
}

/// Those that an item or a criterion has, without the default.
std::vector<Duration> max_ages_of(const RuleSet& rules) {
  std::vector<Duration> out;
  for (const std::vector<Criterion>* criteria : {&rules.criteria, &rules.definers}) {
    for (const Criterion& criterion : *criteria) {
      out.push_back(criterion.max_age);
      add_max_ages(criterion.table.items, out);
      for (const Column& column : criterion.columns) add_max_ages(column.table.items, out);
    }
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  std::erase(out, kDefaultMaxAge);
  return out;
}

/// Makes `fall`, which is one from the current count to a later one, the platelet fall. Nothing where no count counts.
void replace_platelet_fall(const Quantity& fall, ValueTable& table) {
  const StoredResult* count = table.current[index(Measure::platelets)];
  if (count == nullptr) return;
  constexpr std::size_t kFall = index(Measure::platelet_fall_24h);
  table.platelet_fall = fall;
  table.fall_comes_after = true;
  table.present.set(kFall);
  // Items take the fraction: the value for display stays unknown.
  Interval any;
  any.low_unbounded = true;
  any.high_unbounded = true;
  table.values[kFall] = {any, count->lab.at, table.state->view(count->source), true, count->lab.flags};
}

}  // namespace

void link_definitions(RuleSet& rules, std::vector<Criterion> candidates) {
  std::bitset<kMeasureCount> defined;
  std::bitset<kMeasureCount> scored;
  for (const Criterion& criterion : rules.criteria) {
    defined |= defined_by(criterion);
    scored |= criterion.scores;
  }
  for (Criterion& candidate : candidates) {
    if ((defined_by(candidate) & scored & ~defined).none()) continue;
    defined |= defined_by(candidate);
    rules.definers.push_back(std::move(candidate));
  }
  rules.max_ages = max_ages_of(rules);
  const std::vector<Criterion> own = rules.criteria;
  for (Criterion& criterion : rules.criteria) {
    add_scores(rules.definers, criterion);
    add_scores(own, criterion);
  }
}

void assess(const RuleSet& rules, const PatientState& state, Timestamp at, Assessment& out) {
  out.at = at;
  out.lists_deciding = false;
  find_values(rules, state, at, out, out.others);
  out.facts = KnownFacts(state, rules.site, at);
  out.scores.resize(rules.criteria.size());
  score_definers(rules, out.facts, out, out.others, out.scratch,
                 [&](std::size_t i) -> CriterionScore& { return out.scores[i]; });
  const ValueTables tables(out, out.others);
  for (std::size_t i = 0; i < rules.criteria.size(); ++i) {
    if (rules.criteria[i].defines.empty()) score_criterion(rules.criteria[i], tables, out.facts, out.scores[i]);
  }
}

void score_as_of(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at,
                 const std::optional<Quantity>& later_fall, CriterionScore& out) {
  ValueTable common;
  std::vector<ValueTable> others;
  find_values(rules, state, at, common, others);
  if (later_fall) {
    replace_platelet_fall(*later_fall, common);
    for (ValueTable& table : others) replace_platelet_fall(*later_fall, table);
  }
  const KnownFacts facts(state, rules.site, at);
  score_definers(rules, facts, common, others, out, [&](std::size_t) -> CriterionScore& { return out; });
  score_criterion(criterion, ValueTables(common, others), facts, out);
}

bool may_be_met_at(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at) {
  CriterionScore score;
  score_as_of(rules, criterion, state, at, std::nullopt, score);
  return score.may_be_met;
}

}  // namespace coagwatch::rules

#include "rules/rule_set.h"

#include <algorithm>

#include "rules/current_values.h"
#include "rules/evaluator.h"
#include "rules/retro_credit.h"

namespace coagwatch::rules {
namespace {

/// The measures that a criterion computes for others.
std::bitset<kMeasureCount> defined_by(const Criterion& criterion) {
  std::bitset<kMeasureCount> defined;
  for (const Definition& definition : criterion.defines) defined.set(index(definition.measure));
  for (const Item& item : criterion.table.items) {
    if (item.sub_score) defined.set(index(*item.sub_score));
  }
  return defined;
}

void add_scores(const std::vector<Criterion>& definers, Criterion& criterion) {
  for (const Criterion& definer : definers) {
    if ((defined_by(definer) & criterion.scores).any()) criterion.scores |= definer.scores;
  }
}

/// Scores those criteria that define measures, since others score what they define.
void add_definitions(const RuleSet& rules, const KnownFacts& facts, ValueTable& table, CriterionScore& scratch) {
  const auto define = [&](const Criterion& criterion) {
    if (criterion.defines.empty()) return;
    score_criterion(criterion, table, facts, scratch);
    define_measures(scratch, table);
  };
  std::ranges::for_each(rules.definers, define);
  std::ranges::for_each(rules.criteria, define);
}

/// The same, where those in force are scored for good.
void score_definers(const RuleSet& rules, const KnownFacts& facts, Assessment& out) {
  for (const Criterion& criterion : rules.definers) {
    score_criterion(criterion, out, facts, out.scratch);
    define_measures(out.scratch, out);
  }
  for (std::size_t i = 0; i < rules.criteria.size(); ++i) {
    if (rules.criteria[i].defines.empty()) continue;
    score_criterion(rules.criteria[i], out, facts, out.scores[i]);
    define_measures(out.scores[i], out);
  }
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
  const std::vector<Criterion> own = rules.criteria;
  for (Criterion& criterion : rules.criteria) {
    add_scores(rules.definers, criterion);
    add_scores(own, criterion);
  }
}

void assess(const RuleSet& rules, const PatientState& state, Timestamp at, Assessment& out) {
  out.at = at;
  find_current_values(state, rules.site, at, kDefaultMaxAge, out);
  out.facts = KnownFacts(state, rules.site, at);
  const KnownFacts& facts = out.facts;
  out.scores.resize(rules.criteria.size());
  score_definers(rules, facts, out);
  for (std::size_t i = 0; i < rules.criteria.size(); ++i) {
    const Criterion& criterion = rules.criteria[i];
    if (criterion.max_age == kDefaultMaxAge) {
      if (criterion.defines.empty()) score_criterion(criterion, out, facts, out.scores[i]);
    } else {
      ValueTable table;
      find_current_values(state, rules.site, at, criterion.max_age, table);
      add_definitions(rules, facts, table, out.scratch);
      score_criterion(criterion, table, facts, out.scores[i]);
    }
  }
}

void score_as_of(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at,
                 const std::optional<Quantity>& later_fall, CriterionScore& out) {
  ValueTable table;
  find_current_values(state, rules.site, at, criterion.max_age, table);
  if (later_fall) replace_platelet_fall(*later_fall, table);
  const KnownFacts facts(state, rules.site, at);
  add_definitions(rules, facts, table, out);
  score_criterion(criterion, table, facts, out);
}

bool may_be_met_at(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at) {
  CriterionScore score;
  score_as_of(rules, criterion, state, at, std::nullopt, score);
  return score.may_be_met;
}

}  // namespace coagwatch::rules

#include "rules/gates.h"

#include <algorithm>

namespace coagwatch::rules {
namespace {

bool excludes(Fact fact, const KnownFacts& facts) {
  if (fact == Fact::leukaemia && facts.yes(Fact::remission)) return false;
  return facts.yes(fact);
}

bool excluded(const Criterion& criterion, const KnownFacts& facts) {
  const GateRule& rule = criterion.gate;
  // A newborn is a child (known_facts.h).
  if (rule.adults_only && facts.yes(Fact::child)) return true;
  if (std::ranges::any_of(rule.excludes, [&](Fact fact) { return excludes(fact, facts); })) return true;
  return !rule.requires_any.empty() && facts.no(rule.requires_any.front()) &&
         std::ranges::none_of(rule.requires_any, [&](Fact fact) { return facts.yes(fact); });
}

bool population_known(const Criterion& criterion, const KnownFacts& facts) {
  const GateRule& rule = criterion.gate;
  const auto is_yes = [&](Fact fact) { return facts.yes(fact); };
  if (rule.adults_only && facts.unknown(Fact::child)) return false;
  if (!rule.requires_any.empty() && std::ranges::none_of(rule.requires_any, is_yes)) return false;
  if (criterion.column) {
    const auto& members = criterion.column->when_any;
    if (std::ranges::any_of(members, is_yes)) return true;
    if (std::ranges::any_of(members, [&](Fact fact) { return facts.unknown(fact); })) return false;
  }
  return std::ranges::none_of(criterion.adjustments,
                              [&](const Adjustment& adjustment) { return facts.unknown(adjustment.fact); });
}

bool asks_nothing(const Criterion& criterion) {
  const GateRule& rule = criterion.gate;
  return rule.requires_any.empty() && rule.excludes.empty() && !rule.adults_only && !criterion.column &&
         criterion.adjustments.empty();
}

}  // namespace

const Column* active_column(const Criterion& criterion, const KnownFacts& facts) {
  if (!criterion.column) return nullptr;
  const bool member = std::ranges::any_of(criterion.column->when_any, [&](Fact fact) { return facts.yes(fact); });
  return member ? &*criterion.column : nullptr;
}

Gate gate_of(const Criterion& criterion, const KnownFacts& facts) {
  if (asks_nothing(criterion)) return Gate::none;
  if (excluded(criterion, facts)) return Gate::excluded;
  return population_known(criterion, facts) ? Gate::confirmed : Gate::unconfirmed;
}

}  // namespace coagwatch::rules

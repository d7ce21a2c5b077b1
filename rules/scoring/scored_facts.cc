#include "rules/scoring/scored_facts.h"

#include <algorithm>

#include "rules/scoring/d_dimer_limit.h"
#include "rules/scoring/patient_context.h"

namespace coagwatch::rules {
namespace {

bool is_followed(const RuleSet& rules, Fact fact) {
  return std::ranges::any_of(rules.criteria, [fact](const Criterion& criterion) {
    return std::ranges::any_of(
        criterion.columns, [fact](const Column& column) { return column.or_after && column.or_after->fact == fact; });
  });
}

}  // namespace

ScoredFacts::ScoredFacts(const RuleSet& rules, const PatientState& state, Timestamp at)
    : known_(state, rules.site, at),
      grown_up_(grown_up_at(state)),
      exposed_to_heparin_(was_exposed_to_heparin(state, at)) {
  for (const StoredFact& fact : state.facts) {
    if (fact.value != Tristate::yes || !fact.start.known() || fact.start > at) continue;
    if (is_followed(rules, fact.fact)) treatments_.emplace_back(fact.fact, fact.start);
  }
  std::ranges::sort(treatments_);
  treatments_.erase(std::unique(treatments_.begin(), treatments_.end()), treatments_.end());
}

}  // namespace coagwatch::rules

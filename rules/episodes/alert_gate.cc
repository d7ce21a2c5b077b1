#include "rules/episodes/alert_gate.h"

#include "rules/scoring/gates.h"

namespace coagwatch::rules {

bool is_derived_sepsis(const Assessment& assessment) {
  if (!assessment.facts.yes(Fact::infection) || !assessment.facts.unknown(Fact::sepsis)) return false;
  if (!assessment.present[index(Measure::sofa)]) return false;
  const Interval& sofa = assessment.values[index(Measure::sofa)].value;
  return !sofa.low_unbounded && sofa.low >= Decimal::of(2);
}

Gate alert_gate(const Assessment& assessment, std::size_t score_index) {
  const CriterionScore& score = assessment.scores[score_index];
  if (score.gate != Gate::unconfirmed || !is_derived_sepsis(assessment)) return score.gate;
  const ValueTables tables(assessment, assessment.others);
  return gate_of(*score.criterion, assessment.facts.assuming(Fact::sepsis), tables.of(score.criterion->max_age));
}

}  // namespace coagwatch::rules

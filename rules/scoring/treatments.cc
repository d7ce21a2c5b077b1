#include "rules/scoring/treatments.h"

#include <algorithm>
#include <array>

namespace coagwatch::rules {
namespace {

constexpr std::array kTreatments = {Fact::anticoagulant,        Fact::heparin,
                                    Fact::thrombomodulin,       Fact::fibrinogen_concentrate,
                                    Fact::platelet_transfusion, Fact::red_cell_transfusion,
                                    Fact::plasma_transfusion,   Fact::antithrombin_concentrate};

bool has_total(const CriterionScore& score) {
  return score.criterion->result == Criterion::Result::points && score.status != Status::not_applicable;
}

}  // namespace

void describe_treatments(const RuleSet& rules, const Assessment& assessment, std::vector<TreatmentCourse>& out) {
  out.clear();
  if (assessment.state == nullptr) return;
  const PatientState& state = *assessment.state;
  for (const Fact treatment : kTreatments) {
    const StoredFact* last = nullptr;
    for (const StoredFact& fact : state.facts) {
      const bool given = fact.fact == treatment && fact.value == Tristate::yes && fact.start.known();
      if (given && fact.start < assessment.at && (last == nullptr || fact.start > last->start)) last = &fact;
    }
    if (last == nullptr) continue;
    out.push_back({treatment, last->start, state.view(state.fact_sources[last->source].source), {}});
  }
  std::ranges::stable_sort(out, {}, &TreatmentCourse::from);
  Assessment before;
  for (TreatmentCourse& course : out) {
    assess(rules, state, course.from, before);
    for (std::size_t i = 0; i < assessment.scores.size(); ++i) {
      const CriterionScore& then = before.scores[i];
      const CriterionScore& now = assessment.scores[i];
      if (!has_total(then) || !has_total(now)) continue;
      const bool resolved = then.status == Status::met && now.status == Status::not_met && !now.worse;
      course.scores.push_back({now.criterion, {then.min, then.max}, {now.min, now.max}, resolved});
    }
  }
}

}  // namespace coagwatch::rules

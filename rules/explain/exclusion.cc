#include "rules/explain/exclusion.h"

#include <algorithm>
#include <array>

#include "rules/explain/explained_facts.h"
#include "rules/explain/gate_reasons.h"

namespace coagwatch::rules {
namespace {

bool excludes(const GateReason& reason) {
  using Kind = GateReason::Kind;
  constexpr std::array kExcluding = {Kind::child,  Kind::newborn,   Kind::excluding_fact,
                                     Kind::denied, Kind::only_with, Kind::no_sign};
  return std::ranges::find(kExcluding, reason.kind) != kExcluding.end();
}

}  // namespace

std::vector<Exclusion> exclusions(const Assessment& assessment, const PatientState& state, std::size_t score) {
  std::vector<Exclusion> found;
  const CriterionScore& of = assessment.scores.at(score);
  if (of.gate != Gate::excluded) return found;
  const ValueTables tables(assessment, assessment.others);
  const std::vector<ExplainedFact> facts = explain_facts(state, assessment.facts, assessment.at);
  for (const GateReason& reason : gate_reasons(*of.criterion, assessment.facts, tables.of(of.criterion->max_age))) {
    if (!excludes(reason)) continue;
    const bool stated = reason.fact && !assessment.facts.unknown(*reason.fact);
    found.push_back({reason, stated ? resources_of(facts, *reason.fact) : std::vector<std::string_view>()});
  }
  return found;
}

Departure departure_of(const PatientState& state, Leave leave) {
  if (leave != Leave::departed) return Departure::silent;
  const bool died = std::ranges::any_of(
      state.facts, [](const StoredFact& fact) { return fact.fact == Fact::deceased && fact.value == Tristate::yes; });
  return died ? Departure::died : Departure::discharged;
}

}  // namespace coagwatch::rules

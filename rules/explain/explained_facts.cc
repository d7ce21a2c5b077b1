#include "rules/explain/explained_facts.h"

#include <algorithm>

#include "rules/patient/known_facts.h"

namespace coagwatch::rules {
namespace {

ExplainedFact recorded(const PatientState& state, const StoredFact& stored, const KnownFacts& facts) {
  ExplainedFact fact;
  fact.fact = stored.fact;
  fact.value = stored.value;
  fact.counts = facts[stored.fact] == stored.value;
  fact.start = stored.start;
  fact.end = stored.end;
  fact.source = state.view(state.fact_sources[stored.source].source);
  const auto span = default_span(stored.fact);
  if (!stored.end.known() && stored.start.known() && span) {
    fact.end = stored.start + *span;
    fact.end_by_rule = true;
  }
  return fact;
}

/// A recorded fact that it follows from.
std::optional<Fact> ground_of(Fact fact, const std::vector<ExplainedFact>& known) {
  for (const ExplainedFact& each : known) {
    const bool counts = each.origin == ExplainedFact::Origin::recorded && each.counts && each.value == Tristate::yes;
    if (counts && each.fact != fact && implied_by(each.fact)[index(fact)]) return each.fact;
  }
  return std::nullopt;
}

/// What nobody stated and is known all the same.
ExplainedFact inferred(Fact fact, Tristate value, const std::vector<ExplainedFact>& known) {
  ExplainedFact out;
  out.fact = fact;
  out.value = value;
  const auto ground = value == Tristate::yes ? ground_of(fact, known) : std::nullopt;
  out.origin = ground ? ExplainedFact::Origin::implied : ExplainedFact::Origin::charted;
  if (ground) out.implied_by = *ground;
  return out;
}

}  // namespace

std::vector<ExplainedFact> explain_facts(const PatientState& state, const KnownFacts& facts, Timestamp at) {
  std::vector<ExplainedFact> out;
  for (const StoredFact& stored : state.facts) {
    if (covers(stored, at)) out.push_back(recorded(state, stored, facts));
  }
  for (std::size_t i = 0; i < kFactCount; ++i) {
    const auto fact = static_cast<Fact>(i);
    const auto says_so = [&](const ExplainedFact& each) { return each.fact == fact && each.counts; };
    if (facts.unknown(fact) || std::ranges::any_of(out, says_so)) continue;
    out.push_back(inferred(fact, facts[fact], out));
  }
  std::ranges::stable_sort(out, {}, [](const ExplainedFact& each) { return index(each.fact); });
  return out;
}

std::vector<std::string_view> resources_of(const std::vector<ExplainedFact>& facts, Fact fact) {
  std::vector<std::string_view> out;
  for (const ExplainedFact& each : facts) {
    if (each.fact != fact || !each.counts) continue;
    if (each.origin == ExplainedFact::Origin::implied) return resources_of(facts, each.implied_by);
    const bool listed = std::ranges::find(out, each.source) != out.end();
    if (!each.source.empty() && !listed) out.push_back(each.source);
  }
  return out;
}

}  // namespace coagwatch::rules

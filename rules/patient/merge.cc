#include "rules/patient/merge.h"

#include <algorithm>
#include <vector>

#include "rules/patient/evictions.h"
#include "rules/patient/fact_sources.h"
#include "rules/patient/state_changes.h"
#include "rules/patient/visit.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {
namespace {

std::vector<StoredLink>::iterator place_of(PatientState& state, std::string_view claimant) {
  return std::ranges::lower_bound(state.links, claimant, {},
                                  [&](const StoredLink& link) { return state.view(link.claimant); });
}

// The other record's own birth date is not taken over: where the two differ, that of the record that stays counts.
bool is_of_patient_resource(std::string_view source) {
  constexpr std::string_view kPatient = "Patient";
  return source.starts_with(kPatient) && source.substr(kPatient.size()).find_first_of("/?=") == 0;
}

void take_results(PatientState& state, const PatientState& from, const WindowLimits& limits, bool adopted,
                  ApplyResult& result) {
  std::vector<const StoredResult*> in_order;
  for (const StoredResult& stored : from.results) {
    if (!is_adopted(stored)) in_order.push_back(&stored);
  }
  std::ranges::sort(in_order, {}, &StoredResult::arrival);
  for (const StoredResult* stored : in_order) {
    Change change;
    change.source = from.view(stored->source);
    change.identity = from.view(stored->identity);
    change.version = stored->version;
    change.result = stored->lab;
    change.fingerprint = stored->fingerprint;
    change.adopted = adopted;
    result.add(apply(state, change, limits));
  }
}

void take_retractions(PatientState& state, const PatientState& from, const WindowLimits& limits, bool adopted,
                      ApplyResult& result) {
  for (const StoredRetraction& gone : from.retractions) {
    if (gone.adopted) continue;
    Change change;
    change.kind = gone.withdrawal ? Change::Kind::withdrawal : Change::Kind::retraction;
    change.source = from.view(gone.identity);
    change.identity = change.source;
    change.version = gone.version;
    change.result.at = gone.at;
    change.fingerprint = gone.fingerprint;
    change.names_measure = gone.measure.has_value();
    if (gone.measure) change.result.measure = *gone.measure;
    change.adopted = adopted;
    result.add(apply(state, change, limits));
  }
}

void take_facts(PatientState& state, const PatientState& from, const WindowLimits& limits, bool adopted) {
  std::vector<FactSpan> spans;
  for (std::size_t i = 0; i < from.fact_sources.size(); ++i) {
    const StoredFactSource& source = from.fact_sources[i];
    const std::string_view name = from.view(source.source);
    if (source.adopted || (adopted && is_of_patient_resource(name))) continue;
    spans.clear();
    for (const StoredFact& fact : from.facts) {
      if (fact.source == i) spans.push_back({fact.fact, fact.value, fact.start, fact.end});
    }
    FactChange change;
    change.kind = source.removed ? FactChange::Kind::removal : FactChange::Kind::statement;
    change.source = name;
    change.version = source.version;
    change.facts = spans;
    change.adopted = adopted;
    apply_facts(state, change, limits);
  }
}

ApplyResult take(PatientState& state, const PatientState& from, const WindowLimits& limits, bool adopted) {
  ApplyResult result = outcome_only(state, ApplyOutcome::applied);
  remember_evictions_of(from, state);
  take_results(state, from, limits, adopted, result);
  take_retractions(state, from, limits, adopted, result);
  take_facts(state, from, limits, adopted);
  adopt_visit(state, from);
  // What was remembered of evictions is a result in force, and may be the newest.
  const Timestamp was = state.at;
  settle(state, Measure::platelets, was, limits, result);
  return result;
}

}  // namespace

bool put_link(PatientState& state, std::string_view claimant, std::string_view into) {
  auto place = place_of(state, claimant);
  if (place != state.links.end() && state.view(place->claimant) == claimant) {
    if (state.view(place->into) == into) return false;
    place->into = keep_text(state, into);
    return true;
  }
  if (state.links.size() >= kMaxLinks) return false;
  StoredLink link;
  link.claimant = keep_text(state, claimant);
  link.into = keep_text(state, into);
  state.links.insert(place, link);
  return true;
}

bool drop_link(PatientState& state, std::string_view claimant) {
  const auto place = place_of(state, claimant);
  if (place == state.links.end() || state.view(place->claimant) != claimant) return false;
  state.links.erase(place);
  compact_text(state);
  return true;
}

std::string_view linked_to(const PatientState& state) {
  std::string_view into;
  for (const StoredLink& link : state.links) {
    const std::string_view named = state.view(link.into);
    if (!into.empty() && into != named) return {};
    into = named;
  }
  return into;
}

void set_merged_into(PatientState& state, std::string_view key) {
  state.merged_into = key.empty() ? TextRef() : keep_text(state, key);
  compact_text(state);
}

void set_copied_to(PatientState& state, std::string_view key) {
  state.copied_to = key.empty() ? TextRef() : keep_text(state, key);
  compact_text(state);
}

ApplyResult adopt(PatientState& state, const PatientState& from, const WindowLimits& limits) {
  return take(state, from, limits, true);
}

ApplyResult join(PatientState& state, const PatientState& from, const WindowLimits& limits) {
  return take(state, from, limits, false);
}

ApplyResult release_adopted(PatientState& state, const WindowLimits& limits) {
  ApplyResult result = remove_results(state, is_adopted, limits);
  std::erase_if(state.retractions, [](const StoredRetraction& gone) { return gone.adopted; });
  drop_adopted_facts(state);
  compact_text(state);
  return result;
}

}  // namespace coagwatch::rules

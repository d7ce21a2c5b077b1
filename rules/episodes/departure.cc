#include "rules/episodes/departure.h"

#include <algorithm>

#include "rules/patient/state_changes.h"
#include "rules/patient/visit.h"

namespace coagwatch::rules {

namespace {

/// Whether another stay began after the newest result that names one: he was moved, not sent home.
bool is_elsewhere(const PatientState& state, std::string_view encounter) {
  const Visit& visit = state.visit;
  return visit.place_of.length != 0 && state.view(visit.place_of) != encounter && visit.place_start > visit.at;
}

}  // namespace

Timestamp departed_at(const PatientState& state) {
  Timestamp departed = Timestamp::none();
  const std::string_view stay = encounter_of(state);
  for (const StoredFact& fact : state.facts) {
    if (fact.value != Tristate::yes) continue;
    if (fact.fact == Fact::deceased) {
      departed = std::max({departed, fact.start, fact.start.known() ? Timestamp::none() : state.at});
    } else if (fact.fact == Fact::discharged && fact.start >= state.at) {
      const std::string_view source = state.view(state.fact_sources[fact.source].source);
      if ((stay.empty() || source == stay) && !is_elsewhere(state, source)) departed = std::max(departed, fact.start);
    }
  }
  return departed;
}

bool is_deceased(const PatientState& state) {
  return std::ranges::any_of(
      state.facts, [](const StoredFact& fact) { return fact.fact == Fact::deceased && fact.value == Tristate::yes; });
}

void set_leave(const AlertPolicy& policy, PatientState& state, Timestamp now) {
  Attention& attention = state.attention;
  if (!now.known()) return;
  const Timestamp departed = departed_at(state);
  if (!departed.known()) {
    attention.left = Timestamp::none();
    return set_expiry(policy, state, now);
  }
  attention.seen = std::max(attention.seen, now);
  attention.leave = attention.left < departed ? departed + policy.departure : now;
}

Timestamp expiry_of(const AlertPolicy& policy, const Attention& attention) {
  return std::max(attention.seen, attention.alerted) + policy.retention;
}

void set_expiry(const AlertPolicy& policy, PatientState& state, Timestamp now) {
  Attention& attention = state.attention;
  if (!now.known()) return;
  attention.seen = std::max(attention.seen, now);
  attention.leave = expiry_of(policy, attention);
}

void forget_results(PatientState& state) {
  while (!state.results.empty()) take_out(state, state.results.back());
  state.evictions.clear();
  state.courses.clear();
  state.episodes.clear();
  state.attention = {};
  state.decisions.clear();
  state.visit = {};
  state.at = state.clock = Timestamp::none();
  state.frozen_at = state.last_frozen = state.folded_at = state.before_folded = Timestamp::none();
  state.scored_by = 0;
  state.trimmed_at = Timestamp::none();
}

}  // namespace coagwatch::rules

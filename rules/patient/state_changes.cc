#include "rules/patient/state_changes.h"

#include <algorithm>
#include <tuple>

#include "rules/patient/version.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {
namespace {

// The marks that decide how a value is scored.
constexpr unsigned kScoringFlags = kFlagDduConverted | kFlagAgeAdjustedLimit | kFlagMultipleOnly;

}  // namespace

bool same_content(const LabResult& a, const LabResult& b) {
  return a.measure == b.measure && a.at == b.at && a.status == b.status && a.unusable == b.unusable &&
         (a.flags & kScoringFlags) == (b.flags & kScoringFlags) && a.method_rank == b.method_rank &&
         a.upper_limit == b.upper_limit && a.value == b.value;
}

bool has_twin(const PatientState& state, const LabResult& lab) {
  const auto order = [](const StoredResult& stored, const LabResult& key) {
    return std::tie(stored.lab.measure, stored.lab.at) < std::tie(key.measure, key.at);
  };
  // Results of one measure and time lie side by side.
  for (auto it = std::lower_bound(state.results.begin(), state.results.end(), lab, order);
       it != state.results.end() && it->lab.measure == lab.measure && it->lab.at == lab.at; ++it) {
    if (same_content(it->lab, lab)) return true;
  }
  return false;
}

ApplyResult outcome_only(const PatientState& state, ApplyOutcome outcome) {
  ApplyResult result;
  result.outcome = outcome;
  result.at = state.at;
  return result;
}

void settle(PatientState& state, Measure touched, Timestamp was, const WindowLimits& limits, ApplyResult& result) {
  refresh_clinical_time(state);
  result.at = state.at.known() ? state.at : was;
  trim(state, touched, limits);
  compact_text(state);
}

void settle_added(PatientState& state, const LabResult& added, const WindowLimits& limits, ApplyResult& result) {
  if (usable(added)) state.at = std::max(state.at, added.at);
  result.at = state.at;
  trim(state, added.measure, limits);
  compact_text(state);
}

bool holds(const PatientState& state, std::string_view identity) {
  const auto is_result = [&](const StoredResult& stored) {
    return !is_adopted(stored) && covers(identity, state.view(stored.identity));
  };
  const auto is_source = [&](const StoredFactSource& known) {
    return !known.adopted && !known.removed && state.view(known.source) == identity;
  };
  return std::ranges::any_of(state.results, is_result) || std::ranges::any_of(state.fact_sources, is_source);
}

bool knows(const PatientState& state, std::string_view identity) {
  const auto is_gone = [&](const StoredRetraction& known) {
    return !known.adopted && covers(identity, state.view(known.identity));
  };
  const auto is_removed = [&](const StoredFactSource& known) {
    return !known.adopted && state.view(known.source) == identity;
  };
  return holds(state, identity) || std::ranges::any_of(state.retractions, is_gone) ||
         std::ranges::any_of(state.fact_sources, is_removed);
}

}  // namespace coagwatch::rules

#include "rules/patient_state.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "rules/window.h"

namespace coagwatch::rules {
namespace {

// -1: `a` is surely older than `b`, 1: surely newer, 0: neither says so.
int compare_versions(const Version& a, const Version& b) {
  if (a.number && b.number && *a.number != *b.number) return *a.number < *b.number ? -1 : 1;
  if (a.last_updated.known() && b.last_updated.known() && a.last_updated != b.last_updated) {
    return a.last_updated < b.last_updated ? -1 : 1;
  }
  return 0;
}

bool usable(const LabResult& lab) { return lab.unusable == Unusable::none; }

bool same_content(const LabResult& a, const LabResult& b) {
  return a.measure == b.measure && a.at == b.at && a.status == b.status && a.unusable == b.unusable &&
         a.upper_limit == b.upper_limit && a.value == b.value;
}

template <typename Entry>
Entry* with_identity(PatientState& state, std::vector<Entry>& entries, std::string_view identity) {
  for (Entry& entry : entries) {
    if (entry.identity.length == identity.size() && state.view(entry.identity) == identity) return &entry;
  }
  return nullptr;
}

// Whether the content of `lab` is in force under any identity. Results of one measure and time lie side by side.
bool has_twin(const PatientState& state, const LabResult& lab) {
  const auto order = [](const StoredResult& stored, const LabResult& key) {
    return std::tie(stored.lab.measure, stored.lab.at) < std::tie(key.measure, key.at);
  };
  for (auto it = std::lower_bound(state.results.begin(), state.results.end(), lab, order);
       it != state.results.end() && it->lab.measure == lab.measure && it->lab.at == lab.at; ++it) {
    if (same_content(it->lab, lab)) return true;
  }
  return false;
}

// A new result has the greatest arrival of all, so it goes behind every other of its measure and time.
void insert_sorted(PatientState& state, const StoredResult& result) {
  const auto order = [](const StoredResult& a, const StoredResult& b) {
    return std::tie(a.lab.measure, a.lab.at) < std::tie(b.lab.measure, b.lab.at);
  };
  state.results.insert(std::upper_bound(state.results.begin(), state.results.end(), result, order), result);
}

void remove(PatientState& state, const StoredResult* result) {
  state.results.erase(state.results.begin() + (result - state.results.data()));
}

ApplyResult outcome_only(const PatientState& state, ApplyOutcome outcome) {
  ApplyResult result;
  result.outcome = outcome;
  result.at = state.at;
  return result;
}

// Brings `state.at`, the window and the text in order after results came or went; `was` is the clinical time before.
void settle(PatientState& state, Measure touched, Timestamp was, const WindowLimits& limits, ApplyResult& result) {
  refresh_clinical_time(state);
  result.at = state.at.known() ? state.at : was;
  trim(state, touched, limits);
  compact_text(state);
}

ApplyResult apply_result(PatientState& state, const Change& change, std::string_view identity,
                         const WindowLimits& limits) {
  const LabResult& lab = change.result;
  state.clock = std::max({state.clock, lab.at, lab.issued});

  StoredRetraction* retraction = with_identity(state, state.retractions, identity);
  if (retraction != nullptr) {
    const int newer = compare_versions(change.version, retraction->version);
    if (newer < 0 || (newer == 0 && !retraction->withdrawal)) {
      return outcome_only(state, ApplyOutcome::superseded);
    }
    state.retractions.erase(state.retractions.begin() + (retraction - state.retractions.data()));
  }

  ApplyResult result;
  const Timestamp was = state.at;
  StoredResult stored{lab, change.version, {}, {}, 0};
  StoredResult* old = with_identity(state, state.results, identity);
  if (old != nullptr) {
    const int newer = compare_versions(change.version, old->version);
    if (same_content(old->lab, lab)) {
      if (newer > 0) old->version = change.version;
      return outcome_only(state, ApplyOutcome::duplicate);
    }
    if (newer < 0) return outcome_only(state, ApplyOutcome::superseded);
    if (usable(old->lab)) {
      result.changed.set(index(old->lab.measure));
      result.correction = true;
    }
    stored.identity = old->identity;
    const bool same_source = state.view(old->source) == change.source;
    stored.source = same_source ? old->source : keep_text(state, change.source);
    remove(state, old);
  } else {
    if (has_twin(state, lab)) result.outcome = ApplyOutcome::duplicate;
    stored.identity = keep_text(state, identity);
    stored.source = change.source == identity ? stored.identity : keep_text(state, change.source);
  }
  stored.arrival = state.next_arrival++;
  insert_sorted(state, stored);
  if (result.outcome == ApplyOutcome::applied && usable(lab)) result.changed.set(index(lab.measure));
  result.assess = result.changed.any();
  settle(state, lab.measure, was, limits, result);
  return result;
}

// Removes `old`, whose value may live on under another identity: then nothing that scores has changed.
ApplyResult remove_result(PatientState& state, const StoredResult* old, const WindowLimits& limits) {
  ApplyResult result;
  result.outcome = ApplyOutcome::retracted;
  const Timestamp was = state.at;
  const LabResult lab = old->lab;
  remove(state, old);
  if (usable(lab) && !has_twin(state, lab)) {
    result.changed.set(index(lab.measure));
    result.correction = true;
    result.assess = true;
  }
  settle(state, lab.measure, was, limits, result);
  return result;
}

// Keeps in mind that `identity` was taken away. At an equal or unknown age a retraction says more than a withdrawal.
// Returns what that means for a retraction of nothing.
ApplyOutcome remember(PatientState& state, const Change& change, std::string_view identity, bool withdrawal) {
  StoredRetraction* known = with_identity(state, state.retractions, identity);
  if (known == nullptr) {
    state.retractions.push_back({keep_text(state, identity), change.version, state.at, withdrawal});
    return ApplyOutcome::retracted;
  }
  const int newer = compare_versions(change.version, known->version);
  if (newer < 0) return ApplyOutcome::superseded;
  const bool stronger = known->withdrawal && !withdrawal;
  if (newer == 0 && !stronger) return ApplyOutcome::duplicate;
  if (newer > 0) known->version = change.version;
  known->withdrawal = withdrawal;
  return ApplyOutcome::retracted;
}

bool has_age(const Version& version) { return version.number || version.last_updated.known(); }

ApplyResult apply_withdrawal(PatientState& state, const Change& change, std::string_view identity,
                             const WindowLimits& limits) {
  const StoredResult* old = with_identity(state, state.results, identity);
  if (old != nullptr && compare_versions(change.version, old->version) < 0) {
    return outcome_only(state, ApplyOutcome::superseded);
  }
  const bool remembered = has_age(change.version);
  if (remembered) remember(state, change, identity, true);
  if (old != nullptr) return remove_result(state, old, limits);
  ApplyResult result = outcome_only(state, ApplyOutcome::duplicate);
  if (remembered) settle(state, Measure::platelets, state.at, limits, result);
  return result;
}

ApplyResult apply_retraction(PatientState& state, const Change& change, std::string_view identity,
                             const WindowLimits& limits) {
  const StoredResult* old = with_identity(state, state.results, identity);
  if (old != nullptr && compare_versions(change.version, old->version) < 0) {
    return outcome_only(state, ApplyOutcome::superseded);
  }
  const ApplyOutcome outcome = remember(state, change, identity, false);
  if (old != nullptr) return remove_result(state, old, limits);
  ApplyResult result = outcome_only(state, outcome);
  if (outcome == ApplyOutcome::retracted) settle(state, Measure::platelets, state.at, limits, result);
  return result;
}

}  // namespace

void PatientState::clear() {
  results.clear();
  retractions.clear();
  facts.clear();
  episodes.clear();
  text.clear();
  at = Timestamp::none();
  clock = Timestamp::none();
  next_arrival = 0;
  evicted = 0;
}

ApplyResult apply(PatientState& state, const Change& change, const WindowLimits& limits) {
  // As kept, so that two texts that differ only where they are cut are one and the same on every path.
  const std::string_view identity = change.identity.substr(0, kLongestText);
  switch (change.kind) {
    case Change::Kind::retraction:
      return apply_retraction(state, change, identity, limits);
    case Change::Kind::withdrawal:
      return apply_withdrawal(state, change, identity, limits);
    case Change::Kind::result:
      break;
  }
  return apply_result(state, change, identity, limits);
}

}  // namespace coagwatch::rules

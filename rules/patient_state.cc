#include "rules/patient_state.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "rules/evictions.h"
#include "rules/version.h"
#include "rules/window.h"

namespace coagwatch::rules {
namespace {

bool usable(const LabResult& lab) { return lab.unusable == Unusable::none; }

// The marks that decide how a value is scored.
constexpr unsigned kScoringFlags = kFlagDduConverted | kFlagAgeAdjustedLimit | kFlagMultipleOnly;

bool same_content(const LabResult& a, const LabResult& b) {
  return a.measure == b.measure && a.at == b.at && a.status == b.status && a.unusable == b.unusable &&
         (a.flags & kScoringFlags) == (b.flags & kScoringFlags) && a.method_rank == b.method_rank &&
         a.upper_limit == b.upper_limit && a.value == b.value;
}

// What is in force under an identity, and whether a newer version of its resource is.
struct InForce {
  StoredResult* result = nullptr;
  bool other_part = false;
  bool newer_part = false;
};

InForce in_force(PatientState& state, std::string_view identity, const Version& version) {
  const std::string_view resource = resource_of(identity);
  InForce found;
  for (StoredResult& stored : state.results) {
    if (stored.identity.length < resource.size()) continue;
    const std::string_view known = state.view(stored.identity);
    if (!covers(resource, known)) continue;
    if (known == identity) {
      found.result = &stored;
      continue;
    }
    found.other_part = true;
    found.newer_part = found.newer_part || compare_versions(version, stored.version) < 0;
  }
  return found;
}

// Whether what is remembered of the resource keeps a result of that version away. What is thereby overcome is
// forgotten.
bool is_kept_away(PatientState& state, std::string_view identity, const Version& version) {
  if (state.retractions.empty()) return false;
  const std::string_view resource = resource_of(identity);
  for (const StoredRetraction& known : state.retractions) {
    const std::string_view gone = state.view(known.identity);
    if (!covers(resource, gone)) continue;
    const int newer = compare_versions(version, known.version);
    if (newer < 0 || (newer == 0 && !known.withdrawal && covers(gone, identity))) return true;
  }
  std::erase_if(state.retractions,
                [&](const StoredRetraction& known) { return covers(state.view(known.identity), identity); });
  return false;
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

  if (is_kept_away(state, identity, change.version)) return outcome_only(state, ApplyOutcome::superseded);

  ApplyResult result;
  const Timestamp was = state.at;
  StoredResult stored{lab, change.version, {}, {}, 0};
  const InForce known = in_force(state, identity, change.version);
  StoredResult* old = known.result;
  result.other_parts = known.other_part;
  if (old != nullptr && same_content(old->lab, lab)) {
    if (compare_versions(change.version, old->version) > 0) old->version = change.version;
    result.outcome = ApplyOutcome::duplicate;
    result.at = state.at;
    return result;
  }
  if (known.newer_part || (old != nullptr && compare_versions(change.version, old->version) < 0)) {
    return outcome_only(state, ApplyOutcome::superseded);
  }
  if (old != nullptr) {
    if (usable(old->lab)) {
      result.changed.set(index(old->lab.measure));
      result.correction = true;
    }
    stored.identity = old->identity;
    const bool same_source = state.view(old->source) == change.source;
    stored.source = same_source ? old->source : keep_text(state, change.source);
    take_out(state, *old);
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

// Removes what `gone` says. A value may live on under another identity: then nothing that scores has changed.
template <typename Gone>
ApplyResult remove_results(PatientState& state, const Gone& gone, const WindowLimits& limits) {
  ApplyResult result;
  result.outcome = ApplyOutcome::retracted;
  const Timestamp was = state.at;
  std::size_t removed = 0;
  Measure touched = Measure::platelets;
  for (std::size_t i = 0; i < state.results.size();) {
    if (!gone(state.results[i])) {
      ++i;
      continue;
    }
    const LabResult lab = state.results[i].lab;
    take_out(state, state.results[i]);
    ++removed;
    touched = lab.measure;
    if (!usable(lab) || has_twin(state, lab)) continue;
    result.changed.set(index(lab.measure));
    result.correction = true;
    result.assess = true;
  }
  if (removed == 0) return outcome_only(state, ApplyOutcome::duplicate);
  settle(state, touched, was, limits, result);
  return result;
}

// Something that was taken away: `at` is its collection time, as far as the version that did it says so.
struct Taken {
  std::string_view identity;
  Version version;
  Timestamp at = Timestamp::none();
  bool withdrawal = false;
};

// Keeps in mind what was taken away, as long as an original that comes late would count. At an equal or unknown age a
// retraction says more than a withdrawal. Returns what that means for a retraction of nothing.
ApplyOutcome remember(PatientState& state, const Taken& taken) {
  const Timestamp at = std::max(state.at, taken.at);
  const auto known = std::ranges::find_if(
      state.retractions, [&](const StoredRetraction& entry) { return state.view(entry.identity) == taken.identity; });
  if (known == state.retractions.end()) {
    state.retractions.push_back({keep_text(state, taken.identity), taken.version, at, taken.withdrawal});
    return ApplyOutcome::retracted;
  }
  const int newer = compare_versions(taken.version, known->version);
  if (newer < 0) return ApplyOutcome::superseded;
  known->at = std::max(known->at, at);
  const bool stronger = known->withdrawal && !taken.withdrawal;
  if (newer == 0 && !stronger) return ApplyOutcome::duplicate;
  if (newer > 0) known->version = taken.version;
  known->withdrawal = taken.withdrawal;
  return ApplyOutcome::retracted;
}

ApplyResult apply_withdrawal(PatientState& state, const Change& change, std::string_view identity,
                             const WindowLimits& limits) {
  const InForce known = in_force(state, identity, change.version);
  const StoredResult* old = known.result;
  if (known.newer_part || (old != nullptr && compare_versions(change.version, old->version) < 0)) {
    return outcome_only(state, ApplyOutcome::superseded);
  }
  const bool remembered = has_age(change.version);
  if (remembered) remember(state, {identity, change.version, change.result.at, true});
  if (old != nullptr) {
    // By its identity: elements move up when one is removed.
    const auto withdrawn = [&](const StoredResult& stored) { return state.view(stored.identity) == identity; };
    return remove_results(state, withdrawn, limits);
  }
  ApplyResult result = outcome_only(state, ApplyOutcome::duplicate);
  if (remembered) settle(state, Measure::platelets, state.at, limits, result);
  return result;
}

ApplyResult apply_retraction(PatientState& state, const Change& change, std::string_view identity,
                             const WindowLimits& limits) {
  const auto covered = [&](const StoredResult& stored) {
    return stored.identity.length >= identity.size() && covers(identity, state.view(stored.identity));
  };
  const auto newer = [&](const StoredResult& stored) {
    return covered(stored) && compare_versions(change.version, stored.version) < 0;
  };
  if (std::ranges::any_of(state.results, newer)) return outcome_only(state, ApplyOutcome::superseded);
  const ApplyOutcome outcome = remember(state, {identity, change.version, change.result.at, false});
  if (std::ranges::any_of(state.results, covered)) return remove_results(state, covered, limits);
  ApplyResult result = outcome_only(state, outcome);
  if (outcome == ApplyOutcome::retracted) settle(state, Measure::platelets, state.at, limits, result);
  return result;
}

// Whether a result is of that resource, of no newer version, and not among what this version says.
bool is_unsaid(const PatientState& state, const StoredResult& stored, const ResourceVersion& resource) {
  const std::string_view whole = resource.identity.substr(0, kLongestText);
  if (stored.identity.length < whole.size()) return false;
  const std::string_view known = state.view(stored.identity);
  return covers(whole, known) && std::ranges::find(resource.parts, known) == resource.parts.end() &&
         compare_versions(resource.version, stored.version) >= 0;
}

}  // namespace

void PatientState::clear() {
  results.clear();
  retractions.clear();
  fact_sources.clear();
  facts.clear();
  episodes.clear();
  evictions.clear();
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

bool knows(const PatientState& state, std::string_view identity) {
  const auto is_part = [&](const auto& entry) { return covers(identity, state.view(entry.identity)); };
  const auto is_source = [&](const StoredFactSource& known) { return state.view(known.source) == identity; };
  return std::ranges::any_of(state.results, is_part) || std::ranges::any_of(state.retractions, is_part) ||
         std::ranges::any_of(state.fact_sources, is_source);
}

bool has_rest(const PatientState& state, const ResourceVersion& resource) {
  return std::ranges::any_of(state.results,
                             [&](const StoredResult& stored) { return is_unsaid(state, stored, resource); });
}

ApplyResult withdraw_rest(PatientState& state, const ResourceVersion& resource, const WindowLimits& limits) {
  if (!has_rest(state, resource)) return outcome_only(state, ApplyOutcome::duplicate);
  const std::string_view identity = resource.identity.substr(0, kLongestText);
  if (has_age(resource.version)) remember(state, {identity, resource.version, Timestamp::none(), true});
  const auto unsaid = [&](const StoredResult& stored) { return is_unsaid(state, stored, resource); };
  return remove_results(state, unsaid, limits);
}

}  // namespace coagwatch::rules

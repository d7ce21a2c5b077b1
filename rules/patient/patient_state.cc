#include "rules/patient/patient_state.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "rules/patient/evictions.h"
#include "rules/patient/same_result.h"
#include "rules/patient/state_changes.h"
#include "rules/patient/version.h"
#include "rules/patient/visit.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {
namespace {

// Whether what a change says gives way to a result that is in force. What is adopted must be surely newer than what the
// patient's own records say.
bool gives_way(const Change& change, const StoredResult& stored) {
  const int newer = compare_versions(change.version, stored.version);
  return newer < 0 || (newer == 0 && change.adopted && !is_adopted(stored));
}

// What is in force under a change's identity, and whether it gives way to another part of its resource.
struct InForce {
  StoredResult* result = nullptr;
  bool other_part = false;
  bool newer_part = false;
};

InForce in_force(PatientState& state, std::string_view identity, const Change& change) {
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
    found.newer_part = found.newer_part || gives_way(change, stored);
  }
  return found;
}

// Whether what is remembered of the resource keeps a result of that version away. What is thereby overcome is
// forgotten.
bool is_kept_away(PatientState& state, std::string_view identity, const Change& change) {
  if (state.retractions.empty()) return false;
  const std::string_view resource = resource_of(identity);
  for (const StoredRetraction& known : state.retractions) {
    const std::string_view gone = state.view(known.identity);
    if (!covers(resource, gone) && !covers(gone, resource)) continue;
    const int newer = compare_versions(change.version, known.version);
    const bool says_more = !known.withdrawal && (change.adopted || !known.adopted);
    if (newer < 0 || (newer == 0 && says_more && covers(gone, identity))) return true;
  }
  std::erase_if(state.retractions, [&](const StoredRetraction& known) {
    if (!covers(state.view(known.identity), identity)) return false;
    note_gone(state, known);
    return true;
  });
  return false;
}

// A new result has the greatest arrival of all, so it goes behind every other of its measure and time.
void insert_sorted(PatientState& state, const StoredResult& result) {
  const auto order = [](const StoredResult& a, const StoredResult& b) {
    return std::tie(a.lab.measure, a.lab.at) < std::tie(b.lab.measure, b.lab.at);
  };
  state.results.insert(std::upper_bound(state.results.begin(), state.results.end(), result, order), result);
}

// `united`: the identity that it has here instead of its own (same_result.h).
ApplyResult apply_result(PatientState& state, const Change& change, std::string_view own,
                         const std::optional<std::string>& united, const WindowLimits& limits) {
  const std::string_view identity = united ? *united : own;
  const LabResult& lab = change.result;
  state.clock = std::max({state.clock, lab.at, lab.issued});

  note_encounter(state, change.encounter, lab.at);
  if (is_kept_away(state, identity, change) || (united && is_kept_away(state, own, change))) {
    return outcome_only(state, ApplyOutcome::superseded);
  }

  ApplyResult result;
  const Timestamp was = state.at;
  StoredResult stored{lab, change.version, {}, {}, 0, change.fingerprint};
  if (change.adopted) stored.lab.flags |= kFlagAdopted;
  const InForce known = in_force(state, identity, change);
  StoredResult* old = known.result;
  result.other_parts = known.other_part;
  if (old != nullptr && same_content(old->lab, lab)) {
    if (compare_versions(change.version, old->version) > 0) old->version = change.version;
    if (change.fingerprint != 0 && change.fingerprint != old->fingerprint) {
      note_gone(state, *old);
      old->fingerprint = change.fingerprint;
    }
    if (!change.adopted) old->lab.flags &= static_cast<std::uint16_t>(~kFlagAdopted);
    result.outcome = ApplyOutcome::duplicate;
    result.at = state.at;
    return result;
  }
  if (known.newer_part || (old != nullptr && gives_way(change, *old))) {
    return outcome_only(state, ApplyOutcome::superseded);
  }
  if (old != nullptr) {
    if (usable(old->lab)) {
      result.note(old->lab.measure, old->lab.at);
      result.correction = true;
    }
    stored.identity = old->identity;
    const bool same_source = change.source.empty() || state.view(old->source) == change.source;
    stored.source = same_source ? old->source : keep_text(state, change.source);
    take_out(state, *old);
  } else {
    if (has_twin(state, lab)) result.outcome = ApplyOutcome::duplicate;
    stored.identity = keep_text(state, identity);
    stored.source = change.source == identity ? stored.identity : keep_text(state, change.source);
  }
  stored.arrival = state.next_arrival++;
  insert_sorted(state, stored);
  if (result.outcome == ApplyOutcome::applied && usable(lab)) result.note(lab.measure, lab.at);
  result.assess = result.changed.any();
  if (old == nullptr) {
    settle_added(state, lab, limits, result);
  } else {
    settle(state, lab.measure, was, limits, result);
  }
  return result;
}

// Something that was taken away: `at` is its collection time, as far as the version that did it says so.
struct Taken {
  std::string_view identity;
  Version version;
  Timestamp at = Timestamp::none();
  bool withdrawal = false;
  bool adopted = false;
  std::uint64_t fingerprint = 0;
  std::optional<Measure> measure = std::nullopt;
};

Taken taken_by(const Change& change, std::string_view identity) {
  Taken taken{identity, change.version, change.result.at};
  taken.withdrawal = change.kind == Change::Kind::withdrawal;
  taken.adopted = change.adopted;
  taken.fingerprint = change.fingerprint;
  if (change.names_measure) taken.measure = change.result.measure;
  return taken;
}

// Keeps in mind what was taken away, as long as an original that comes late would count. At an equal or unknown age a
// retraction says more than a withdrawal. Returns what that means for a retraction of nothing.
ApplyOutcome remember(PatientState& state, const Taken& taken) {
  const Timestamp at = std::max(state.at, taken.at);
  const auto known = std::ranges::find_if(
      state.retractions, [&](const StoredRetraction& entry) { return state.view(entry.identity) == taken.identity; });
  if (known == state.retractions.end()) {
    const TextRef identity = keep_text(state, taken.identity);
    state.retractions.push_back(
        {identity, taken.version, at, taken.withdrawal, taken.adopted, taken.fingerprint, taken.measure});
    return ApplyOutcome::retracted;
  }
  const int newer = compare_versions(taken.version, known->version);
  if (newer < 0) return ApplyOutcome::superseded;
  known->at = std::max(known->at, at);
  known->adopted = known->adopted && taken.adopted;
  if (taken.fingerprint != 0) {
    known->fingerprint = taken.fingerprint;
    known->measure = taken.measure;
  }
  const bool stronger = known->withdrawal && !taken.withdrawal;
  if (newer == 0 && !stronger) return ApplyOutcome::duplicate;
  if (newer > 0) known->version = taken.version;
  known->withdrawal = taken.withdrawal;
  return ApplyOutcome::retracted;
}

ApplyResult apply_withdrawal(PatientState& state, const Change& change, std::string_view identity,
                             const WindowLimits& limits) {
  const InForce known = in_force(state, identity, change);
  const StoredResult* old = known.result;
  if (known.newer_part || (old != nullptr && gives_way(change, *old))) {
    return outcome_only(state, ApplyOutcome::superseded);
  }
  const bool remembered = has_age(change.version);
  if (remembered) remember(state, taken_by(change, identity));
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
  const Counterparts others = counterparts_of(state, change, identity);
  const auto covered = [&](const StoredResult& stored) {
    return covers(identity, state.view(stored.identity)) || is_counterpart(state, stored, others, change, identity);
  };
  const auto newer = [&](const StoredResult& stored) { return covered(stored) && gives_way(change, stored); };
  if (std::ranges::any_of(state.results, newer)) return outcome_only(state, ApplyOutcome::superseded);
  Taken taken = taken_by(change, identity);
  // Late copies are known by it, with an id or without.
  const bool named = !others.resource.empty();
  if (named) taken.identity = others.resource;
  ApplyOutcome outcome = remember(state, taken);
  if (named && !change.names_measure) {
    taken.identity = identity;
    remember(state, taken);
  }
  if (std::ranges::any_of(state.results, covered)) return remove_results(state, covered, limits);
  ApplyResult result = outcome_only(state, outcome);
  if (outcome == ApplyOutcome::retracted) settle(state, Measure::platelets, state.at, limits, result);
  if (others.several && lacks_id(identity)) result.outcome = ApplyOutcome::ambiguous;
  return result;
}

// Whether a result is of that resource, of no newer version, and not among what this version says.
bool is_unsaid(const PatientState& state, const StoredResult& stored, const ResourceVersion& resource) {
  const std::string_view whole = resource.identity.substr(0, kLongestText);
  if (stored.identity.length < whole.size()) return false;
  const std::string_view known = state.view(stored.identity);
  return covers(whole, known) && std::ranges::find(resource.parts, known) == resource.parts.end() &&
         compare_versions(resource.version, stored.version) >= (resource.adopted && !is_adopted(stored) ? 1 : 0);
}

}  // namespace

void PatientState::clear() {
  results.clear();
  retractions.clear();
  fact_sources.clear();
  facts.clear();
  courses.clear();
  episodes.clear();
  attention = {};
  decisions.clear();
  frozen_at = last_frozen = folded_at = before_folded = Timestamp::none();
  evictions.clear();
  links.clear();
  merged_into = {};
  copied_to = {};
  copied = 0;
  is_copy = false;
  visit = {};
  roomy_text = 0;
  trimmed_at = Timestamp::none();
  gone.clear();
  text.clear();
  at = Timestamp::none();
  clock = Timestamp::none();
  next_arrival = 0;
  evicted = 0;
  scored_by = 0;
}

ApplyResult apply(PatientState& state, const Change& change, const WindowLimits& limits) {
  // As kept, so that two texts that differ only where they are cut are one and the same on every path.
  const std::string_view identity = change.identity.substr(0, kLongestText);
  if (change.kind == Change::Kind::retraction) return apply_retraction(state, change, identity, limits);
  const auto united = unite(state, change, identity);
  if (change.kind == Change::Kind::withdrawal) {
    return apply_withdrawal(state, change, united ? *united : identity, limits);
  }
  return apply_result(state, change, identity, united, limits);
}

bool has_rest(const PatientState& state, const ResourceVersion& resource) {
  return std::ranges::any_of(state.results,
                             [&](const StoredResult& stored) { return is_unsaid(state, stored, resource); });
}

ApplyResult withdraw_rest(PatientState& state, const ResourceVersion& resource, const WindowLimits& limits) {
  if (!has_rest(state, resource)) return outcome_only(state, ApplyOutcome::duplicate);
  const std::string_view identity = resource.identity.substr(0, kLongestText);
  if (has_age(resource.version))
    remember(state, {identity, resource.version, Timestamp::none(), true, resource.adopted, 0});
  const auto unsaid = [&](const StoredResult& stored) { return is_unsaid(state, stored, resource); };
  return remove_results(state, unsaid, limits);
}

}  // namespace coagwatch::rules

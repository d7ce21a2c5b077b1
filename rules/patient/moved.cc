#include "rules/patient/moved.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "rules/patient/state_changes.h"
#include "rules/patient/version.h"

namespace coagwatch::rules {
namespace {

bool is_same(const PatientState& state, TextRef identity, std::uint64_t fingerprint, const Change& change) {
  return fingerprint == change.fingerprint && resource_of(state.view(identity)) == resource_of(change.identity);
}

bool is_meant(const PatientState& state, const StoredResult& stored, const Change& change, bool adopted) {
  return is_adopted(stored) == adopted && is_same(state, stored.identity, stored.fingerprint, change);
}

}  // namespace

Elsewhere find_elsewhere(const PatientState& former, const Change& change, Version* version) {
  const auto is_newer = [&](const Version& other) {
    if (compare_versions(change.version, other) >= 0) return false;
    if (version != nullptr) *version = other;
    return true;
  };
  const bool overtaken = std::ranges::any_of(former.retractions, [&](const StoredRetraction& gone) {
    return !gone.adopted && is_same(former, gone.identity, gone.fingerprint, change) && is_newer(gone.version);
  });
  if (overtaken) return Elsewhere::newer;
  Elsewhere found = Elsewhere::nothing;
  for (const StoredResult& stored : former.results) {
    if (!is_meant(former, stored, change, false)) continue;
    if (is_newer(stored.version)) return Elsewhere::newer;
    const bool corrects = is_corrected(change.result.status) && !is_corrected(stored.lab.status);
    const bool surely = compare_versions(change.version, stored.version) > 0 || corrects;
    found = surely && found != Elsewhere::unclear ? Elsewhere::older : Elsewhere::unclear;
  }
  return found;
}

ApplyResult withdraw_elsewhere(PatientState& former, const Change& change, bool adopted, const WindowLimits& limits) {
  std::vector<std::pair<std::string, Measure>> meant;
  for (const StoredResult& stored : former.results) {
    if (!is_meant(former, stored, change, adopted)) continue;
    meant.emplace_back(former.view(stored.identity), stored.lab.measure);
  }
  ApplyResult result = outcome_only(former, ApplyOutcome::duplicate);
  for (const auto& [identity, measure] : meant) {
    Change gone;
    gone.kind = change.kind == Change::Kind::retraction ? Change::Kind::retraction : Change::Kind::withdrawal;
    gone.source = identity;
    gone.identity = identity;
    gone.version = change.version;
    gone.fingerprint = change.fingerprint;
    gone.names_measure = resource_of(identity) == identity;
    gone.result.measure = measure;
    gone.adopted = adopted;
    const ApplyResult one = apply(former, gone, limits);
    result.outcome = one.outcome;
    result.add(one);
  }
  return result;
}

}  // namespace coagwatch::rules

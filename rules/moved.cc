#include "rules/moved.h"

#include <string>
#include <vector>

#include "rules/state_changes.h"
#include "rules/version.h"

namespace coagwatch::rules {
namespace {

bool same_resource(const PatientState& state, const StoredResult& stored, const Change& change) {
  return resource_of(state.view(stored.identity)) == resource_of(change.identity);
}

bool is_meant(const PatientState& state, const StoredResult& stored, const Change& change,
              std::optional<Measure> measure, bool adopted) {
  if (stored.fingerprint != change.fingerprint || ((stored.lab.flags & kFlagAdopted) != 0) != adopted) return false;
  return same_resource(state, stored, change) || measure == stored.lab.measure;
}

Version comparable(const PatientState& state, const StoredResult& stored, const Change& change) {
  if (same_resource(state, stored, change)) return change.version;
  return {std::nullopt, change.version.last_updated};
}

}  // namespace

Elsewhere find_elsewhere(const PatientState& former, const Change& change, std::optional<Measure> measure) {
  Elsewhere found = Elsewhere::nothing;
  for (const StoredResult& stored : former.results) {
    if (!is_meant(former, stored, change, measure, false)) continue;
    if (compare_versions(comparable(former, stored, change), stored.version) < 0) return Elsewhere::newer;
    found = Elsewhere::older;
  }
  return found;
}

ApplyResult retract_elsewhere(PatientState& former, const Change& change, std::optional<Measure> measure, bool adopted,
                              const WindowLimits& limits) {
  struct Found {
    std::string identity;
    Version version;
  };
  std::vector<Found> all;
  for (const StoredResult& stored : former.results) {
    if (!is_meant(former, stored, change, measure, adopted)) continue;
    const Version version = comparable(former, stored, change);
    all.push_back({std::string(former.view(stored.identity)), version});
  }
  ApplyResult result = outcome_only(former, ApplyOutcome::duplicate);
  for (const Found& each : all) {
    Change retraction;
    retraction.kind = Change::Kind::retraction;
    retraction.source = each.identity;
    retraction.identity = each.identity;
    retraction.version = each.version;
    retraction.adopted = adopted;
    const ApplyResult one = apply(former, retraction, limits);
    result.outcome = one.outcome;
    result.changed |= one.changed;
    result.correction = result.correction || one.correction;
    result.assess = result.assess || one.assess;
    result.at = one.at;
  }
  return result;
}

}  // namespace coagwatch::rules

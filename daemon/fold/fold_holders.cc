// Whose result is meant, where a record does not say it.

#include <algorithm>

#include "daemon/fold/partition_fold.h"
#include "fhir/verdict.h"
#include "rules/patient/same_result.h"

namespace coagwatch::daemon {

/// Of several servers the one whose patient has that key; empty where there are not several, or it does not say.
std::string_view PartitionFold::server_of(std::string_view key) const {
  if (settings_.intake.bases.size() < 2) return {};
  for (const std::string& base : settings_.intake.bases) {
    if (key.size() > base.size() && key.starts_with(base) && key[base.size()] == '|') return base;
  }
  return {};
}

/// Whether a patient may be one of the server `base`, empty for any.
bool PartitionFold::may_be_on(std::string_view base, std::string_view key) const {
  const std::string_view own = server_of(key);
  return base.empty() || own.empty() || own == base;
}

/// The only patient of that server who holds something of a resource; empty where there are none or several, or it is
/// not known which of several servers is meant.
std::string_view PartitionFold::only_holder(std::string_view base, std::string_view identity) {
  if (base.empty() && settings_.intake.bases.size() > 1) return {};
  const auto may_be = [&](std::string_view key) { return may_be_on(base, key); };
  const std::vector<std::string_view> found = store_.holders(identity, may_be);
  return found.size() == 1 ? found.front() : std::string_view();
}

/// The key under which a patient is scored.
std::string PartitionFold::scored_as(const std::string& key) const {
  const std::vector<std::string> chain = store_.links().chain(key);
  return chain.empty() ? key : chain.back();
}

/// The only patient of that server who holds results that an identifier can mean; else empty.
std::string_view PartitionFold::only_holder_of_identifier(std::string_view base, const rules::Change& retraction) {
  if (base.empty() && settings_.intake.bases.size() > 1) return {};
  std::string_view found;
  for (const std::string& key : store_.may_hold_result(retraction.fingerprint)) {
    if (!may_be_on(base, key)) continue;
    const PatientStore::Touched& touched = touch(key);
    if (rules::meant_by(touched.state, retraction).empty()) continue;
    if (!found.empty()) return {};
    found = touched.key;
  }
  return found;
}

/// The patients who hold what a deletion means, or to whom this record gives it. Of a deletion by an identifier it
/// becomes the one of the only resource that has that; false where there are several.
bool PartitionFold::list_holders(std::span<const fhir::Item> items, fhir::Item& item,
                                 std::vector<std::string>& holders) {
  const auto consider = [&](std::string_view patient) {
    if (std::ranges::find(holders, patient) == holders.end()) holders.emplace_back(patient);
  };
  const auto may_be = [&](std::string_view key) { return may_be_on(item.base, key); };
  rules::Change& change = item.change;
  if (change.fingerprint != 0 && rules::lacks_id(change.identity)) {
    std::vector<std::string> resources;
    for (const std::string& key : store_.may_hold_result(change.fingerprint)) {
      if (!may_be(key)) continue;
      std::vector<std::string> held = rules::meant_by(touch(key).state, change);
      if (held.empty()) continue;
      consider(key);
      for (std::string& resource : held) {
        if (std::ranges::find(resources, resource) == resources.end()) resources.push_back(std::move(resource));
      }
    }
    if (!item.otherwise && resources.size() > 1) return false;
    if (!item.otherwise && resources.size() == 1) change.identity = meant_.emplace_back(std::move(resources.front()));
  }
  if (holders.empty()) {
    for (const std::string_view patient : store_.holders(change.identity, may_be)) consider(patient);
  }
  for (const fhir::Item& other : items) {
    if (other.deletion || other.patient.empty() || other.resource != change.identity) continue;
    if (may_be(other.patient)) consider(other.patient);
  }
  return true;
}

/// Whose result a deletion means, or a retraction that does not say it: of the patients who hold it, and of those whom
/// this record gives it, the only one. Several who are one patient hold it together. False where nobody does, and
/// others look for him too.
bool PartitionFold::find_holder(const InputRecord& record, std::span<const fhir::Item> items, fhir::Item& item,
                                FoldSink& sink) {
  const auto settle = [&](const fhir::Verdict& verdict) {
    item.disposition = verdict.disposition;
    item.reason = verdict.reason;
    item.text = verdict.text;
  };
  std::vector<std::string> holders;
  if (!list_holders(items, item, holders)) {
    settle(fhir::ignored(fhir::Reason::other_resource, "a deletion by an identifier that several results have"));
    return true;
  }
  if (holders.empty()) {
    if (record.share.partitions != 0) return false;
    const fhir::Verdict nobody = fhir::ignored(fhir::Reason::other_resource, "a deletion of what nobody holds");
    settle(item.otherwise.value_or(nobody));
    return true;
  }
  const std::string person = scored_as(holders.front());
  if (std::ranges::any_of(holders, [&](const std::string& key) { return scored_as(key) != person; })) {
    settle(fhir::dead(fhir::Reason::ambiguous_subject, "a deletion of what several patients hold"));
    return true;
  }
  // The key in the store lives as long as the transaction.
  item.patient = touch(holders.front()).key;
  for (std::size_t i = 1; i < holders.size(); ++i) apply_to(record, holders[i], item, sink);
  return true;
}

}  // namespace coagwatch::daemon

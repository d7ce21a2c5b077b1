// What one item of a record changes.

#include <algorithm>

#include "daemon/fold/partition_fold.h"
#include "fhir/verdict.h"
#include "rules/moved.h"

namespace coagwatch::daemon {
namespace {

/// True if the item's change concerns a patient's state. An unusable result may lack patient or time: then it is
/// counted, and there is nothing to keep it with.
bool reaches_state(const fhir::Item& item) {
  if (item.disposition == fhir::Disposition::candidate) return true;
  return item.disposition == fhir::Disposition::unusable && !item.patient.empty() && item.change.result.at.known();
}

/// A new version of a known result that gives no value to score: the old value must not outlive it.
bool withdraws(const fhir::Item& item) {
  if (item.patient.empty() || item.change.identity.empty()) return false;
  if (item.disposition == fhir::Disposition::dead) return true;
  return item.disposition == fhir::Disposition::ignored &&
         (item.reason == fhir::Reason::no_value || item.reason == fhir::Reason::registered ||
          item.reason == fhir::Reason::specimen);
}

fhir::Disposition disposition_of(rules::ApplyOutcome outcome, const fhir::Item& item) {
  switch (outcome) {
    case rules::ApplyOutcome::applied:
      return item.disposition == fhir::Disposition::unusable ? fhir::Disposition::unusable : fhir::Disposition::applied;
    case rules::ApplyOutcome::duplicate:
      return fhir::Disposition::duplicate;
    case rules::ApplyOutcome::superseded:
      return fhir::Disposition::superseded;
    case rules::ApplyOutcome::retracted:
      break;
  }
  return fhir::Disposition::retracted;
}

/// A version that says that it is not the first.
bool is_correction(const fhir::Item& item) {
  const rules::ResultStatus status = item.change.result.status;
  return item.change.version.number.value_or(1) > 1 || status == rules::ResultStatus::amended ||
         status == rules::ResultStatus::corrected;
}

}  // namespace

void PartitionFold::apply_item(const InputRecord& record, std::span<const fhir::Item> items, fhir::Item& item,
                               FoldSink& sink) {
  if (item.deletion) find_holder(record, items, item, sink);
  for (const std::string_view identity : item.replaces) replace(record, item, identity, sink);
  if (item.shares_fate) {
    const fhir::Item& before = *(&item - 1);
    item.disposition = before.disposition;
    item.reason = before.reason;
  } else if (reaches_state(item)) {
    parts_.push_back(item.change.identity);
    apply_change(record, item, sink);
  } else {
    may_have_rest_ = true;
    if (withdraws(item)) apply_change(record, item, sink);
  }
  apply_facts_of(record, item, sink);
  if (item.disposition == fhir::Disposition::dead) publisher_.dead_letter(record, item, sink);
  count(item);
  sink.item(record, item);
  if (!item.last.identity.empty()) {
    if (may_have_rest_) withdraw_rest(record, item, sink);
    parts_.clear();
    may_have_rest_ = false;
    tells_facts_ = false;
  }
}

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

/// Changes a patient's state, and counts what that crowded out. Where he is merged into others, their states change
/// likewise, and the last of them is scored; what became of it is what his own state says.
template <typename Change>
rules::ApplyResult PartitionFold::change(const InputRecord& record, std::string_view patient, std::string_view cause,
                                         const Change& change, FoldSink& sink) {
  const auto changed = [&](PatientStore::Touched& touched, bool adopted) {
    touched.before_change();
    const std::uint32_t before = touched.state.evicted;
    const rules::ApplyResult applied = change(touched.state, adopted);
    counters_.evicted += touched.state.evicted - before;
    note(record, cause, applied, touched, sink);
    return applied;
  };
  PatientStore::Touched& own = touch(patient);
  const rules::ApplyResult applied = changed(own, false);
  if (own.state.merged_into.length != 0) {
    for (const std::string& key : store_.links().chain(patient)) changed(touch(key), true);
  }
  return applied;
}

/// Whose result a deletion means, or a retraction that does not say it: of the patients who hold it, and of those whom
/// this record gives it, the only one. Several who are one patient hold it together.
void PartitionFold::find_holder(const InputRecord& record, std::span<const fhir::Item> items, fhir::Item& item,
                                FoldSink& sink) {
  const std::string_view identity = item.change.identity;
  std::vector<std::string> holders;
  const auto consider = [&](std::string_view patient) {
    if (std::ranges::find(holders, patient) == holders.end()) holders.emplace_back(patient);
  };
  const auto may_be = [&](std::string_view key) { return may_be_on(item.base, key); };
  for (const std::string_view patient : store_.holders(identity, may_be)) consider(patient);
  for (const fhir::Item& other : items) {
    if (other.deletion || other.patient.empty() || other.resource != identity) continue;
    if (may_be(other.patient)) consider(other.patient);
  }
  const auto settle = [&](const fhir::Verdict& verdict) {
    item.disposition = verdict.disposition;
    item.reason = verdict.reason;
    item.text = verdict.text;
  };
  if (holders.empty()) {
    const fhir::Verdict nobody = fhir::ignored(fhir::Reason::other_resource, "a deletion of what nobody holds");
    settle(item.otherwise.value_or(nobody));
    return;
  }
  const std::string person = scored_as(holders.front());
  if (std::ranges::any_of(holders, [&](const std::string& key) { return scored_as(key) != person; })) {
    settle(fhir::dead(fhir::Reason::ambiguous_subject, "a deletion of what several patients hold"));
    return;
  }
  // The key in the store lives as long as the transaction.
  item.patient = touch(holders.front()).key;
  for (std::size_t i = 1; i < holders.size(); ++i) apply_to(record, holders[i], item, sink);
}

/// Applies an item's change to a patient. What it brings, or takes away, can be found by its fingerprint from now on.
rules::ApplyResult PartitionFold::apply_to(const InputRecord& record, std::string_view patient, fhir::Item& item,
                                           FoldSink& sink) {
  const auto apply = [&](rules::PatientState& state, bool adopted) {
    item.change.adopted = adopted;
    return rules::apply(state, item.change, settings_.window);
  };
  const rules::ApplyResult applied = change(record, patient, item.resource, apply, sink);
  if (item.change.fingerprint != 0) store_.note_result(touch(patient), item.change.fingerprint);
  return applied;
}

/// Takes a resource that is about somebody else now back from those whom it was about. False if one of them has a newer
/// version of it.
bool PartitionFold::leaves_others(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  std::vector<std::string> holders;
  for (std::string& key : store_.may_hold_result(item.change.fingerprint)) {
    if (key == item.patient) continue;
    const rules::Elsewhere elsewhere = rules::find_elsewhere(touch(key).state, item.change);
    if (elsewhere == rules::Elsewhere::newer) return false;
    if (elsewhere == rules::Elsewhere::older) holders.push_back(std::move(key));
  }
  for (const std::string& key : holders) {
    const auto withdraw = [&](rules::PatientState& state, bool adopted) {
      return rules::withdraw_elsewhere(state, item.change, adopted, settings_.window);
    };
    change(record, key, item.resource, withdraw, sink);
  }
  return true;
}

void PartitionFold::apply_change(const InputRecord& record, fhir::Item& item, FoldSink& sink) {
  const bool final_disposition = !reaches_state(item);
  if (item.change.fingerprint != 0 && !leaves_others(record, item, sink)) {
    if (!final_disposition) item.disposition = fhir::Disposition::superseded;
    may_have_rest_ = true;
    return;
  }
  if (final_disposition) item.change.kind = rules::Change::Kind::withdrawal;
  const rules::ApplyResult applied = apply_to(record, item.patient, item, sink);
  if (!final_disposition) item.disposition = disposition_of(applied.outcome, item);
  may_have_rest_ = may_have_rest_ || final_disposition || applied.other_parts;
}

/// A correction under another id takes the result away that it replaces, and keeps it away.
void PartitionFold::replace(const InputRecord& record, const fhir::Item& item, std::string_view identity,
                            FoldSink& sink) {
  const bool retracts = item.change.kind == rules::Change::Kind::retraction;
  if (retracts || item.patient.empty() || identity == item.resource) return;
  const bool only_if_known = !reaches_state(item) && !withdraws(item);
  if (only_if_known && !store_.may_hold(item.patient, identity)) return;
  const bool known = rules::knows(touch(item.patient).state, identity);
  if (only_if_known && !known) return;
  std::vector<std::string> patients = {std::string(item.patient)};
  if (!known) {
    // It may be another patient's: the first one was filed under a wrong name.
    const std::string_view holder = only_holder(server_of(item.patient), identity);
    if (!holder.empty()) patients.emplace_back(holder);
  }
  rules::Change retraction;
  retraction.kind = rules::Change::Kind::retraction;
  retraction.source = identity;
  retraction.identity = identity;
  retraction.result.at = item.change.result.at;
  const auto apply = [&](rules::PatientState& state, bool adopted) {
    retraction.adopted = adopted;
    return rules::apply(state, retraction, settings_.window);
  };
  for (const std::string& patient : patients) change(record, patient, item.resource, apply, sink);
}

/// What earlier versions of the resource said, and this one does not.
void PartitionFold::withdraw_rest(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  const fhir::Item::Last& last = item.last;
  std::string_view patient = last.patient;
  if (patient.empty() && is_correction(item)) {
    // It is about somebody else now, or nobody knows about whom.
    patient = only_holder(item.base, last.identity);
  }
  if (patient.empty() || !store_.may_hold(patient, last.identity)) return;
  if (!tells_facts_) {
    take_facts_back(record, patient, {last.identity, last.version}, fhir::ContextFacts::Kind::statement, sink);
  }
  rules::ResourceVersion version{last.identity, last.version, parts_};
  if (!rules::has_rest(touch(patient).state, version)) return;
  const auto apply = [&](rules::PatientState& state, bool adopted) {
    version.adopted = adopted;
    return rules::withdraw_rest(state, version, settings_.window);
  };
  change(record, patient, item.resource, apply, sink);
}

}  // namespace coagwatch::daemon

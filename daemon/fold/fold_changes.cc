// What one item of a record changes.

#include <algorithm>

#include "daemon/fold/item_owner.h"
#include "daemon/fold/partition_fold.h"
#include "daemon/fold/routed_record.h"
#include "fhir/verdict.h"
#include "rules/patient/moved.h"
#include "rules/patient/same_result.h"

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
          item.reason == fhir::Reason::specimen || item.reason == fhir::Reason::focus);
}

fhir::Disposition disposition_of(rules::ApplyOutcome outcome, const fhir::Item& item) {
  switch (outcome) {
    case rules::ApplyOutcome::applied:
      return item.disposition == fhir::Disposition::unusable ? fhir::Disposition::unusable : fhir::Disposition::applied;
    case rules::ApplyOutcome::duplicate:
      return fhir::Disposition::duplicate;
    case rules::ApplyOutcome::superseded:
      return fhir::Disposition::superseded;
    case rules::ApplyOutcome::ambiguous:
      return fhir::Disposition::ignored;
    case rules::ApplyOutcome::retracted:
      break;
  }
  return fhir::Disposition::retracted;
}

constexpr std::string_view kSharedIdentifier = "identifier: several results have it, and none of them was taken back";
constexpr std::string_view kSharedReplaced = "replaces an identifier that several results have: none was taken back";

}  // namespace

/// Whether an item is this partition's to apply. Where the router has divided a record, it is its owner's, and what
/// concerns whoever holds something is applied where it is held.
bool PartitionFold::is_ours(const InputRecord& record, const fhir::Item& item) {
  if (record.share.partitions == 0) return true;
  if (const std::string_view owner = owner_of(item); !owner.empty()) return is_meant(record, owner);
  if (!record.share.patient.empty() || !concerns_a_holder(item)) return false;
  return item.deletion || !only_holder(item.context.base, item.context.source).empty();
}

/// An item that is applied elsewhere, or was judged by the router.
void PartitionFold::pass_over(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  if (item.last.identity.empty()) return;
  may_have_rest_ = true;
  if (record.share.patient.empty() && leaves_a_holder(item)) withdraw_rest(record, item, sink);
  end_resource();
}

void PartitionFold::end_resource() {
  parts_.clear();
  may_have_rest_ = false;
  tells_facts_ = false;
  told_moved_ = false;
}

void PartitionFold::apply_item(const InputRecord& record, std::span<const fhir::Item> items, fhir::Item& item,
                               FoldSink& sink) {
  if (item.deletion && !find_holder(record, items, item, sink)) return;
  for (const fhir::Replaced& replaced : item.replaces) replace(record, item, replaced, sink);
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
  if (item.disposition == fhir::Disposition::dead) sink.dead_letter(publisher_.dead_letter(record, item));
  count(item);
  sink.item(record, item);
  if (!item.last.identity.empty()) {
    if (item.last.retracted) retract_contained(record, item, sink);
    if (may_have_rest_) withdraw_rest(record, item, sink);
    end_resource();
  }
}

/// Changes a patient's state, and counts what that crowded out. Where he is merged into others, their states change
/// likewise, and the last of them is scored; what became of it is what his own state says.
template <typename Change>
rules::ApplyResult PartitionFold::change(const InputRecord& record, std::string_view patient, std::string_view cause,
                                         const Change& change, FoldSink& sink) {
  const auto changed = [&](PatientStore::Touched& touched, bool adopted) {
    before_change(record, touched);
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

/// Applies an item's change to a patient. What it brings, or takes away, can be found by its fingerprint from now on.
rules::ApplyResult PartitionFold::apply_to(const InputRecord& record, std::string_view patient, fhir::Item& item,
                                           FoldSink& sink) {
  if (settings_.time_source == FoldSettings::TimeSource::event) {
    const rules::LabResult& lab = item.change.result;
    run_own_timers(record, touch(patient), std::max(lab.at, lab.issued), sink);
  }
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
    if (elsewhere != rules::Elsewhere::nothing) holders.push_back(std::move(key));
  }
  for (const std::string& key : holders) leave(record, key, item.change, item.resource, sink);
  return true;
}

/// Takes what a patient has of a resource back, which is about somebody else now.
void PartitionFold::leave(const InputRecord& record, std::string_view patient, const rules::Change& moved,
                          std::string_view cause, FoldSink& sink) {
  const auto withdraw = [&](rules::PatientState& state, bool adopted) {
    return rules::withdraw_elsewhere(state, moved, adopted, settings_.window);
  };
  change(record, patient, cause, withdraw, sink);
}

void PartitionFold::apply_change(const InputRecord& record, fhir::Item& item, FoldSink& sink) {
  const bool final_disposition = !reaches_state(item);
  if (item.change.fingerprint != 0 && !leaves_others(record, item, sink)) {
    if (!final_disposition) item.disposition = fhir::Disposition::superseded;
    may_have_rest_ = true;
    return;
  }
  if (final_disposition) item.change.kind = rules::Change::Kind::withdrawal;
  const bool is_first = may_have_moved(item);
  const rules::ApplyResult applied = apply_to(record, item.patient, item, sink);
  if (!final_disposition) item.disposition = disposition_of(applied.outcome, item);
  if (applied.outcome == rules::ApplyOutcome::ambiguous) {
    item.reason = fhir::Reason::other_resource;
    item.text = kSharedIdentifier;
  }
  if (is_first && applied.outcome != rules::ApplyOutcome::superseded) tell_moved(record, item, sink);
  may_have_rest_ = may_have_rest_ || final_disposition || applied.other_parts;
}

/// A correction under another id takes the result away that it replaces, and keeps it away.
void PartitionFold::replace(const InputRecord& record, fhir::Item& item, const fhir::Replaced& replaced,
                            FoldSink& sink) {
  const bool retracts = item.change.kind == rules::Change::Kind::retraction;
  if (retracts || item.patient.empty() || replaced.identity == item.resource) return;
  const bool only_if_known = !reaches_state(item) && !withdraws(item);
  if (only_if_known && replaced.fingerprint == 0 && !store_.may_hold(item.patient, replaced.identity)) return;
  rules::Change retraction;
  retraction.kind = rules::Change::Kind::retraction;
  retraction.source = replaced.identity;
  retraction.identity = replaced.identity;
  retraction.fingerprint = replaced.fingerprint;
  retraction.result.at = item.change.result.at;
  const rules::PatientState& own = touch(item.patient).state;
  std::string other;
  if (replaced.fingerprint != 0 && replaced.fingerprint == item.change.fingerprint) {
    // It has the same identifier: what else has it is meant, and what has no id.
    if (rules::lacks_id(item.change.identity)) return;
    std::vector<std::string> ids = rules::meant_by(own, retraction);
    std::erase_if(ids, [&](const std::string& id) { return id == item.resource || rules::lacks_id(id); });
    if (ids.size() > 1 && item.text.empty()) item.text = kSharedReplaced;
    if (ids.size() == 1) other = std::move(ids.front());
    if (!other.empty()) retraction.identity = retraction.source = other;
    retraction.fingerprint = 0;
  }
  const bool known = rules::knows(own, retraction.identity) || !rules::meant_by(own, retraction).empty();
  if (only_if_known && !known) return;
  std::vector<std::string> patients = {std::string(item.patient)};
  if (!known) {
    // It may be another patient's: the first one was filed under a wrong name.
    const std::string_view base = server_of(item.patient);
    const std::string_view holder = retraction.fingerprint != 0 ? only_holder_of_identifier(base, retraction)
                                                                : only_holder(base, retraction.identity);
    if (!holder.empty()) patients.emplace_back(holder);
  }
  const auto apply = [&](rules::PatientState& state, bool adopted) {
    retraction.adopted = adopted;
    return rules::apply(state, retraction, settings_.window);
  };
  for (const std::string& patient : patients) {
    const rules::ApplyResult applied = change(record, patient, item.resource, apply, sink);
    if (retraction.fingerprint != 0) store_.note_result(touch(patient), retraction.fingerprint);
    if (applied.outcome == rules::ApplyOutcome::ambiguous && item.text.empty()) item.text = kSharedReplaced;
  }
}

/// A resource that is taken back without what it contained: kept in mind, in case an older version comes later.
void PartitionFold::retract_contained(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  if (item.last.patient.empty()) return;
  rules::Change retraction;
  retraction.kind = rules::Change::Kind::retraction;
  retraction.source = item.last.identity;
  retraction.identity = item.last.identity;
  retraction.version = item.last.version;
  retraction.result.at = rules::Timestamp::none();
  const auto apply = [&](rules::PatientState& state, bool adopted) {
    retraction.adopted = adopted;
    return rules::apply(state, retraction, settings_.window);
  };
  change(record, item.last.patient, item.resource, apply, sink);
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

#include "daemon/fold/partition_fold.h"

#include <algorithm>

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

std::vector<std::string> criterion_ids(const rules::RuleSet& rules) {
  std::vector<std::string> ids;
  ids.reserve(rules.criteria.size());
  for (const rules::Criterion& criterion : rules.criteria) ids.push_back(criterion.id);
  return ids;
}

/// A version that says that it is not the first.
bool is_correction(const fhir::Item& item) {
  const rules::ResultStatus status = item.change.result.status;
  return item.change.version.number.value_or(1) > 1 || status == rules::ResultStatus::amended ||
         status == rules::ResultStatus::corrected;
}

}  // namespace

PartitionFold::PartitionFold(const FoldSettings& settings)
    : settings_(settings),
      intake_(*settings.terminology, settings.rules->site, settings.intake, settings.time_zone, settings.fhir_base,
              settings.envelopes),
      store_(criterion_ids(*settings.rules)),
      publisher_(settings) {}

std::optional<std::string> PartitionFold::restore(std::string_view key, std::optional<std::string_view> value) {
  if (key != kPartitionRecordKey) return store_.restore(key, value);
  if (!value) return "the partition record was deleted";
  if (auto problem = decode_partition_record(*value, record_)) return problem;
  committed_record_ = record_;
  return std::nullopt;
}

bool PartitionFold::apply(const InputRecord& record, FoldSink& sink) {
  if (record.offset <= record_.last_offset) {
    ++counters_.replayed;
    return false;
  }
  ++counters_.records;
  record_.time = std::max(record_.time, record.time);
  fhir::RecordContext context;
  context.key = record.key.value_or(std::string_view());
  context.headers = record.headers;
  context.time = settings_.time_source == FoldSettings::TimeSource::record ? record.time : rules::Timestamp::none();
  const std::span<fhir::Item> items = intake_.read(record.value.value_or(std::string_view()), context);
  parts_.clear();
  may_have_rest_ = false;
  pending_used_ = 0;
  for (fhir::Item& item : items) apply_item(record, items, item, sink);
  conclude(record, sink);
  record_.last_offset = record.offset;
  return true;
}

void PartitionFold::apply_item(const InputRecord& record, std::span<const fhir::Item> items, fhir::Item& item,
                               FoldSink& sink) {
  if (item.deletion) find_holder(items, item);
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
  if (item.context.kind != fhir::ContextFacts::Kind::nothing) apply_facts(record, item.context, sink);
  if (item.disposition == fhir::Disposition::dead) publisher_.dead_letter(record, item, sink);
  count(item);
  sink.item(record, item);
  if (!item.last.identity.empty()) {
    if (may_have_rest_) withdraw_rest(record, item, sink);
    parts_.clear();
    may_have_rest_ = false;
  }
}

/// Whose result a deletion means: of the patients who hold it, and of those whom this record gives it, the only one.
void PartitionFold::find_holder(std::span<const fhir::Item> items, fhir::Item& item) {
  const std::string_view identity = item.change.identity;
  std::string_view holder;
  bool several = false;
  const auto consider = [&](std::string_view patient) {
    several = several || (!holder.empty() && holder != patient);
    holder = patient;
  };
  for (const std::string_view patient : store_.holders(identity)) consider(patient);
  for (const fhir::Item& other : items) {
    if (!other.deletion && !other.patient.empty() && other.resource == identity) consider(other.patient);
  }
  if (several) {
    item.disposition = fhir::Disposition::dead;
    item.reason = fhir::Reason::ambiguous_subject;
    item.text = "a deletion of what several patients hold";
  } else if (holder.empty()) {
    item.disposition = fhir::Disposition::ignored;
    item.reason = fhir::Reason::other_resource;
    item.text = "a deletion of what nobody holds";
  } else {
    item.patient = holder;
  }
}

/// Changes a patient's state, and counts what that crowded out.
template <typename Change>
rules::ApplyResult PartitionFold::counted(PatientStore::Touched& touched, const Change& change) {
  touched.before_change();
  const std::uint32_t before = touched.state.evicted;
  const rules::ApplyResult applied = change();
  counters_.evicted += touched.state.evicted - before;
  return applied;
}

void PartitionFold::apply_change(const InputRecord& record, fhir::Item& item, FoldSink& sink) {
  PatientStore::Touched& touched = store_.touch(item.patient);
  const bool final_disposition = !reaches_state(item);
  if (final_disposition) item.change.kind = rules::Change::Kind::withdrawal;
  const rules::ApplyResult applied =
      counted(touched, [&] { return rules::apply(touched.state, item.change, settings_.window); });
  if (!final_disposition) item.disposition = disposition_of(applied.outcome, item);
  may_have_rest_ = may_have_rest_ || final_disposition || applied.other_parts;
  note(record, item.resource, applied, touched, sink);
}

/// A correction under another id takes the result away that it replaces, and keeps it away.
void PartitionFold::replace(const InputRecord& record, const fhir::Item& item, std::string_view identity,
                            FoldSink& sink) {
  const bool retracts = item.change.kind == rules::Change::Kind::retraction;
  if (retracts || item.patient.empty() || identity == item.resource) return;
  const bool only_if_known = !reaches_state(item) && !withdraws(item);
  if (only_if_known && !store_.may_hold(item.patient, identity)) return;
  PatientStore::Touched& touched = store_.touch(item.patient);
  if (only_if_known && !rules::knows(touched.state, identity)) return;
  touched.before_change();
  rules::Change change;
  change.kind = rules::Change::Kind::retraction;
  change.source = identity;
  change.identity = identity;
  change.result.at = item.change.result.at;
  note(record, item.resource, rules::apply(touched.state, change, settings_.window), touched, sink);
}

/// What earlier versions of the resource said, and this one does not.
void PartitionFold::withdraw_rest(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  const fhir::Item::Last& last = item.last;
  std::string_view patient = last.patient;
  if (patient.empty() && is_correction(item)) {
    // It is about somebody else now, or nobody knows about whom.
    const std::vector<std::string_view> holders = store_.holders(last.identity);
    if (holders.size() == 1) patient = holders.front();
  }
  if (patient.empty() || !store_.may_hold(patient, last.identity)) return;
  PatientStore::Touched& touched = store_.touch(patient);
  const rules::ResourceVersion version{last.identity, last.version, parts_};
  if (!rules::has_rest(touched.state, version)) return;
  const rules::ApplyResult applied =
      counted(touched, [&] { return rules::withdraw_rest(touched.state, version, settings_.window); });
  note(record, item.resource, applied, touched, sink);
}

/// What a change did: an assessment now, and at the end of the record what follows from all of it.
void PartitionFold::note(const InputRecord& record, std::string_view cause, const rules::ApplyResult& applied,
                         PatientStore::Touched& touched, FoldSink& sink) {
  touched.moved_on = touched.assessed && !applied.assess;
  if (!applied.assess) return;
  Pending& pending = pending_of(touched);
  pending.applied.changed |= applied.changed;
  pending.applied.correction |= applied.correction;
  pending.applied.at = applied.at;
  if (!cause.empty() && std::ranges::find(pending.causes, cause) == pending.causes.end()) {
    pending.causes.push_back(cause);
  }
  touched.assessed = true;
  touched.at = applied.at;
  touched.cause.assign(cause);
  touched.processed = settings_.time_source == FoldSettings::TimeSource::event ? touched.state.clock : record.time;
  assess(pending);
  // With nothing left in force there is nothing to assess, but open episodes lose their ground.
  if (!touched.state.at.known()) return;
  ++counters_.assessments;
  fhir::WriteContext& context = publisher_.context();
  context.correction = applied.correction;
  context.cause.clear();
  if (!touched.cause.empty()) context.cause.push_back(touched.cause);
  sink.assessment(context, assessment_);
}

PartitionFold::Pending& PartitionFold::pending_of(PatientStore::Touched& touched) {
  for (std::size_t i = 0; i < pending_used_; ++i) {
    if (pending_[i].touched == &touched) return pending_[i];
  }
  if (pending_used_ == pending_.size()) pending_.emplace_back();
  Pending& pending = pending_[pending_used_++];
  pending.touched = &touched;
  pending.applied = {};
  pending.by_facts.clear();
  pending.causes.clear();
  return pending;
}

void PartitionFold::assess(const Pending& pending) {
  rules::assess(*settings_.rules, pending.touched->state, pending.applied.at, assessment_);
  assessed_ = pending.touched;
  fhir::WriteContext& context = publisher_.context();
  context.patient = pending.touched->key;
  context.processed = pending.touched->processed;
}

/// All that one record changed of a patient is one step of the episodes, and one alert.
void PartitionFold::conclude(const InputRecord& record, FoldSink& sink) {
  for (std::size_t i = 0; i < pending_used_; ++i) {
    const Pending& pending = pending_[i];
    if (assessed_ != pending.touched || pending.touched->moved_on) assess(pending);
    pending.touched->moved_on = false;
    rules::PatientState& state = pending.touched->state;
    rules::advance_episodes(*settings_.rules, settings_.alerts, state, assessment_, pending.applied.changed,
                            pending.applied.correction, events_, pending.by_facts);
    if (events_.empty()) continue;
    publisher_.context().correction = pending.applied.correction;
    publisher_.context().cause = pending.causes;
    publisher_.alert(record, state, assessment_, events_, sink);
    for (const rules::EpisodeEvent& event : events_) {
      counters_.alerts.emplace_back(static_cast<std::uint16_t>(event.score), event.kind);
    }
  }
  assessed_ = nullptr;
}

void PartitionFold::count(const fhir::Item& item) {
  for (std::size_t i = 0; i < kTimeAssumptions.size(); ++i) {
    if ((item.change.result.flags & kTimeAssumptions[i].flag) != 0) ++counters_.assumed_times[i];
  }
  ++counters_.results[static_cast<std::size_t>(item.disposition)][static_cast<std::size_t>(item.reason)];
  if (item.reason == fhir::Reason::unmapped_code) counters_.unmapped.add(item.code, item.display, item.code_problem);
}

void PartitionFold::flush(FoldSink& sink) {
  for (std::size_t i = 0; i < store_.touched_count(); ++i) {
    PatientStore::Touched& touched = store_.touched(i);
    if (PatientStore::encode(touched)) publisher_.state(touched, sink);
    if (touched.assessed) publisher_.status(touched, assessment_, sink);
  }
}

void PartitionFold::commit() {
  store_.commit();
  committed_record_ = record_;
}

void PartitionFold::rollback() {
  store_.rollback();
  record_ = committed_record_;
}

}  // namespace coagwatch::daemon

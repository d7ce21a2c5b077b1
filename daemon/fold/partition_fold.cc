#include "daemon/fold/partition_fold.h"

#include <algorithm>

#include "daemon/config/sha256.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kFhirJson = "application/fhir+json; fhirVersion=4.0";
constexpr std::string_view kJson = "application/json";
// W3C's trace context has 55 bytes so far; what is much longer is something else.
constexpr std::size_t kMaxTraceparent = 256;

void append_number(std::int64_t value, std::string& out) { out.append(std::to_string(value)); }

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
  for (const rules::Criterion& criterion : rules.criteria) ids.push_back(criterion.id);
  return ids;
}

}  // namespace

PartitionFold::PartitionFold(const FoldSettings& settings)
    : settings_(settings),
      intake_(*settings.terminology, settings.rules->site, settings.intake, settings.fhir_base),
      store_(criterion_ids(*settings.rules)) {
  context_.base = settings.fhir_base;
  context_.version = settings.version;
}

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
  context.time = settings_.time_source == FoldSettings::TimeSource::record ? record.time : rules::Timestamp::none();
  for (fhir::Item& item : intake_.read(record.value.value_or(std::string_view()), context)) {
    apply_item(record, item, sink);
  }
  record_.last_offset = record.offset;
  return true;
}

void PartitionFold::apply_item(const InputRecord& record, fhir::Item& item, FoldSink& sink) {
  if (reaches_state(item) || withdraws(item)) apply_change(record, item, sink);
  if (item.disposition == fhir::Disposition::dead) publish_dead_letter(record, item, sink);
  count(item);
  sink.item(record, item);
}

void PartitionFold::apply_change(const InputRecord& record, fhir::Item& item, FoldSink& sink) {
  PatientStore::Touched& touched = store_.touch(item.patient);
  const bool final_disposition = !reaches_state(item);
  if (final_disposition) item.change.kind = rules::Change::Kind::withdrawal;
  // A status shows the last assessment, wherever transactions end: what changes the state without another one (a
  // repeat under its own id) must not show in it.
  if (touched.assessed && !touched.moved_on) touched.shown = touched.state;
  const rules::ApplyResult applied = rules::apply(touched.state, item.change, settings_.window);
  touched.moved_on = touched.assessed && !applied.assess;
  if (!final_disposition) item.disposition = disposition_of(applied.outcome, item);
  if (applied.assess) assess_and_publish(record, item, applied, touched, sink);
}

void PartitionFold::assess_and_publish(const InputRecord& record, const fhir::Item& item,
                                       const rules::ApplyResult& applied, PatientStore::Touched& touched,
                                       FoldSink& sink) {
  rules::PatientState& state = touched.state;
  rules::assess(*settings_.rules, state, applied.at, assessment_);
  touched.assessed = true;
  touched.at = applied.at;
  touched.cause.assign(item.resource);
  touched.processed = settings_.time_source == FoldSettings::TimeSource::event ? state.clock : record.time;
  context_.patient = touched.key;
  context_.processed = touched.processed;
  context_.correction = applied.correction;
  context_.cause.clear();
  if (!touched.cause.empty()) context_.cause.push_back(touched.cause);
  // With nothing left in force there is nothing to assess, but open episodes lose their ground.
  if (state.at.known()) {
    ++counters_.assessments;
    sink.assessment(context_, assessment_);
  }
  rules::advance_episodes(*settings_.rules, settings_.alerts, state, assessment_, applied.changed, applied.correction,
                          events_);
  if (!events_.empty()) publish_alert(record, state, sink);
}

void PartitionFold::publish_alert(const InputRecord& record, const rules::PatientState& state, FoldSink& sink) {
  fhir::write_alert(context_, *settings_.rules, state, assessment_, events_, alert_);
  headers_.clear();
  append_source(record);
  headers_.emplace_back("content-type", kFhirJson);
  headers_.emplace_back("coagwatch-alert", rules::alert_kind_name(alert_.kind));
  headers_.emplace_back("coagwatch-criterion", alert_.criteria);
  headers_.emplace_back("coagwatch-priority", rules::priority_name(alert_.priority));
  sink.alert({context_.patient, alert_.value, headers_});
  for (const rules::EpisodeEvent& event : events_) {
    counters_.alerts.emplace_back(static_cast<std::uint16_t>(event.score), event.kind);
  }
}

void PartitionFold::publish_dead_letter(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  const std::string_view whole = item.bytes.empty() ? record.value.value_or(std::string_view()) : item.bytes;
  // A key takes at most half, so that something of the value is always there.
  std::optional<std::string_view> key = record.key;
  if (key) key = key->substr(0, settings_.dead_letter_bytes / 2);
  const std::string_view value = whole.substr(0, settings_.dead_letter_bytes - (key ? key->size() : 0));
  const std::string entry = std::to_string(item.entry);
  const std::string time = std::to_string(record.time.known() ? record.time.millis() : -1);
  const std::string offset = std::to_string(record.offset);
  const std::string partition = std::to_string(record.partition);
  const std::string length = std::to_string(whole.size());
  std::string digest;
  headers_.clear();
  append_source(record);
  headers_.emplace_back("coagwatch-reason", fhir::reason_name(item.reason));
  headers_.emplace_back("coagwatch-text", item.text);
  headers_.emplace_back("coagwatch-entry", entry);
  headers_.emplace_back("coagwatch-source-topic", settings_.input_topic);
  headers_.emplace_back("coagwatch-source-partition", partition);
  headers_.emplace_back("coagwatch-source-offset", offset);
  headers_.emplace_back("coagwatch-source-timestamp", time);
  if (value.size() < whole.size() || (key && key->size() < record.key->size())) {
    digest = sha256_hex(whole);
    headers_.emplace_back("coagwatch-truncated", "true");
    headers_.emplace_back("coagwatch-sha256", digest);
    headers_.emplace_back("coagwatch-length", length);
  }
  sink.dead_letter({key, value, headers_});
}

void PartitionFold::append_source(const InputRecord& record) {
  source_.assign(settings_.input_topic);
  source_.push_back('/');
  append_number(record.partition, source_);
  source_.push_back('/');
  append_number(record.offset, source_);
  headers_.emplace_back("coagwatch-version", settings_.version);
  headers_.emplace_back("coagwatch-source", source_);
  const bool traced = !record.traceparent.empty() && record.traceparent.size() <= kMaxTraceparent;
  if (traced) headers_.emplace_back("traceparent", record.traceparent);
}

void PartitionFold::count(const fhir::Item& item) {
  ++counters_.results[static_cast<std::size_t>(item.disposition)][static_cast<std::size_t>(item.reason)];
  if (item.reason == fhir::Reason::unmapped_code && counters_.unmapped.size() < FoldCounters::kMaxUnmapped) {
    counters_.unmapped.emplace_back(item.code);
  }
}

void PartitionFold::flush(FoldSink& sink) {
  for (std::size_t i = 0; i < store_.touched_count(); ++i) {
    PatientStore::Touched& touched = store_.touched(i);
    headers_.clear();
    headers_.emplace_back("coagwatch-version", settings_.version);
    if (PatientStore::encode(touched)) sink.state({touched.key, touched.encoded, headers_});
    if (touched.assessed) publish_status(touched, sink);
  }
}

void PartitionFold::publish_status(const PatientStore::Touched& touched, FoldSink& sink) {
  // Made again rather than kept: an assessment is some kilobytes, and most patients are touched once.
  const rules::PatientState& state = touched.moved_on ? touched.shown : touched.state;
  rules::assess(*settings_.rules, state, touched.at, assessment_);
  context_.patient = touched.key;
  context_.processed = touched.processed;
  context_.cause.clear();
  if (!touched.cause.empty()) context_.cause.push_back(touched.cause);
  buffer_.clear();
  fhir::write_status(context_, *settings_.rules, state, assessment_, buffer_);
  headers_.emplace_back("content-type", kJson);
  sink.status({touched.key, buffer_, headers_});
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

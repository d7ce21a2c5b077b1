#include "daemon/fold/record_publisher.h"

#include <optional>

#include "daemon/config/sha256.h"
#include "daemon/fold/routed_record.h"
#include "rules/scoring/deciding.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kFhirJson = "application/fhir+json; fhirVersion=4.0";
constexpr std::string_view kJson = "application/json";
// W3C's trace context has 55 bytes so far; what is much longer is something else.
constexpr std::size_t kMaxTraceparent = 256;

void append_number(std::int64_t value, std::string& out) { out.append(std::to_string(value)); }

}  // namespace

RecordPublisher::RecordPublisher(const FoldSettings& settings) : settings_(settings) {
  context_.base = settings.fhir_base;
  context_.version = settings.version;
}

void RecordPublisher::alert(const InputRecord& record, const rules::PatientState& state, rules::Assessment& assessment,
                            const rules::AlertPlan& plan, FoldSink& sink) {
  rules::list_deciding(assessment);
  fhir::write_alert(context_, *settings_.rules, settings_.alerts, state, assessment, plan, alert_);
  headers_.clear();
  append_source(record);
  headers_.emplace_back("content-type", kFhirJson);
  headers_.emplace_back("coagwatch-alert", rules::alert_kind_name(alert_.kind));
  headers_.emplace_back("coagwatch-criterion", alert_.criteria);
  headers_.emplace_back("coagwatch-priority", rules::priority_name(plan.priority));
  headers_.emplace_back("coagwatch-group", alert_.group);
  sink.alert({context_.patient, alert_.value, headers_});
  if (!settings_.notifications) return;
  fhir::write_notification(context_, *settings_.rules, settings_.alerts, state, assessment, plan, buffer_);
  sink.notification({context_.patient, buffer_, headers_});
}

const FoldRecord& RecordPublisher::dead_letter(const InputRecord& record, const fhir::Item& item) {
  const std::string_view whole = item.bytes.empty() ? record.value.value_or(std::string_view()) : item.bytes;
  // A key takes at most half, so that something of the value is always there.
  std::optional<std::string_view> key = record.key;
  if (key) key = key->substr(0, settings_.dead_letter_bytes / 2);
  const std::string_view value = whole.substr(0, settings_.dead_letter_bytes - (key ? key->size() : 0));
  texts_ = {std::to_string(item.entry), std::to_string(record.time.known() ? record.time.millis() : -1),
            std::to_string(whole.size()), std::string()};
  headers_.clear();
  append_source(record);
  const std::size_t offset = source_.rfind('/');
  const std::size_t partition = source_.rfind('/', offset - 1);
  const std::string_view source = source_;
  headers_.emplace_back("coagwatch-reason", fhir::reason_name(item.reason));
  headers_.emplace_back("coagwatch-text", item.text);
  headers_.emplace_back("coagwatch-entry", texts_[0]);
  headers_.emplace_back("coagwatch-source-topic", source.substr(0, partition));
  headers_.emplace_back("coagwatch-source-partition", source.substr(partition + 1, offset - partition - 1));
  headers_.emplace_back("coagwatch-source-offset", source.substr(offset + 1));
  headers_.emplace_back("coagwatch-source-timestamp", texts_[1]);
  if (value.size() < whole.size() || (key && key->size() < record.key->size())) {
    texts_[3] = sha256_hex(whole);
    headers_.emplace_back("coagwatch-truncated", "true");
    headers_.emplace_back("coagwatch-sha256", texts_[3]);
    headers_.emplace_back("coagwatch-length", texts_[2]);
  }
  dead_letter_ = {key, value, headers_};
  return dead_letter_;
}

void RecordPublisher::append_source(const InputRecord& record) {
  if (record.source.empty()) {
    source_.assign(settings_.input_topic);
    source_.push_back('/');
    append_number(record.partition, source_);
    source_.push_back('/');
    append_number(record.offset, source_);
  } else {
    source_.assign(record.source);
  }
  headers_.emplace_back("coagwatch-version", settings_.version);
  headers_.emplace_back("coagwatch-source", source_);
  if (record.headers == nullptr) return;
  const std::optional<std::string_view> traceparent = record.headers->find("traceparent");
  if (traceparent && !traceparent->empty() && traceparent->size() <= kMaxTraceparent) {
    headers_.emplace_back("traceparent", *traceparent);
  }
}

void RecordPublisher::state(const PatientStore::Touched& touched, FoldSink& sink) {
  headers_.clear();
  headers_.emplace_back("coagwatch-version", settings_.version);
  sink.state({touched.key, touched.gone ? std::nullopt : std::optional<std::string_view>(touched.encoded), headers_});
}

void RecordPublisher::no_status(const PatientStore::Touched& touched, FoldSink& sink) {
  headers_.clear();
  headers_.emplace_back("coagwatch-version", settings_.version);
  sink.status({touched.key, std::nullopt, headers_});
}

void RecordPublisher::status(const PatientStore::Touched& touched, std::string_view merge_pending,
                             rules::Assessment& assessment, FoldSink& sink) {
  // Made again rather than kept: an assessment is some kilobytes, and most patients are touched once.
  const rules::PatientState& state = touched.moved_on ? touched.shown : touched.state;
  rules::assess(*settings_.rules, state, touched.at, assessment);
  rules::list_deciding(assessment);
  context_.patient = touched.key;
  context_.processed = touched.processed;
  context_.cause.clear();
  if (!touched.cause.empty()) context_.cause.push_back(touched.cause);
  context_.merge_pending = merge_pending;
  buffer_.clear();
  fhir::write_status(context_, *settings_.rules, settings_.alerts, state, assessment, buffer_);
  headers_.clear();
  headers_.emplace_back("coagwatch-version", settings_.version);
  headers_.emplace_back("content-type", kJson);
  sink.status({touched.key, buffer_, headers_});
}

void RecordPublisher::command(const InputRecord& record, std::int32_t partition, const Command& command,
                              FoldSink& sink) {
  headers_.clear();
  append_source(record);
  headers_.emplace_back(kCommandHeader, kCommandNames[static_cast<std::size_t>(command.kind)]);
  const std::string partitions = std::to_string(command.partitions);
  headers_.emplace_back(kPartitionsHeader, partitions);
  if (!command.claimant.empty()) headers_.emplace_back(kClaimantHeader, command.claimant);
  if (!command.into.empty()) headers_.emplace_back(kIntoHeader, command.into);
  if (command.corrects) headers_.emplace_back(kStatusHeader, kCorrected);
  if (command.asks) headers_.emplace_back(kAsksHeader, kCommandNames[static_cast<std::size_t>(CommandKind::merged)]);
  sink.command(partition, {command.patient, command.value, headers_});
}

}  // namespace coagwatch::daemon

#include "daemon/routing/router.h"

#include <algorithm>
#include <span>

#include "daemon/fold/item_owner.h"
#include "daemon/fold/murmur2.h"
#include "daemon/fold/routed_record.h"

namespace coagwatch::daemon {
namespace {

// A record for each patient of a Bundle is worth at most so many times what a record for each partition takes.
constexpr std::size_t kMostTimes = 8;
// Below this many bytes it is not worth a thought.
constexpr std::size_t kSmall = std::size_t{1024} * 1024;

std::unique_ptr<fhir::Intake> make_intake(const FoldSettings& settings) {
  return std::make_unique<fhir::Intake>(*settings.terminology, settings.rules->site, settings.intake,
                                        settings.time_zone, settings.fhir_base, settings.envelopes);
}

}  // namespace

Router::Router(const FoldSettings& settings, std::int32_t partitions)
    : settings_(settings),
      partitions_(partitions),
      partitions_text_(std::to_string(partitions)),
      intake_(make_intake(settings_)),
      publisher_(settings_) {}

void Router::change_scoring(const Scoring& scoring) {
  const Scoring before = settings_;  // whom the old one refers to
  static_cast<Scoring&>(settings_) = scoring;
  intake_ = make_intake(settings_);
}

void Router::route(const InputRecord& record, RouterSink& sink) {
  ++counters_.records;
  counters_.newest = std::max(counters_.newest, record.time);
  fhir::RecordContext context;
  context.key = record.key.value_or(std::string_view());
  context.headers = record.headers;
  context.time = settings_.time_source == FoldSettings::TimeSource::record ? record.time : rules::Timestamp::none();
  const std::span<const fhir::Item> items = intake_->read(record.value.value_or(std::string_view()), context);
  patients_.clear();
  bool everywhere = false;
  for (const fhir::Item& item : items) {
    const std::string_view owner = owner_of(item);
    if (!owner.empty()) {
      if (std::ranges::find(patients_, owner) == patients_.end()) patients_.push_back(owner);
      continue;
    }
    everywhere = everywhere || concerns_a_holder(item) || leaves_a_holder(item);
    if (!item.deletion) judge(record, item, sink);
  }
  if (everywhere) {
    route_to_partitions(record, true, sink);
  } else if (!patients_.empty()) {
    route_to_patients(record, items, sink);
  }
}

/// What names no patient, and is nobody's: it ends here.
void Router::judge(const InputRecord& record, const fhir::Item& item, RouterSink& sink) {
  ++counters_.results[static_cast<std::size_t>(item.disposition)][static_cast<std::size_t>(item.reason)];
  if (item.reason == fhir::Reason::unmapped_code) {
    counters_.unmapped.add(item.code, item.display, item.code_problem);
  }
  if (item.disposition == fhir::Disposition::dead) sink.dead_letter(publisher_.dead_letter(record, item));
}

void Router::route_to_patients(const InputRecord& record, std::span<const fhir::Item> items, RouterSink& sink) {
  if (patients_.size() == 1) {
    set_headers(record, kRouteOfPatient);
    send(partition_of_key(patients_.front(), partitions_), patients_.front(), record.value, sink);
    return;
  }
  const std::string_view value = record.value.value_or(std::string_view());
  share_.set(value, items);
  if (would_multiply(value)) {
    route_to_partitions(record, false, sink);
    return;
  }
  set_headers(record, kRouteOfPatient);
  for (const std::string_view patient : patients_) {
    send(partition_of_key(patient, partitions_), patient, share_.of(patient), sink);
  }
}

bool Router::would_multiply(std::string_view value) {
  if (patients_.size() * value.size() <= kSmall) return false;
  std::size_t bytes = 0;
  for (const std::string_view patient : patients_) {
    bytes += share_.of(patient).size();
    if (bytes > kSmall + kMostTimes * value.size()) return true;
  }
  return false;
}

void Router::route_to_partitions(const InputRecord& record, bool all, RouterSink& sink) {
  targets_.clear();
  if (all) {
    for (std::int32_t i = 0; i < partitions_; ++i) targets_.push_back(i);
  } else {
    for (const std::string_view patient : patients_) targets_.push_back(partition_of_key(patient, partitions_));
    std::ranges::sort(targets_);
    targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
  }
  set_headers(record, kRouteOfPartition);
  for (const std::int32_t partition : targets_) send(partition, record.key, record.value, sink);
}

void Router::set_headers(const InputRecord& record, std::string_view route) {
  headers_.clear();
  if (record.headers != nullptr) record.headers->list(headers_);
  // The source's own would stand in for a key that is not there.
  std::erase_if(headers_, [](const auto& header) { return header.first == kSourceKeyHeader; });
  time_text_ = std::to_string(record.time.known() ? record.time.millis() : -1);
  headers_.emplace_back(kRouteHeader, route);
  headers_.emplace_back(kPartitionsHeader, partitions_text_);
  headers_.emplace_back(kSourceHeader, record.source);
  headers_.emplace_back(kSourceTimeHeader, time_text_);
  if (record.key) headers_.emplace_back(kSourceKeyHeader, *record.key);
}

void Router::send(std::int32_t partition, std::optional<std::string_view> key, std::optional<std::string_view> value,
                  RouterSink& sink) {
  sink.routed(partition, {key, value, headers_});
}

}  // namespace coagwatch::daemon

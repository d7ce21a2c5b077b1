#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/fold_counters.h"
#include "daemon/fold/fold_settings.h"
#include "daemon/fold/fold_sink.h"
#include "daemon/fold/record_publisher.h"
#include "daemon/routing/bundle_share.h"
#include "fhir/intake.h"

namespace coagwatch::daemon {

/// Receives what a router makes of a record. The views live until the call returns.
class RouterSink {
 public:
  virtual ~RouterSink() = default;
  /// For this partition of `coagwatch.by-patient`.
  virtual void routed(std::int32_t partition, const FoldRecord& record) = 0;
  virtual void dead_letter(const FoldRecord& record) = 0;
};

/// Divides input records among the partitions of their patients (README.md). Pure: the same record gives the same
/// parts.
///
/// Not thread-safe; a worker owns it.
class Router {
 public:
  /// For so many partitions. REQUIRES: `partitions` > 0.
  Router(const FoldSettings& settings, std::int32_t partitions);
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// Routes one record. REQUIRES: `record.source` is set.
  void route(const InputRecord& record, RouterSink& sink);
  /// From the next record on, maps and site may be others.
  void change_scoring(const Scoring& scoring);
  /// What happened since the last clear(). Results that go on are counted where they arrive.
  FoldCounters& counters() { return counters_; }

 private:
  void judge(const InputRecord& record, const fhir::Item& item, RouterSink& sink);
  void route_to_patients(const InputRecord& record, std::span<const fhir::Item> items, RouterSink& sink);
  void route_to_partitions(const InputRecord& record, bool all, RouterSink& sink);
  [[nodiscard]] bool would_multiply(std::string_view value);
  void set_headers(const InputRecord& record, std::string_view route);
  void send(std::int32_t partition, std::optional<std::string_view> key, std::optional<std::string_view> value,
            RouterSink& sink);

  FoldSettings settings_;
  const std::int32_t partitions_;
  const std::string partitions_text_;
  std::unique_ptr<fhir::Intake> intake_;
  RecordPublisher publisher_;
  BundleShare share_;
  FoldCounters counters_;

  // Reused from record to record.
  std::vector<std::string_view> patients_;  ///< those of the record, in order of appearance
  std::vector<std::int32_t> targets_;
  std::vector<std::pair<std::string_view, std::string_view>> headers_;
  std::string time_text_;
};

}  // namespace coagwatch::daemon

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fhir/intake.h"
#include "fhir/unmapped_codes.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace coagwatch::daemon {

/// A handle to one series, resolved once and then cheap: an atomic addition. Copyable; lives as long as its Metrics.
/// Thread-safe.
class Counter {
 public:
  explicit Counter(prometheus::Counter& series) : series_(&series) {}
  void add(std::uint64_t n = 1);

 private:
  prometheus::Counter* series_;
};

/// As Counter, for a value that goes both ways.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& series) : series_(&series) {}
  void set(double value);

 private:
  prometheus::Gauge* series_;
};

/// As Counter, for a distribution. An observation takes a lock: once per transaction or alert, not per record.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& series) : series_(&series) {}
  void observe(double seconds);

 private:
  prometheus::Histogram* series_;
};

class ReadinessSeries;
class StandbySeries;

/// How a reload of criteria and maps ended.
enum class ReloadOutcome : std::uint8_t {
  applied,    ///< another set is in force
  unchanged,  ///< it is the same set
  refused,    ///< something is wrong with it, and the old one stays
};
/// As in the label `outcome`.
const char* reload_outcome_name(ReloadOutcome outcome);

/// The program's metrics, as Prometheus reads them. Labels are bounded and never name a patient.
///
/// Thread-safe. Functions that take labels look the series up (a lock, except where noted): keep the handle.
class Metrics {
 public:
  /// Labels of `coagwatch_build_info`.
  struct Build {
    std::string version;
    std::string librdkafka;  ///< empty where no Kafka is used
    std::string criteria;    ///< hash of the rule set
  };
  /// How a transaction ended, for the label `outcome`.
  enum class Outcome : std::uint8_t { committed, aborted, unknown };
  /// For the label `kind`.
  enum class Rebalance : std::uint8_t { assigned, revoked, lost };

  explicit Metrics(const Build& build);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `coagwatch_records_consumed_total{topic}`
  Counter records_consumed(std::string_view topic);
  /// `coagwatch_last_record_timestamp_seconds{topic}`: newest Kafka timestamp seen, seconds since the epoch.
  Gauge last_record_timestamp(std::string_view topic);
  /// `coagwatch_feed_silent{topic}`: 1 while nothing has come for longer than `input.silence` allows.
  Gauge feed_silent(std::string_view topic);
  /// `coagwatch_results_total{disposition,reason}`; lock-free. A final disposition: `candidate` is never counted.
  void count_result(fhir::Disposition disposition, fhir::Reason reason, std::uint64_t n = 1);
  /// `coagwatch_assumed_times_total{assumed}`: results whose collection time lacked that; `assumed` from a bounded set.
  Counter assumed_times(std::string_view assumed);
  /// `coagwatch_patient_links_total{event}`: what became of statements that a patient is another one; `event` from a
  /// bounded set.
  Counter patient_links(std::string_view event);
  /// `coagwatch_commands_total{command}`: records of the topic of commands; `command` from a fixed list.
  Counter commands(std::string_view command);
  /// `coagwatch_unmapped_codes_total{code}`; lock-free in the steady state. The first kMaxUnmappedCodes codes seen
  /// have a series each, all others share `other`: a feed cannot make more series than that.
  void count_unmapped(std::string_view code, std::uint64_t n = 1);
  static constexpr std::size_t kMaxUnmappedCodes = 50;
  /// Counts all of `codes`, and keeps them for `unmapped()`. Takes a lock: once per partition and transaction.
  void add_unmapped(const fhir::UnmappedCodes& codes);
  /// The list of unmapped codes since the start, as JSON; at most kMaxListedCodes of them.
  [[nodiscard]] std::string unmapped() const;
  static constexpr std::size_t kMaxListedCodes = 1'000;

  /// `coagwatch_assessments_total`
  Counter assessments();
  /// `coagwatch_evicted_results_total`: results that a patient's caps (`limits.*`) dropped while inside the window.
  Counter evicted_results();
  /// `coagwatch_alerts_total{criterion,kind}`: committed alert events.
  Counter alerts(std::string_view criterion, std::string_view kind);
  /// `coagwatch_alert_latency_seconds`: input record timestamp to commit.
  Histogram alert_latency();
  /// `coagwatch_transactions_total{outcome}`
  Counter transactions(Outcome outcome);
  /// `coagwatch_transaction_duration_seconds`: begin to the end of commit.
  Histogram transaction_duration();

  /// `coagwatch_consumer_lag_records{topic,partition}`: records of an owned partition not yet processed.
  void set_consumer_lag(std::string_view topic, std::int32_t partition, std::int64_t records);
  /// Removes the lag of a partition that is no longer ours.
  void forget_partition(std::string_view topic, std::int32_t partition);
  /// `coagwatch_patients{worker}`: patients in the worker's state.
  Gauge patients(std::uint32_t worker);
  /// `coagwatch_episodes_open{criterion}`: sum of what each worker reports of its own partitions.
  void set_episodes_open(std::uint32_t worker, std::string_view criterion, std::uint64_t open);
  /// Removes that of a criterion that is in force no more.
  void forget_episodes(std::string_view criterion);

  /// Another rule set is in force: the label `criteria` of `coagwatch_build_info`.
  void set_rule_set(const std::string& hash);
  /// `coagwatch_reloads_total{outcome}`, and as Prometheus does it, `coagwatch_last_reload_successful` and
  /// `coagwatch_last_reload_success_timestamp_seconds`, where the load at the start is the first.
  void count_reload(ReloadOutcome outcome);

  /// `coagwatch_restore_records_total`
  Counter restore_records();
  /// `coagwatch_standby_*`
  StandbySeries& standby();
  /// `coagwatch_ready`, `coagwatch_partitions`
  ReadinessSeries& readiness();
  /// `coagwatch_restore_duration_seconds`: assignment of a partition to its first record.
  Histogram restore_duration();
  /// `coagwatch_rebalances_total{kind}`
  Counter rebalances(Rebalance kind);
  /// `coagwatch_producer_replacements_total{cause}`; `cause` from a bounded set: `fatal`, `indefinite`, …
  Counter producer_replacements(std::string_view cause);
  /// `coagwatch_replayed_records_total`: input records skipped because they were applied before.
  Counter replayed_records();

  /// `coagwatch_http_requests_total{route,code}`; `route` is a route's own path, never the request's.
  void count_http_request(std::string_view route, unsigned code);

  /// Everything, with `process_*`, as Prometheus text 0.0.4.
  [[nodiscard]] std::string expose() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::daemon

#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/engine_observer.h"
#include "daemon/engine/stage.h"
#include "daemon/metrics/metrics.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// Turns what one worker does into metrics and log lines. Not thread-safe: one a worker.
class MetricsObserver : public EngineObserver {
 public:
  /// `metrics` must outlive this.
  MetricsObserver(Metrics& metrics, std::shared_ptr<const rules::RuleSet> rules, Stage stage, std::uint32_t worker);

  void partition_committed(std::int32_t partition, const FoldCounters& counters) override;
  void transaction_ended(CommitOutcome outcome, std::chrono::steady_clock::duration open) override;
  void alert_latency(std::chrono::microseconds latency) override;
  void rebalanced(Rebalance kind, std::size_t partitions) override;
  void restored(std::int32_t partition, std::uint64_t records, std::chrono::steady_clock::duration took,
                std::chrono::steady_clock::duration hidden) override;
  void producer_replaced(std::string_view cause) override;
  void read_again(std::int32_t partition, std::string_view why) override;
  void partition_stopped(std::int32_t partition, std::string_view error) override;
  void rule_set_taken(const std::shared_ptr<const rules::RuleSet>& rules) override;
  void notice(std::string_view text) override;

 private:
  void count_alert(std::uint16_t criterion, rules::AlertKind kind);

  Metrics& metrics_;
  std::shared_ptr<const rules::RuleSet> rules_;
  /// Of an input topic.
  struct Topic {
    Counter records;
    Gauge last_record;
    rules::Timestamp newest;
  };

  Stage stage_;
  std::uint32_t worker_;
  std::vector<Topic> topics_;  ///< as Stage::topics
  Counter assessments_;
  Counter evicted_;
  std::vector<Counter> assumed_times_;  ///< as kTimeAssumptions
  std::vector<Counter> commands_;       ///< as kCommandNames, then those refused
  std::vector<Counter> patient_links_;  ///< as kLinkEventNames
  Counter replayed_;
  Counter committed_;
  Counter aborted_;
  Counter unknown_;
  Histogram duration_;
  Histogram latency_;
  std::map<std::pair<std::uint16_t, rules::AlertKind>, Counter> alerts_;
};

}  // namespace coagwatch::daemon

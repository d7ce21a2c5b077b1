#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/follower.h"
#include "tests/simulation/offline_fold.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// Judges a cluster that came to rest. Each problem is one line without values of the data.
class Checker {
 public:
  Checker(SimulatedKafka& cluster, const Follower& follower) : cluster_(cluster), follower_(follower) {}

  /// Committed records of the input, as every consumer sees them.
  [[nodiscard]] std::vector<LogRecord> input(std::int32_t partition);
  /// True if every committed input offset is the one after the last record, and the last command was applied.
  [[nodiscard]] bool drained();

  /// Everything: alerts and dead letters as sequences, state and status by value, commands, the router stage, offsets,
  /// atomicity, readers that followed, and what the simulator itself noticed. Without `transactions` the committed
  /// offsets may have been moved by others than the workers.
  std::vector<std::string> check(bool transactions);

  /// Alerts and dead letters that were expected, for tests that must not be vacuous.
  [[nodiscard]] std::size_t alerts() const { return alerts_; }
  [[nodiscard]] std::size_t dead_letters() const { return dead_letters_; }
  [[nodiscard]] std::size_t ticks() const { return ticks_; }
  /// Commands that were applied.
  [[nodiscard]] std::size_t commands() const { return commands_; }

 private:
  FoldResult check_partition(std::int32_t partition);
  void compare(const std::string& topic, std::int32_t partition, const std::vector<Published>& expected);
  void compare_latest(const std::string& topic, std::int32_t partition, std::map<std::string, std::string> expected);
  daemon::PartitionRecord last_record(std::int32_t partition);
  void check_record(std::int32_t partition, const daemon::PartitionRecord& expected);
  void check_transactions();
  [[nodiscard]] bool commands_drained(std::int32_t partition, const daemon::PartitionRecord& record);
  void problem(std::string text) { problems_.push_back(std::move(text)); }

  SimulatedKafka& cluster_;
  const Follower& follower_;
  std::vector<std::string> problems_;
  std::size_t alerts_ = 0;
  std::size_t dead_letters_ = 0;
  std::size_t ticks_ = 0;
  std::size_t commands_ = 0;
};

}  // namespace coagwatch::simulation

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/follower.h"
#include "tests/simulation/offline_fold.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// Judges the topic of commands of a cluster that came to rest: what folds sent each other is what undisturbed folds
/// send, in the order in which each of them does; and every command was applied once, in their order.
class CommandCheck {
 public:
  /// All must outlive it. `problems`: what is wrong is added to them.
  CommandCheck(SimulatedKafka& cluster, const Follower& follower, std::vector<std::string>& problems)
      : cluster_(cluster), follower_(follower), problems_(problems) {}

  /// `folds`: the undisturbed ones, by partition.
  void check(const std::vector<FoldResult>& folds);
  /// How many commands were applied.
  [[nodiscard]] std::size_t applied() const { return applied_; }

 private:
  void check_sent(std::int32_t partition, const std::vector<LogRecord>& found, const std::vector<FoldResult>& folds);
  void check_applied(std::int32_t partition, const std::vector<LogRecord>& found);

  SimulatedKafka& cluster_;
  const Follower& follower_;
  std::vector<std::string>& problems_;
  std::size_t applied_ = 0;
};

/// Whether `found` is made of all of `parts`, each in its order.
bool is_interleaving(const std::vector<Published>& found, const std::vector<const std::vector<Published>*>& parts);

}  // namespace coagwatch::simulation

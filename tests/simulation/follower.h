#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/offline_fold.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// Readers of committed data that follow the output topics all along, as a page or another system would. What they
/// saw can never be taken back, so it must be what is there at the end.
class Follower {
 public:
  /// Follows from now on, until the cluster is gone. Must outlive it.
  explicit Follower(SimulatedKafka& cluster);

  /// Reads on. The cluster makes it do so whenever something has happened; whoever takes records away does first.
  void look();
  /// What the reader of one partition saw, in order.
  [[nodiscard]] const std::vector<Published>& seen(const std::string& topic, std::int32_t partition) const;
  /// Of each transaction that wrote a partition record: the input offset after the last that it says was applied.
  [[nodiscard]] const std::map<std::pair<TransactionId, std::int32_t>, std::int64_t>& applied() const {
    return applied_;
  }

 private:
  struct Reader {
    const SimulatedLog* log = nullptr;  // asked for anew when a topic is made
    std::int64_t position = 0;
    std::vector<Published> seen;
  };
  void note(std::int32_t partition, const LogRecord& record);

  SimulatedKafka& cluster_;
  std::map<std::pair<std::string, std::int32_t>, Reader> readers_;
  int topics_made_ = -1;
  std::map<std::pair<TransactionId, std::int32_t>, std::int64_t> applied_;
};

}  // namespace coagwatch::simulation

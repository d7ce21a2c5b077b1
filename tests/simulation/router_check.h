#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/offline_fold.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// Judges the router stage of a cluster that came to rest: of each partition that it reads, what stands committed in
/// the topic between the stages, and among its dead letters, is what an undisturbed router writes, in its order.
class RouterCheck {
 public:
  /// `cluster` must outlive it.
  explicit RouterCheck(SimulatedKafka& cluster) : cluster_(cluster) {}

  /// True if there is no router stage, or it has nothing left to do.
  [[nodiscard]] bool drained();
  /// Adds what is wrong to `problems`.
  void check(std::vector<std::string>& problems);

 private:
  /// What was made of a raw partition, by the beginning of its records' source and the partition that they went to.
  using Routed = std::map<std::pair<std::string, std::int32_t>, std::vector<Published>>;

  void route_offline(std::size_t topic, std::int32_t partition, Routed& routed, Routed& dead_letters);
  [[nodiscard]] Routed found(const std::string& topic);
  void check_offsets(std::vector<std::string>& problems);

  SimulatedKafka& cluster_;
};

}  // namespace coagwatch::simulation

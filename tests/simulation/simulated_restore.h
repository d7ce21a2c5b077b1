#pragma once

#include <map>
#include <string>

#include "daemon/engine/broker.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// The changelog reader of one client: read_committed, from the start to the end offset that a read_uncommitted
/// look gave when the restore began.
class SimulatedRestore {
 public:
  SimulatedRestore(SimulatedKafka& cluster, std::string topic) : cluster_(cluster), topic_(std::move(topic)) {}

  void start(std::int32_t partition);
  /// Hands over at most `records` records.
  daemon::RestoreProgress poll(std::int32_t partition, daemon::ChangelogSink& sink, std::size_t records);
  void stop(std::int32_t partition);

 private:
  struct Reader {
    std::int64_t position = 0;
    std::int64_t end = 0;
  };
  SimulatedKafka& cluster_;
  std::string topic_;
  std::map<std::int32_t, Reader> readers_;
};

}  // namespace coagwatch::simulation

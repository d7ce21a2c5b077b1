#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/follower.h"
#include "tests/simulation/offline_fold.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// What must hold at every moment, looked at whenever time passes. Committed offsets go forward only and never past the
/// input that a consumer can have seen. And whenever no transaction is on its way to its partitions: the alerts and
/// dead letters that a reader of committed data has seen are those of the undisturbed fold of the input below the
/// committed offset. Whatever breaks it is a violation of the cluster, once for each partition.
class RunningCheck {
 public:
  /// Watches from now on, until the cluster is gone. Must outlive it; `follower` too.
  RunningCheck(SimulatedKafka& cluster, const Follower& follower);
  /// Watches no more: somebody is about to move offsets or to delete topics.
  void stop() { partitions_.clear(); }

 private:
  struct Partition {
    Partition(std::int32_t partition, bool routed) : fold(std::make_unique<OfflineFold>(partition, routed)) {}
    std::unique_ptr<OfflineFold> fold;
    std::int64_t position = 0;       // in the input
    std::int64_t journal = 0;        // in the journal
    std::deque<Movement> movements;  // read and not taken yet
    std::size_t alerts = 0;          // compared
    std::size_t dead_letters = 0;
    std::int64_t committed = -1;
    bool changed = false;
    bool split = false;  // a record or a tick may have run timers in several transactions, not all committed yet
    bool broken = false;
  };
  void look();
  void look_at_outputs(std::int32_t number, Partition& partition);
  void fold_to_committed(std::int32_t number, Partition& partition);
  void compare(const std::string& topic, std::int32_t number, const std::vector<Published>& expected,
               std::size_t& done);
  void look_at_offsets();
  void broken(std::int32_t number, const std::string& what);

  SimulatedKafka& cluster_;
  const Follower& follower_;
  std::map<std::int32_t, Partition> partitions_;
  std::size_t steps_ = 0;  // of the offsets' history, looked at
};

}  // namespace coagwatch::simulation

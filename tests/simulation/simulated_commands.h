#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "daemon/engine/broker.h"
#include "tests/simulation/delivered_record.h"
#include "tests/simulation/past_leaders.h"
#include "tests/simulation/seam_bugs.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// One client's reader of the topic of commands, read_committed, from the offsets that it is given.
class SimulatedCommands {
 public:
  SimulatedCommands(SimulatedKafka& cluster, std::string topic, const SeamBugs& bugs = {})
      : cluster_(cluster), topic_(std::move(topic)), bugs_(bugs) {}

  void follow(std::int32_t partition, std::int64_t offset);
  void unfollow(std::int32_t partition) { readings_.erase(partition); }
  /// The next command of some partition that is followed, if there is one now. Invalidates what the call before
  /// returned.
  const daemon::BrokerEvent* next();
  /// Ends the life of what next() returned, as every poll does.
  void expire();
  /// Of what it fetches.
  PastLeaders& past() { return past_; }

 private:
  struct Reading {
    std::int64_t position = 0;
    std::int64_t fetched_before = -1;  // with stale_command_after_follow
  };
  const daemon::BrokerEvent* deliver(std::int32_t partition, Reading& reading);

  SimulatedKafka& cluster_;
  std::string topic_;
  SeamBugs bugs_;
  std::map<std::int32_t, Reading> readings_;
  PastLeaders past_;
  daemon::BrokerEvent event_;
  std::unique_ptr<DeliveredRecord> delivered_;  // what event_ points into
};

}  // namespace coagwatch::simulation

#pragma once

#include <map>
#include <string>

#include "daemon/engine/changelog_reader.h"
#include "tests/simulation/seam_bugs.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// One client's readings of the state topic, read_committed, from the offsets that it is given.
class SimulatedChangelog {
 public:
  SimulatedChangelog(SimulatedKafka& cluster, std::string topic, const SeamBugs& bugs = {})
      : cluster_(cluster), topic_(std::move(topic)), bugs_(bugs) {}

  daemon::ChangelogBounds bounds(std::int32_t partition);
  void start(std::int32_t partition, std::int64_t offset);
  /// Hands over at most `records` records. `ours`: the group has given us the partition.
  daemon::ChangelogPosition read(std::int32_t partition, daemon::ChangelogSink& sink, std::size_t records, bool ours);
  void stop(std::int32_t partition);
  /// For so long a broker serves the partition that its leader no longer is: what it has ends there.
  void freeze(std::int32_t partition, std::int64_t end, Time until) { frozen_[partition] = {end, until}; }

 private:
  [[nodiscard]] std::int64_t visible_end(std::int32_t partition) const;

  SimulatedKafka& cluster_;
  std::string topic_;
  SeamBugs bugs_;
  std::map<std::int32_t, daemon::ChangelogPosition> readings_;
  std::map<std::int32_t, std::pair<std::int64_t, Time>> frozen_;  // end, until
};

}  // namespace coagwatch::simulation

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "daemon/cli/state_threads.h"
#include "daemon/engine/stage.h"
#include "daemon/engine/worker.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// What the metrics show of workers and standbys, in rounds: begin(), then each of them, then end(), which takes out
/// of the metrics what no longer is.
///
/// Not thread-safe.
class WorkerGauges {
 public:
  explicit WorkerGauges(Metrics& metrics) : metrics_(metrics) {}

  void begin();
  void show(std::uint32_t worker, const Stage& stage, const WorkerSnapshot& snapshot);
  void show(std::span<const StandbyView> standbys);
  void end();

  /// In this round: whether some worker reads the topic, and the time of the newest record of it that one has committed
  /// since the start; none() if there was none.
  [[nodiscard]] bool is_read(const std::string& topic) const;
  [[nodiscard]] rules::Timestamp newest_record(const std::string& topic) const;

 private:
  using Place = std::pair<std::string, std::int32_t>;  // topic, partition
  void show_patients(std::uint32_t worker, const WorkerSnapshot& snapshot);

  /// Of one round.
  struct Shown {
    std::set<Place> inputs;
    std::set<std::string> criteria;
    std::set<std::int32_t> standbys;  ///< by partition
  };

  Metrics& metrics_;
  Shown before_;
  Shown now_;
  std::map<AssignedPartition::Stage, std::size_t> stages_;
  std::map<std::string, rules::Timestamp> newest_;
};

}  // namespace coagwatch::daemon

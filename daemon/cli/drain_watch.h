#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/worker.h"

namespace coagwatch::daemon {

/// Whether workers have come to the end of what they read, for `run --drain`: nothing is left, and nothing has come for
/// a while, in which partitions have had time to hear of each other. A member that was killed has partitions until its
/// session ends; who still has some after a minute is alive.
///
/// Not thread-safe.
class DrainWatch {
 public:
  using Clock = std::chrono::steady_clock;
  enum class State : std::uint8_t {
    working,
    done,
    stopped,  ///< a partition has stopped, or others are members of the group: problem()
  };

  /// `partitions`: how many there are in all.
  State look(const std::vector<WorkerSnapshot>& workers, std::int32_t partitions, Clock::time_point now);
  /// Why it has stopped, or what it waits for besides records; empty: nothing.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t>
      places_;                              ///< of each worker's partitions, when last seen
  std::optional<Clock::time_point> since_;  ///< nothing has come
  std::string problem_;
};

}  // namespace coagwatch::daemon

#include "daemon/cli/drain_watch.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::seconds kQuiet{3};
// Longer than a session by default, and a rebalance.
constexpr std::chrono::seconds kShared{60};

}  // namespace

DrainWatch::State DrainWatch::look(const std::vector<WorkerSnapshot>& workers, std::int32_t partitions,
                                   Clock::time_point now) {
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> places;
  bool at_end = true;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    at_end = at_end && workers[i].assigned && workers[i].producer_ready;
    for (const WorkerSnapshot::Partition& partition : workers[i].partitions) {
      if (partition.stage == AssignedPartition::Stage::stopped) {
        problem_ = "partition " + std::to_string(partition.number) + ": " + partition.error;
        return State::stopped;
      }
      at_end = at_end && partition.stage == AssignedPartition::Stage::running && partition.end &&
               partition.next >= *partition.end;
      places.emplace(std::pair(i, partition.number), partition.next);
    }
  }
  if (!at_end) since_.reset();
  if (at_end && (!since_ || places != places_)) since_ = now;
  places_ = std::move(places);
  problem_.clear();
  if (!since_ || now - *since_ < kQuiet) return State::working;
  const auto others = partitions - static_cast<std::int32_t>(places_.size());
  if (others <= 0) return State::done;
  problem_ = "other members of the group have " + std::to_string(others) + " of " + std::to_string(partitions) +
             " partitions: end every process of it";
  return now - *since_ >= kShared ? State::stopped : State::working;
}

}  // namespace coagwatch::daemon

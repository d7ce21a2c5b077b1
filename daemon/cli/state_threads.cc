#include "daemon/cli/state_threads.h"

#include <algorithm>
#include <utility>

namespace coagwatch::daemon {

/// A thread with its share.
struct StateThreads::Lane {
  Lane(Part part, CopyObserver& observer, StateCopiesOptions options)
      : reader(std::move(part.reader)), copies(*reader, std::move(part.tasks), observer, std::move(options)) {}
  std::unique_ptr<ChangelogReader> reader;
  StateCopies copies;
  std::thread thread;
};

StateThreads::StateThreads(std::vector<Part> parts, std::int32_t standby_partitions, const EngineFaults& faults,
                           CopyObserver& observer) {
  const auto count = static_cast<std::int32_t>(parts.size());
  for (std::int32_t i = 0; i < count; ++i) {
    StateCopiesOptions options;
    options.faults = faults;
    for (std::int32_t partition = i; partition < standby_partitions; partition += count) {
      options.standby.insert(partition);
    }
    lanes_.push_back(
        std::make_unique<Lane>(std::move(parts[static_cast<std::size_t>(i)]), observer, std::move(options)));
  }
  for (const auto& lane : lanes_) {
    lane->thread = std::thread([this, &copies = lane->copies] {
      while (!stopping_.load(std::memory_order_relaxed)) {
        if (const auto idle = copies.step(); idle.count() > 0) copies.wait(idle);
      }
    });
  }
}

StateThreads::~StateThreads() { stop(); }

void StateThreads::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  for (const auto& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

StateThreads::Lane& StateThreads::lane_of(std::int32_t partition) const {
  return *lanes_[static_cast<std::size_t>(partition) % lanes_.size()];
}
StateThreads::Lane& StateThreads::lane_of_claim(ClaimId claim) const { return *lanes_[claim % lanes_.size()]; }

ClaimId StateThreads::claim(std::int32_t partition) {
  // As many digits as there are lanes: which one it is can be told from the claim.
  return lane_of(partition).copies.claim(partition) * lanes_.size() +
         static_cast<std::size_t>(partition) % lanes_.size();
}
void StateThreads::settle(ClaimId claim, std::int64_t end) { lane_of_claim(claim).copies.settle(inner(claim), end); }
ClaimProgress StateThreads::progress(ClaimId claim) const { return lane_of_claim(claim).copies.progress(inner(claim)); }
std::unique_ptr<PartitionTask> StateThreads::take(ClaimId claim) {
  return lane_of_claim(claim).copies.take(inner(claim));
}
void StateThreads::give_up(ClaimId claim) { lane_of_claim(claim).copies.give_up(inner(claim)); }
void StateThreads::give_back(std::int32_t partition, std::unique_ptr<PartitionTask> task) {
  lane_of(partition).copies.give_back(partition, std::move(task));
}

void StateThreads::change_scoring(const Scoring& scoring) {
  for (const auto& lane : lanes_) lane->copies.change_scoring(scoring);
}

std::vector<StandbyView> StateThreads::standbys() const {
  std::vector<StandbyView> all;
  for (const auto& lane : lanes_) {
    std::vector<StandbyView> some = lane->copies.standbys();
    std::ranges::move(some, std::back_inserter(all));
  }
  std::ranges::sort(all, {}, &StandbyView::partition);
  return all;
}

}  // namespace coagwatch::daemon

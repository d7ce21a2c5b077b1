#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "daemon/engine/state_copies.h"

namespace coagwatch::daemon {

/// The process's copies of state, over a few threads that read them: partition p belongs to thread p mod n, so that
/// several are restored beside each other and none holds up a worker.
///
/// What StateSource has may be called from any thread; the rest belongs to one.
class StateThreads final : public StateSource {
 public:
  /// One thread's own.
  struct Part {
    std::unique_ptr<ChangelogReader> reader;
    std::unique_ptr<TaskFactory> tasks;
  };
  /// `standby_partitions`: so many partitions, from 0 on, are copied while nobody here owns them; 0: none.
  /// REQUIRES: `parts` is not empty. `observer` must outlive this, and bear to be called by several threads.
  StateThreads(std::vector<Part> parts, std::int32_t standby_partitions, const EngineFaults& faults,
               CopyObserver& observer);
  ~StateThreads() override;

  ClaimId claim(std::int32_t partition) override;
  void settle(ClaimId claim, std::int64_t end) override;
  [[nodiscard]] ClaimProgress progress(ClaimId claim) const override;
  std::unique_ptr<PartitionTask> take(ClaimId claim) override;
  void give_up(ClaimId claim) override;
  void give_back(std::int32_t partition, std::unique_ptr<PartitionTask> task) override;

  /// As StateCopies::change_scoring.
  void change_scoring(const Scoring& scoring);
  /// As StateCopies::standbys, of all.
  [[nodiscard]] std::vector<StandbyView> standbys() const;
  /// Ends the threads. Nothing is read afterwards; what was claimed may still be given up or back.
  void stop();

 private:
  struct Lane;
  [[nodiscard]] Lane& lane_of(std::int32_t partition) const;
  [[nodiscard]] Lane& lane_of_claim(ClaimId claim) const;
  [[nodiscard]] ClaimId inner(ClaimId claim) const { return claim / lanes_.size(); }

  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace coagwatch::daemon

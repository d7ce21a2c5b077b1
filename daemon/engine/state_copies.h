#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/engine/changelog_reader.h"
#include "daemon/engine/engine_faults.h"
#include "daemon/engine/state_copy.h"
#include "daemon/engine/state_source.h"

namespace coagwatch::daemon {

/// Told what becomes of standby copies, for metrics and logs. Called on the thread that steps; must not block. Every
/// text is free of patient data.
class CopyObserver {
 public:
  virtual ~CopyObserver() = default;
  /// A standby copy was dropped, to be read from the start again after a while.
  virtual void standby_failed(std::int32_t /*partition*/, std::string_view /*error*/) {}
  /// A claim took a standby over that had been at the end.
  virtual void promoted(std::int32_t /*partition*/) {}
  /// A copy does not fit the topic any more, and is read from its start at once.
  virtual void read_anew(std::int32_t /*partition*/, std::string_view /*why*/) {}
};

struct StateCopiesOptions {
  std::set<std::int32_t> standby;  ///< partitions that a copy is kept of while nobody here owns them
  /// What was given back comes back soon, or is written by others for long: no hurry with its copy.
  std::chrono::milliseconds standby_after{10'000};
  std::chrono::milliseconds retry_after{30'000};  ///< after a standby failed
  EngineFaults faults;
};

/// A standby copy as `/status` and the metrics show it.
struct StandbyView {
  std::int32_t partition = 0;
  bool caught_up = false;           ///< was at the end once, and has only the tail to read since
  std::optional<std::int64_t> lag;  ///< offsets of the state topic not read yet, as far as they are committed
  std::size_t patients = 0;
  std::size_t state_bytes = 0;
  std::string error;  ///< why there is none now
};

/// Copies of partitions' state, read off the workers' threads. Of each partition there is at most one, in one of two
/// roles: *wanted*, a worker of this process claimed it, and it is read to the end taken once that is settled, then
/// handed over; or *standby*, nobody here owns it, and it follows the topic for ever. A claim takes a standby over and
/// needs only the tail.
///
/// step() and wait() belong to one thread, which also calls the reader and makes the tasks; everything else may be
/// called from any. A task belongs to that thread until it is taken.
class StateCopies final : public StateSource {
 public:
  /// All references must outlive this.
  StateCopies(ChangelogReader& reader, std::unique_ptr<TaskFactory> tasks, CopyObserver& observer,
              StateCopiesOptions options);
  ~StateCopies() override;

  ClaimId claim(std::int32_t partition) override;
  void settle(ClaimId claim, std::int64_t end) override;
  [[nodiscard]] ClaimProgress progress(ClaimId claim) const override;
  std::unique_ptr<PartitionTask> take(ClaimId claim) override;
  void give_up(ClaimId claim) override;
  void give_back(std::int32_t partition, std::unique_ptr<PartitionTask> task) override;

  /// Another rule set, for copies too. Whoever takes one must still rescore it: his own may be another.
  void change_scoring(Scoring scoring);
  /// As of a moment ago, by partition.
  [[nodiscard]] std::vector<StandbyView> standbys() const;

  /// One turn: each claim reads on for a while, then the standbys. Returns how long there is nothing to do.
  std::chrono::milliseconds step();
  /// Waits so long, or until somebody wants something.
  void wait(std::chrono::milliseconds timeout);

 private:
  using Clock = std::chrono::steady_clock;
  struct Claim {
    std::int32_t partition = 0;
    std::optional<std::int64_t> settled;  ///< at least to this end
    ClaimProgress progress;
    std::unique_ptr<PartitionTask> task;  // once complete
  };
  /// What this process has of a partition.
  struct Place {
    std::vector<ClaimId> claims;           // in turn: the first is served
    std::size_t taken = 0;                 // and not given back
    bool just_given = false;               // no standby before a while has passed
    std::unique_ptr<PartitionTask> given;  // for a planted bug
  };
  struct Order {
    std::int32_t partition = 0;
    ClaimId claim = 0;  // 0: standby
    std::optional<std::int64_t> settled;
  };

  std::vector<Order> take_orders();
  StateCopy& copy_for(const Order& order);
  void serve(const Order& order);
  bool follow(const Order& order, bool may_catch_up);
  void tell(const StateCopy& copy, StateCopy::State state);
  void fail(std::int32_t partition, std::string error);
  void publish();
  void end_claim(ClaimId claim);

  ChangelogReader& reader_;
  const std::unique_ptr<TaskFactory> tasks_;
  CopyObserver& observer_;
  const StateCopiesOptions options_;

  // Of the thread that steps.
  std::map<std::int32_t, std::unique_ptr<StateCopy>> copies_;
  std::map<std::int32_t, Clock::time_point> not_before_;  // standbys
  std::map<std::int32_t, std::string> errors_;            // of the last standby
  Clock::time_point publish_at_;
  bool moved_ = false;

  mutable std::mutex mutex_;
  std::condition_variable wanted_;
  bool woken_ = false;  // the rest is guarded by mutex_
  ClaimId last_claim_ = 0;
  std::map<ClaimId, Claim> claims_;
  std::map<std::int32_t, Place> places_;
  std::vector<std::unique_ptr<PartitionTask>> given_back_;  // to be destroyed off the hot thread
  std::optional<Scoring> next_scoring_;
  std::vector<StandbyView> views_;
};

}  // namespace coagwatch::daemon

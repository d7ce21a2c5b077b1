#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/engine/changelog_reader.h"
#include "daemon/engine/engine_faults.h"
#include "daemon/engine/partition_task.h"

namespace coagwatch::daemon {

/// A copy of one partition's state that is being read: for a claim up to an end, as a standby for ever. It holds what
/// is committed below its position, whoever reads on from there; so a claim takes a standby over where it is.
///
/// Not thread-safe; a StateCopies owns it.
class StateCopy final : private ChangelogSink {
 public:
  enum class State : std::uint8_t {
    reading,   ///< more to come, or the broker does not answer yet
    at_end,    ///< read to the last stable offset; of a claim: something hides the rest
    complete,  ///< a claim has what it needs
    failed,    ///< error(); a standby is to be dropped
  };

  StateCopy(std::int32_t partition, ChangelogReader& reader, TaskFactory& tasks, const EngineFaults& faults);
  ~StateCopy() override;
  StateCopy(const StateCopy&) = delete;
  StateCopy& operator=(const StateCopy&) = delete;

  /// Whom it is read for from now on: a claim, or 0: nobody yet.
  void serve(std::uint64_t claim);
  /// The claim's end is taken after this, and is not before `end`; until then it is followed like a standby.
  void settle(std::int64_t end);
  [[nodiscard]] std::uint64_t claim() const { return claim_; }
  /// Reads on, for at most about `budget`; waits only for an answer about where the partition ends.
  State advance(std::chrono::milliseconds budget);
  /// Reads nothing until the next advance().
  void rest();
  /// What was read, to whoever claimed it. REQUIRES: complete.
  std::unique_ptr<PartitionTask> release();
  /// For planted bugs: goes on with another's task, from the present end.
  void adopt(std::unique_ptr<PartitionTask> task);

  [[nodiscard]] const std::string& error() const { return error_; }
  /// Why it was read anew, if it was since the last call.
  std::string take_notice();
  [[nodiscard]] bool caught_up() const { return caught_up_; }
  /// Whether advance() has read anything the last time.
  [[nodiscard]] bool moved() const { return moved_; }
  /// Null before it has begun.
  [[nodiscard]] PartitionTask* task() const { return task_.get(); }
  [[nodiscard]] std::int64_t position() const { return task_ ? position_ : -1; }
  [[nodiscard]] std::int64_t target() const { return target_.value_or(-1); }
  [[nodiscard]] std::optional<std::int64_t> stable_end() const { return stable_end_; }
  /// Records read since serve(); a notice of anything read anew included.
  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  using Clock = std::chrono::steady_clock;

  void changelog_record(std::int32_t partition, const ChangelogRecord& record) override;
  bool look_at_bounds();
  void note_end(bool news);
  [[nodiscard]] std::string unfit(const ChangelogBounds& bounds) const;
  void begin(const ChangelogBounds& bounds);
  void start_anew(std::string why);
  [[nodiscard]] State state() const;

  const std::int32_t partition_;
  ChangelogReader& reader_;
  TaskFactory& tasks_;
  const EngineFaults faults_;

  std::uint64_t claim_ = 0;
  bool settled_ = false;
  std::int64_t least_end_ = 0;
  std::optional<std::int64_t> target_;  // of the claim, once settled
  bool inherited_ = false;              // it had begun before the claim
  std::unique_ptr<PartitionTask> task_;
  std::string topic_id_;
  std::int64_t position_ = 0;
  bool reading_ = false;
  bool at_stable_end_ = false;
  bool caught_up_ = false;  // was at the stable end once
  bool looked_ = false;     // has read since serve()
  bool moved_ = false;
  Clock::time_point at_end_at_;  // when it was last known to be at the stable end, or had begun
  Clock::time_point asked_at_;   // whether it still is
  std::optional<std::int64_t> stable_end_;
  std::uint64_t records_ = 0;
  std::string error_;
  std::string notice_;
};

}  // namespace coagwatch::daemon

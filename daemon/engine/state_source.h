#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/engine/partition_task.h"

namespace coagwatch::daemon {

/// One claim of a worker to a partition's state; never used twice.
using ClaimId = std::uint64_t;

/// How far what was claimed has come.
struct ClaimProgress {
  enum class State : std::uint8_t {
    reading,   ///< more to come
    waiting,   ///< read to the last stable offset; once settled, an open transaction still hides the rest
    complete,  ///< settled, and read to the log end offset taken after that: take it
    failed,    ///< `error`; the claim stays until it is given up
  };
  State state = State::reading;
  std::string error;
  std::string owner;           ///< transactional id of the worker that wrote it, as far as read; empty if not known
  std::uint64_t records = 0;   ///< read since the claim
  std::int64_t position = -1;  ///< next offset of the state topic to read; -1: not known yet
  std::int64_t end = -1;       ///< where it must get to; likewise
};

/// Where workers get the state of their partitions from, and where they leave it.
///
/// Thread-safe; every function takes a lock for a moment and waits for nothing else.
class StateSource {
 public:
  virtual ~StateSource() = default;
  /// The partition is the caller's, who has replaced its producer: it is read, and until it is given up or back nobody
  /// else gets a copy.
  virtual ClaimId claim(std::int32_t partition) = 0;
  /// Nobody else can bring anything of the partition to an end any more: its last owner's offsets are committed or
  /// aborted, and the group takes no more of them. What is in the state topic from now on is all there will be, and it
  /// has at least the offsets below `end`, whatever a broker tells.
  virtual void settle(ClaimId claim, std::int64_t end) = 0;
  [[nodiscard]] virtual ClaimProgress progress(ClaimId claim) const = 0;
  /// The partition as of the log end offset taken after settle(), which is not before the end given to it. The claim
  /// ends with this. REQUIRES: progress was `complete`.
  virtual std::unique_ptr<PartitionTask> take(ClaimId claim) = 0;
  /// The partition is no longer the caller's, or its state is wanted anew: before it was taken,
  virtual void give_up(ClaimId claim) = 0;
  /// and afterwards. What was taken is never used again: others may have written since.
  virtual void give_back(std::int32_t partition, std::unique_ptr<PartitionTask> task) = 0;
};

}  // namespace coagwatch::daemon

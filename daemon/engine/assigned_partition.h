#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/fold/partition_fold.h"

namespace coagwatch::daemon {

/// One partition that the worker owns.
struct AssignedPartition {
  enum class Stage : std::uint8_t {
    restoring,    ///< reading its state
    deciding,     ///< state is complete; asking the broker where to go on
    positioning,  ///< waiting to be positioned at `next`, paused
    running,      ///< records flow
    stopped,      ///< `error`; nothing is read or written until it is assigned anew
  };

  AssignedPartition(std::int32_t partition, const FoldSettings& settings)
      : number(partition), fold(std::make_unique<PartitionFold>(settings)) {}

  std::int32_t number;
  Stage stage = Stage::restoring;
  std::unique_ptr<PartitionFold> fold;
  std::int64_t next = -1;            ///< input offset after the last one processed
  std::int64_t committed_next = -1;  ///< the same as of the last commit
  bool dirty = false;                ///< has records in the open transaction
  std::string error;
  bool outranked = false;  ///< stopped because its state was written under a higher `ruleset.sequence` than ours

  bool restore_started = false;
  bool read_again = false;  ///< this is the second look at a state that ended before the committed offset
  std::uint64_t restored_records = 0;
  std::chrono::steady_clock::time_point restore_began;
  std::chrono::steady_clock::time_point waiting_since;
  bool waiting = false;
  std::chrono::steady_clock::time_point retry_at;  ///< not before this, for what the broker could not answer
};

/// As shown by `/status`.
std::string_view stage_name(AssignedPartition::Stage stage);

}  // namespace coagwatch::daemon

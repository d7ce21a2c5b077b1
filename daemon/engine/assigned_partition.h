#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/engine/partition_task.h"
#include "daemon/engine/state_source.h"

namespace coagwatch::daemon {

/// A topic ends before what was applied of it, or a fetch was told so. Where that is an answer of the past (README.md),
/// another one comes within seconds, and until then the partition is not stopped.
struct EndDoubt {
  std::chrono::steady_clock::time_point since;
  std::chrono::steady_clock::time_point last;  ///< the partition did not run because of it
  std::string error;  ///< why the partition will stop otherwise; empty: a fetch alone was told so
  // Leaders of these epochs told it: what they tell else of an end is not believed, since where a topic was truncated
  // it grows again.
  std::int32_t input_epoch = -1;
  std::int32_t commands_epoch = -1;
};

/// One partition that the worker owns.
struct AssignedPartition {
  enum class Stage : std::uint8_t {
    restoring,    ///< reading its state, and asking the broker where its input stands
    deciding,     ///< both are known, or it is asked once more
    positioning,  ///< waiting to be positioned at `next`, paused
    running,      ///< records flow
    stopped,      ///< `error`; nothing is read or written until it is assigned anew
  };

  explicit AssignedPartition(std::int32_t partition) : number(partition) {}

  std::int32_t number;
  Stage stage = Stage::restoring;
  std::unique_ptr<PartitionTask> task;  ///< never null after begin_restore; empty until its state was taken
  std::int64_t next = -1;               ///< input offset after the last one processed
  std::int64_t committed_next = -1;     ///< the same as of the last commit
  bool dirty = false;                   ///< has records in the open transaction
  std::int64_t next_command = 0;        ///< offset after the last command that was delivered
  bool commands_wait = false;           ///< those delivered are passed over until commands are followed anew
  int failures = 0;                     ///< transactions in a row that it was in and that failed
  std::string error;
  std::string delay;                                        ///< why no records came, when last told
  std::chrono::steady_clock::time_point delay_shown_until;  ///< then it has passed
  bool outranked = false;  ///< stopped because its state was written under a higher `ruleset.sequence` than ours

  bool marked = false;                              ///< in the group: the facts that it tells are not of the past
  std::optional<std::int64_t> marked_end;           ///< of the state topic at least, once that is marked
  int mark_failures = 0;                            ///< in a row
  std::chrono::steady_clock::time_point mark_from;  ///< the next try after these
  std::optional<PartitionFacts> facts;              ///< once the broker has told them
  bool unstable = false;                            ///< it could not, for an open transaction of somebody else
  std::chrono::steady_clock::time_point asked_at;   ///< in vain
  std::optional<EndDoubt> doubt;                    ///< the last one
  std::optional<ClaimId> claim;                     ///< to its state, while it is restored
  bool settled = false;                             ///< that is
  bool taken = false;                               ///< `task` is from the StateSource, and to be given back
  ClaimProgress restored;                           ///< as last seen
  bool read_again = false;  ///< this is the second look, after one that was overtaken or marked too early
  std::chrono::steady_clock::time_point restore_began;
  std::chrono::steady_clock::time_point waiting_since;
  bool waiting = false;                            ///< for an open transaction of somebody else
  std::chrono::steady_clock::duration waited{};    ///< altogether, before that
  std::chrono::steady_clock::time_point retry_at;  ///< not asked about, or positioned, before this
  std::optional<std::chrono::steady_clock::time_point> not_positioned_since;  ///< tried in vain
};

/// All of them.
inline constexpr std::array kStages{AssignedPartition::Stage::restoring, AssignedPartition::Stage::deciding,
                                    AssignedPartition::Stage::positioning, AssignedPartition::Stage::running,
                                    AssignedPartition::Stage::stopped};

/// As shown by `/status`.
std::string_view stage_name(AssignedPartition::Stage stage);

}  // namespace coagwatch::daemon

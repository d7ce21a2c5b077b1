#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// The version of the changelog format that this program writes (state_format.md).
inline constexpr std::uint8_t kStateFormat = 5;
/// The oldest one that it reads. It also reads what a later one has written that names this one, or one before it, as
/// enough to understand it.
inline constexpr std::uint8_t kOldestFormat = 2;
/// The version that a reader must know to understand what this program writes.
inline constexpr std::uint8_t kUnderstoodFrom = 3;
/// Likewise of patients who have copies in other partitions, or are copies.
inline constexpr std::uint8_t kCopiesUnderstoodFrom = 4;

/// Key of the partition record: no patient key starts with a NUL byte.
inline constexpr std::string_view kPartitionRecordKey{"\0coagwatch-partition", 20};
/// Nobody's: of the tombstones by which the engine finds where the topic ends (state_format.md).
inline constexpr std::string_view kMarkKey{"\0coagwatch-mark", 15};

/// Stands for the name of the input topic in the records of partitions whose state is not written to its end
/// (`coagwatch state repartition`).
inline constexpr std::string_view kUnfinishedState = "(unfinished: coagwatch state repartition)";
/// What it says of itself, and what would mend it.
inline constexpr const char* kUnfinishedText =
    "coagwatch state repartition has not written this state to its end: delete the new topics, and run it again";

/// How the owner in a partition record ends that `coagwatch state rebase` wrote: offsets may go back with it.
inline constexpr std::string_view kRebaseOwner = ".rebase";

/// What a partition of the state topic says about the fold of its input partition.
struct PartitionRecord {
  std::int64_t last_offset = -1;                     ///< input offset applied last; -1: none yet
  std::string topic_id;                              ///< identity of the input topic; empty if the broker does not tell
  rules::Timestamp time = rules::Timestamp::none();  ///< greatest record timestamp seen
  rules::Timestamp timer_cursor = rules::Timestamp::none();  ///< timers up to here have run
  std::string rule_set;                                      ///< hash of the rule set in force
  std::uint64_t rule_set_sequence = 0;
  std::int64_t last_command = -1;  ///< up to here commands were applied, or nothing was visible; -1: none yet
  std::string owner;               ///< transactional id of the worker that wrote it
  std::string input_topic;         ///< name of the input topic; empty: not known, as in formats before 4
  std::int32_t partitions = 0;     ///< how many it has; 0: likewise
  /// Of a tick not all of whose timers until `time` have run: the offset after which it came; -1: there is none.
  std::int64_t unfinished_tick = -1;
  /// Identity of the topic of commands that `last_command` is of; empty: not known, as in formats before 5.
  std::string commands_id = {};
};

/// Appends a patient's state as a changelog value. Deterministic: equal states give equal bytes.
void encode_state(const rules::PatientState& state, std::string& out);

/// Reads a changelog value into `state` (overwritten; buffers are kept). Returns what is wrong, or nullopt.
/// A value of a format that this program does not understand is refused, never read as something else. Of a later
/// format what this program does not know is left out: it is gone when the state is written again.
std::optional<std::string> decode_state(std::string_view bytes, rules::PatientState& state);

void encode_partition_record(const PartitionRecord& record, std::string& out);
std::optional<std::string> decode_partition_record(std::string_view bytes, PartitionRecord& record);

}  // namespace coagwatch::daemon

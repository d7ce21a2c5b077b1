#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// The version of the changelog format that this program writes (state_format.md).
inline constexpr std::uint8_t kStateFormat = 3;
/// The oldest one that it reads. It also reads what a later one has written that names this one, or one before it, as
/// enough to understand it.
inline constexpr std::uint8_t kOldestFormat = 2;
/// The version that a reader must know to understand what this program writes.
inline constexpr std::uint8_t kUnderstoodFrom = 3;

/// Key of the partition record: no patient key starts with a NUL byte.
inline constexpr std::string_view kPartitionRecordKey{"\0coagwatch-partition", 20};

/// What a partition of the state topic says about the fold of its input partition.
struct PartitionRecord {
  std::int64_t last_offset = -1;                     ///< input offset applied last; -1: none yet
  std::string topic_id;                              ///< identity of the input topic; empty if the broker does not tell
  rules::Timestamp time = rules::Timestamp::none();  ///< greatest record timestamp seen
  rules::Timestamp timer_cursor = rules::Timestamp::none();  ///< timers up to here have run
  std::string rule_set;                                      ///< hash of the rule set in force
  std::uint64_t rule_set_sequence = 0;
  std::int64_t last_command = -1;  ///< command offset applied last; -1: none yet
  std::string owner;               ///< transactional id of the worker that wrote it
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

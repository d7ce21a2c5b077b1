#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/fold/input_record.h"
#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {

/// What a partition of the state topic holds at its end.
struct ChangelogPartition {
  std::uint64_t records = 0;   ///< tombstones and partition records too
  std::uint64_t patients = 0;  ///< that have a state
  std::uint64_t bytes = 0;     ///< of those states
  std::optional<PartitionRecord> last;
};

/// Judges the records of a state topic one by one, in the order of their offsets in each partition.
///
/// A record is good if its value decodes, says the same when it is written again, and is of the kind that its key asks
/// for. Besides, a partition record does not go behind the one before it, a patient has a state in one partition alone,
/// a partition with patients has a partition record, and its state is written to its end. Memory grows with patients,
/// by their keys.
///
/// Not thread-safe.
class ChangelogCheck {
 public:
  /// What is wrong with the record, in words that name nobody, or nothing.
  std::optional<std::string> add(const InputRecord& record);
  /// At the end: what is wrong with the whole, one text a finding.
  [[nodiscard]] std::vector<std::string> finish() const;
  [[nodiscard]] const std::map<std::int32_t, ChangelogPartition>& partitions() const { return partitions_; }

 private:
  struct Place {
    std::int32_t partition = 0;
    std::uint64_t bytes = 0;
  };
  std::optional<std::string> add_partition_record(std::string_view value, ChangelogPartition& partition);
  std::optional<std::string> add_patient(const InputRecord& record, std::string_view key);

  std::map<std::int32_t, ChangelogPartition> partitions_;
  std::unordered_map<std::string, Place> patients_;
  rules::PatientState state_;
  std::string again_;
};

}  // namespace coagwatch::daemon

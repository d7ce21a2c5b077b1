#include "daemon/changelog/changelog_check.h"

#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

/// Whether a value of the format that is written today comes out as it was. Of another format it may not.
bool is_same(std::string_view value, std::string_view again) {
  return static_cast<std::uint8_t>(value.front()) != kStateFormat || value == again;
}

}  // namespace

std::optional<std::string> ChangelogCheck::add(const InputRecord& record) {
  ChangelogPartition& partition = partitions_[record.partition];
  ++partition.records;
  if (!record.key) return "a record without a key";
  if (*record.key != kPartitionRecordKey) return add_patient(record, *record.key);
  if (!record.value) return "the partition record was deleted";
  return add_partition_record(*record.value, partition);
}

std::optional<std::string> ChangelogCheck::add_partition_record(std::string_view value, ChangelogPartition& partition) {
  PartitionRecord read;
  if (auto problem = decode_partition_record(value, read)) return problem;
  again_.clear();
  encode_partition_record(read, again_);
  if (!is_same(value, again_)) return "a partition record that is written in another way today";
  const std::optional<PartitionRecord> before = std::move(partition.last);
  partition.last = std::move(read);
  // Of another topic offsets begin anew, and where somebody has accepted that records are lost.
  const bool goes_on =
      before && before->topic_id == partition.last->topic_id && !partition.last->owner.ends_with(kRebaseOwner);
  if (goes_on && partition.last->last_offset < before->last_offset) return "the input offset goes back";
  if (goes_on && partition.last->time < before->time) return "the partition time goes back";
  return std::nullopt;
}

std::optional<std::string> ChangelogCheck::add_patient(const InputRecord& record, std::string_view key) {
  ChangelogPartition& partition = partitions_[record.partition];
  // Of one and the same patient several partitions may know something besides the one that has him.
  const std::string name =
      rules::is_elsewhere(key) ? std::to_string(record.partition) + std::string(key) : std::string(key);
  const auto known = patients_.find(name);
  const bool here = known != patients_.end() && known->second.partition == record.partition;
  const bool elsewhere = known != patients_.end() && !here;
  if (here) {
    --partition.patients;
    partition.bytes -= known->second.bytes;
  }
  if (!record.value) {
    if (here) patients_.erase(known);
    return std::nullopt;
  }
  ++partition.patients;
  partition.bytes += record.value->size();
  if (elsewhere) {
    ChangelogPartition& other = partitions_[known->second.partition];
    --other.patients;
    other.bytes -= known->second.bytes;
  }
  patients_[name] = {record.partition, record.value->size()};
  if (auto problem = decode_state(*record.value, state_)) return problem;
  again_.clear();
  encode_state(state_, again_);
  if (!is_same(*record.value, again_)) return "a state that is written in another way today";
  if (elsewhere) return "the same patient has a state in another partition";
  return std::nullopt;
}

std::vector<std::string> ChangelogCheck::finish() const {
  std::vector<std::string> problems;
  if (partitions_.empty()) problems.emplace_back("there is no record at all: nothing was ever written here");
  for (const auto& [number, partition] : partitions_) {
    const std::string place = "partition " + std::to_string(number) + ": ";
    if (!partition.last && partition.patients > 0) problems.push_back(place + "patients, but no partition record");
    if (partition.last && partition.last->input_topic == kUnfinishedState) problems.push_back(place + kUnfinishedText);
  }
  return problems;
}

}  // namespace coagwatch::daemon

#include "daemon/kafka/partition_marks.h"

#include <string_view>

#include "daemon/engine/input_number.h"
#include "daemon/kafka/commit_note.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::string_view kMark = "mark=";
constexpr std::int64_t kNowhere = -1;

}  // namespace

PartitionMarks::Place PartitionMarks::place_for(std::int32_t first) const {
  return {commands_, input_partition_of(first) % partitions_};
}

PartitionListHandle PartitionMarks::begin(std::span<const std::int32_t> partitions, std::int64_t offset) {
  begun_ = {place_for(partitions.front()), std::string(kMark) + owner_ + "/" + std::to_string(++last_), 0};
  for (const std::int32_t partition : partitions) written_[partition] = kNowhere;
  PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
  auto* entry = rd_kafka_topic_partition_list_add(list.get(), begun_.place.topic.c_str(), begun_.place.partition);
  entry->offset = offset;
  set_metadata(*entry, begun_.text);
  return list;
}

bool PartitionMarks::committed(std::span<const std::int32_t> partitions, bool tombstones) {
  for (const std::int32_t partition : partitions) {
    // A broker that was sent a record twice may not say where it is.
    if (tombstones && written_.at(partition) < 0) return false;
  }
  for (const std::int32_t partition : partitions) {
    begun_.state_end = tombstones ? written_.at(partition) + 1 : 0;
    marks_[partition] = begun_;
  }
  return true;
}

void PartitionMarks::ask(std::int32_t partition, rd_kafka_topic_partition_list_t& question) const {
  const auto found = marks_.find(partition);
  if (found == marks_.end()) return;
  const Place& place = found->second.place;
  rd_kafka_topic_partition_list_add(&question, place.topic.c_str(), place.partition);
}

bool PartitionMarks::is_older(std::int32_t partition, rd_kafka_topic_partition_list_t& answer) const {
  const auto found = marks_.find(partition);
  if (found == marks_.end()) return false;
  const Place& place = found->second.place;
  const auto* told = rd_kafka_topic_partition_list_find(&answer, place.topic.c_str(), place.partition);
  if (told == nullptr || told->metadata == nullptr) return true;
  return std::string_view(static_cast<const char*>(told->metadata), told->metadata_size) != found->second.text;
}

std::int64_t PartitionMarks::state_end(std::int32_t partition) const {
  const auto found = marks_.find(partition);
  return found == marks_.end() ? 0 : found->second.state_end;
}

}  // namespace coagwatch::daemon::kafka

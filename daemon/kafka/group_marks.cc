#include "daemon/kafka/group_marks.h"

#include <functional>
#include <string_view>

#include "daemon/engine/input_number.h"
#include "daemon/kafka/commit_note.h"

namespace coagwatch::daemon::kafka {

GroupMarks::Mark GroupMarks::make(std::int32_t first) {
  const std::uint64_t number = ++last_;
  const std::int32_t partition = input_partition_of(first);
  // Nobody else has the same partition of the same topic. What is not one of a kind goes somewhere else each time.
  const bool unique = input_topic_of(first) == 0 && partition < partitions_;
  const auto anywhere =
      static_cast<std::int32_t>((std::hash<std::string>()(owner_) + number) % static_cast<std::uint64_t>(partitions_));
  return {commands_, unique ? partition : anywhere, "mark=" + owner_ + "/" + std::to_string(number)};
}

void GroupMarks::committed(std::span<const std::int32_t> partitions, const Mark& mark) {
  for (const std::int32_t partition : partitions) marks_[partition] = mark;
}

const GroupMarks::Mark* GroupMarks::of(std::int32_t partition) const {
  const auto found = marks_.find(partition);
  return found == marks_.end() ? nullptr : &found->second;
}

PartitionListHandle GroupMarks::to_commit(const Mark& mark, std::int64_t offset) {
  PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
  auto* entry = rd_kafka_topic_partition_list_add(list.get(), mark.topic.c_str(), mark.partition);
  entry->offset = offset;
  set_metadata(*entry, mark.text);
  return list;
}

void GroupMarks::ask(const Mark& mark, rd_kafka_topic_partition_list_t& question) {
  rd_kafka_topic_partition_list_add(&question, mark.topic.c_str(), mark.partition);
}

bool GroupMarks::is_outdated(const Mark& mark, rd_kafka_topic_partition_list_t& answer) {
  const auto* told = rd_kafka_topic_partition_list_find(&answer, mark.topic.c_str(), mark.partition);
  if (told == nullptr || told->metadata == nullptr) return true;
  return std::string_view(static_cast<const char*>(told->metadata), told->metadata_size) != mark.text;
}

}  // namespace coagwatch::daemon::kafka

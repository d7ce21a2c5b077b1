#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

/// The marks of a worker (Broker::mark). One is an offset that the group commits for a partition of the topic of
/// commands, whose metadata tells which answers of the group are not older, and a tombstone in each partition of the
/// state topic, before which is all that others have written to it. That offset moves nobody: from where on commands
/// are read, the state says.
///
/// Not thread-safe.
class PartitionMarks {
 public:
  /// A partition of the topic of commands.
  struct Place {
    std::string topic;
    std::int32_t partition = 0;
  };
  /// `partitions`: how many the topic of commands has. `owner`: no other worker has it, nor had before.
  PartitionMarks(std::string commands, std::int32_t partitions, std::string owner)
      : commands_(std::move(commands)), partitions_(partitions), owner_(std::move(owner)) {}

  /// Where the next mark for input partitions is committed, of which this is the first. Partitions of several topics
  /// share places; of a mark whose place another one took nothing is told any more, so that it is made again.
  [[nodiscard]] Place place_for(std::int32_t first) const;
  /// Begins another mark of these partitions: what is to be committed for it, at `offset` of its place.
  PartitionListHandle begin(std::span<const std::int32_t> partitions, std::int64_t offset);
  /// Takes where the tombstone of a partition of the mark that was begun last was written. Lives as long as this.
  [[nodiscard]] std::int64_t* written(std::int32_t partition) { return &written_[partition]; }
  /// The mark that was begun last is committed. `tombstones`: it has them. False: where one of them is is not known.
  bool committed(std::span<const std::int32_t> partitions, bool tombstones);

  /// Adds to a question about a partition what tells how old the answer is; nothing where it has no mark.
  void ask(std::int32_t partition, rd_kafka_topic_partition_list_t& question) const;
  /// Whether the answer to it is older than the partition's mark.
  [[nodiscard]] bool is_older(std::int32_t partition, rd_kafka_topic_partition_list_t& answer) const;
  /// The offset of the state topic behind the partition's mark; 0: it has none.
  [[nodiscard]] std::int64_t state_end(std::int32_t partition) const;

 private:
  struct Mark {
    Place place;
    std::string text;
    std::int64_t state_end = 0;
  };
  const std::string commands_;
  const std::int32_t partitions_;
  const std::string owner_;
  std::uint64_t last_ = 0;
  Mark begun_;
  std::map<std::int32_t, std::int64_t> written_;  // of it
  std::map<std::int32_t, Mark> marks_;
};

}  // namespace coagwatch::daemon::kafka

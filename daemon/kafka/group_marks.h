#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

/// The marks of a worker in its group (Broker::mark_group): offsets that the group commits for a partition of the topic
/// of commands, whose metadata tells which answers of the group are not older. They move nobody: from where on commands
/// are read, the state says.
///
/// Not thread-safe.
class GroupMarks {
 public:
  /// A mark, of any number of partitions of the input.
  struct Mark {
    std::string topic;           ///< where it is committed: of commands,
    std::int32_t partition = 0;  ///< and this one
    std::string text;            ///< nobody else's, ever
  };
  /// `partitions`: how many the topic of commands has. `owner`: no other worker has it, nor had before.
  GroupMarks(std::string commands, std::int32_t partitions, std::string owner)
      : commands_(std::move(commands)), partitions_(partitions), owner_(std::move(owner)) {}

  /// Another one, for partitions of which this is the first. Two workers may choose the same place where there are
  /// several input topics, or one with more partitions: the mark that is overwritten is made again, elsewhere.
  [[nodiscard]] Mark make(std::int32_t first);
  /// It is committed, for these.
  void committed(std::span<const std::int32_t> partitions, const Mark& mark);
  /// That of a partition; null: it has none.
  [[nodiscard]] const Mark* of(std::int32_t partition) const;

  /// What is to be committed for it.
  static PartitionListHandle to_commit(const Mark& mark, std::int64_t offset);
  /// Adds it to a question about the group's offsets, so that the same broker answers both.
  static void ask(const Mark& mark, rd_kafka_topic_partition_list_t& question);
  /// Whether the answer to that is older than it.
  static bool is_outdated(const Mark& mark, rd_kafka_topic_partition_list_t& answer);

 private:
  const std::string commands_;
  const std::int32_t partitions_;
  const std::string owner_;
  std::uint64_t last_ = 0;
  std::map<std::int32_t, Mark> marks_;
};

}  // namespace coagwatch::daemon::kafka

#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

struct rd_kafka_topic_partition_s;

namespace coagwatch::daemon::kafka {

/// What goes with each committed offset, as its metadata: `partitions=4;topics=in:ID,other:ID;owner=coagwatch.a.0`.
/// Notes of before had nothing but the first part, and those of other programs nothing of it.
struct CommitNote {
  /// Among how many partitions the patients were divided, 0: it does not say. It tells whoever takes on a partition
  /// that is new that it is, and that patients would change theirs.
  std::int32_t partitions = 0;
  /// Identities of input topics then, by name: a topic of the same name may be another one.
  std::map<std::string, std::string> topics;
  std::string owner;  ///< transactional id of whoever committed; empty: it does not say

  friend auto operator<=>(const CommitNote&, const CommitNote&) = default;
};

/// As text of at most 2,000 bytes: brokers take 4,096 unless told otherwise. `topic`, whose offset is committed, has
/// its place before the others; what has none is left out.
std::string write_note(const CommitNote& note, const std::string& topic);
/// What can be understood of it.
CommitNote read_note(std::string_view text);

/// Writes a text to an offset that is to be committed; the list that it is in frees it.
void set_metadata(rd_kafka_topic_partition_s& entry, const std::string& text);
/// Writes it to an offset that is to be committed.
void set_note(rd_kafka_topic_partition_s& entry, const CommitNote& note);
/// Reads it from a committed offset.
CommitNote note_of(const rd_kafka_topic_partition_s& entry);

}  // namespace coagwatch::daemon::kafka

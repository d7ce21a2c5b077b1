#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coagwatch::daemon {

/// One changelog record. The views live until the callback returns.
struct ChangelogRecord {
  std::string_view key;
  std::optional<std::string_view> value;  ///< nullopt: a tombstone
};

/// Receives changelog records.
class ChangelogSink {
 public:
  virtual ~ChangelogSink() = default;
  virtual void changelog_record(std::int32_t partition, const ChangelogRecord& record) = 0;
};

/// Where a partition of the state topic begins and ends.
struct ChangelogBounds {
  std::int64_t low = 0;  ///< first offset still kept
  std::int64_t end = 0;  ///< log end offset, behind open transactions too (read_uncommitted)
  std::string topic_id;  ///< identity of the topic; empty if the broker does not tell
};

/// How far a partition was read.
struct ChangelogPosition {
  std::int64_t next = 0;       ///< every committed record below was handed over, none at or above it
  bool at_stable_end = false;  ///< there was nothing more that is committed and not behind an open transaction
  std::optional<std::int64_t> stable_end;  ///< the last stable offset that a fetch told; for lag only
  std::string error;                       ///< it cannot be read from here; stop
};

/// The seam of those who read the state topic: several of its partitions at once, by explicit offsets, and only what is
/// committed. `daemon/kafka/` implements it with librdkafka; tests simulate it.
///
/// Not thread-safe: the thread of its StateCopies owns it. Nothing here throws.
class ChangelogReader {
 public:
  virtual ~ChangelogReader() = default;
  /// Nullopt while the broker cannot tell (try again later). May take a round trip, bounded by a second.
  virtual std::optional<ChangelogBounds> bounds(std::int32_t partition) = 0;
  /// Begins to read a partition at that offset. REQUIRES: it is not being read.
  virtual void start_reading(std::int32_t partition, std::int64_t offset) = 0;
  /// Hands over what has arrived, for at most about `budget`; does not wait. REQUIRES: it is being read.
  virtual ChangelogPosition read(std::int32_t partition, ChangelogSink& sink, std::chrono::milliseconds budget) = 0;
  /// Ends it.
  virtual void stop_reading(std::int32_t partition) = 0;

  /// Monotonic, and goes on while the machine sleeps.
  virtual std::chrono::steady_clock::time_point now() = 0;
};

}  // namespace coagwatch::daemon

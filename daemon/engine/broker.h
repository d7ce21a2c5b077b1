#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/input_record.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// The topics that the engine writes, by role; names are configuration. Notifications are off unless asked for.
enum class OutputTopic : std::uint8_t { alerts, status, state, dead_letter, journal, notifications };
inline constexpr std::size_t kOutputTopicCount = 6;

/// One record to write, inside the open transaction, to the partition of the same number as its input.
struct OutputRecord {
  OutputTopic topic = OutputTopic::alerts;
  std::int32_t partition = 0;
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;             ///< nullopt: a tombstone
  rules::Timestamp time = rules::Timestamp::none();  ///< record timestamp; none: now
  std::span<const std::pair<std::string_view, std::string_view>> headers;
};

/// What Broker::poll has to say.
struct BrokerEvent {
  enum class Kind : std::uint8_t {
    none,      ///< nothing within the time given
    record,    ///< `record`
    assigned,  ///< `partitions` are newly ours; answer with Broker::accept
    revoked,   ///< `partitions` are to be given up; commit, then answer with Broker::release
    lost,      ///< as revoked, but they are already somebody else's: no commit may include them
    failed,    ///< `error`; `partitions` it concerns, or none
    conflict,  ///< another process works under our transactional id: `error`; write nothing more, the process must end
  };
  Kind kind = Kind::none;
  InputRecord record;  ///< its views live until the next poll
  std::vector<std::int32_t> partitions;
  std::string error;
};

/// How a transaction ended.
enum class CommitOutcome : std::uint8_t {
  committed,  ///< all of it is visible
  aborted,    ///< none of it is or ever will be visible; abort() and rewind
  rejected,   ///< as aborted, and the same records would be rejected again (size, invalid record)
  replace,    ///< none of it is visible, and this producer is finished: replace_producer() and rewind
  unknown,    ///< either may be true: replace_producer(), forget the state, restore
};

enum class ProduceOutcome : std::uint8_t {
  queued,
  too_large,  ///< larger than the topic takes; nothing was queued
  failed,     ///< the transaction can only be aborted now
};

/// Where a partition's input stands on the broker.
struct PartitionFacts {
  std::string topic_id;                   ///< identity of the input topic; empty if the broker does not tell
  std::optional<std::int64_t> committed;  ///< committed offset of the group (stable)
  std::int64_t low = 0;                   ///< first offset still kept
  std::int64_t end = 0;                   ///< log end offset (read_uncommitted)
};

/// One changelog record read while restoring. The views live until the callback returns.
struct ChangelogRecord {
  std::string_view key;
  std::optional<std::string_view> value;  ///< nullopt: a tombstone
};

/// How far one partition's restore has come.
struct RestoreProgress {
  enum class State : std::uint8_t {
    reading,   ///< more to come
    waiting,   ///< read to the last stable offset; an open transaction still hides the rest
    complete,  ///< read to the log end offset taken when the restore began
    failed,    ///< `error`
  };
  State state = State::reading;
  std::string error;
};

/// Receives changelog records.
class ChangelogSink {
 public:
  virtual ~ChangelogSink() = default;
  virtual void changelog_record(std::int32_t partition, const ChangelogRecord& record) = 0;
};

/// The seam: all that the engine needs of Kafka and of time. One consumer in the group, one transactional
/// producer, one changelog reader. `daemon/kafka/` implements it with librdkafka; tests simulate it.
///
/// Not thread-safe: a worker's thread owns it. Nothing here throws.
class Broker {
 public:
  virtual ~Broker() = default;

  // -- consumer --------------------------------------------------------------------------------------------
  /// Waits at most `timeout` for the next event. Rebalances are answered by accept or release before the next
  /// poll. Records come in offset order per partition, only of accepted and resumed partitions.
  virtual const BrokerEvent& poll(std::chrono::milliseconds timeout) = 0;
  /// Takes newly assigned partitions, paused: nothing of them is delivered before resume_at.
  virtual void accept(std::span<const std::int32_t> partitions) = 0;
  /// Gives partitions up.
  virtual void release(std::span<const std::int32_t> partitions) = 0;
  /// Positions a paused partition at `offset` and lets records flow. False: try again later.
  virtual bool resume_at(std::int32_t partition, std::int64_t offset) = 0;
  /// Moves a flowing partition back to `offset` (after an abort). False: try again later; until it succeeds no
  /// record of that partition is delivered.
  virtual bool rewind(std::int32_t partition, std::int64_t offset) = 0;
  /// Stops delivery of a partition, until resume_at.
  virtual void pause(std::int32_t partition) = 0;
  /// Facts about an input partition; nullopt while the broker cannot tell (try again later). May take a round
  /// trip, bounded by a second.
  virtual std::optional<PartitionFacts> facts(std::int32_t partition) = 0;
  /// The last stable end offset of an input partition that a fetch has told us, without asking; for lag only.
  [[nodiscard]] virtual std::optional<std::int64_t> known_end(std::int32_t /*partition*/) { return std::nullopt; }

  // -- transactional producer ------------------------------------------------------------------------------
  /// Opens a transaction. False: replace_producer() first.
  virtual bool begin() = 0;
  /// Queues one record. REQUIRES: an open transaction.
  virtual ProduceOutcome produce(const OutputRecord& record) = 0;
  /// Commits the open transaction with the next input offset of each given partition.
  /// REQUIRES: `offsets` is not empty and holds partitions of the current assignment only; otherwise the group
  /// could not fence us.
  virtual CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) = 0;
  /// Ends the open transaction without a trace. False: replace_producer().
  virtual bool abort() = 0;
  /// True if a request of an earlier transaction ended without a definite answer, so that a straggler could
  /// still touch a later transaction (KIP-890): replace_producer() before the next begin().
  virtual bool producer_suspect() = 0;
  /// Makes a new producer under the same transactional id, which fences the old one and everything it still has
  /// in flight. False: the broker cannot be reached; try again.
  virtual bool replace_producer() = 0;
  /// The producer's transactional id, recorded in each partition record.
  [[nodiscard]] virtual std::string_view transactional_id() const = 0;
  /// Aborts what another, dead owner left open, by its transactional id. Called at most once per restore.
  virtual void fence(std::string_view transactional_id) = 0;

  // -- restore ---------------------------------------------------------------------------------------------
  /// Begins to read a partition of the state topic from its start to its present end.
  virtual void start_restore(std::int32_t partition) = 0;
  /// Hands over what has arrived, for at most `budget`, then says how each running restore stands.
  virtual RestoreProgress poll_restore(std::int32_t partition, ChangelogSink& sink,
                                       std::chrono::milliseconds budget) = 0;
  /// Ends a restore that is complete or no longer wanted.
  virtual void stop_restore(std::int32_t partition) = 0;

  // -- time ------------------------------------------------------------------------------------------------
  /// Monotonic; for deadlines and durations only.
  virtual std::chrono::steady_clock::time_point now() = 0;
  /// Wall clock; for metrics only, never for a decision of the fold.
  virtual rules::Timestamp wall_clock() = 0;

  /// Leaves the group and releases everything. Nothing may be called afterwards.
  virtual void close() = 0;
};

}  // namespace coagwatch::daemon

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

/// The topics that the engine writes, by role; names are configuration. Notifications are off unless asked for, the
/// router stage alone writes `by_patient`.
enum class OutputTopic : std::uint8_t {
  alerts,
  status,
  state,
  dead_letter,
  journal,
  notifications,
  by_patient,
  commands
};
inline constexpr std::size_t kOutputTopicCount = 8;

/// One record to write, inside the open transaction. The scoring stage writes to the partition of the same number as
/// its input, but for commands.
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
    none,         ///< nothing within the time given
    record,       ///< `record`
    command,      ///< `record` of the topic of commands, of a partition whose commands are followed
    command_end,  ///< likewise of the commands of `partitions`' only one: below `offset` there are no others
    end,          ///< what there is of `partitions`' only one was delivered; below `offset` nothing else is visible
    assigned,     ///< `partitions` are newly ours; answer with Broker::accept
    revoked,      ///< `partitions` are to be given up; commit, then answer with Broker::release
    lost,         ///< as revoked, but they are already somebody else's: no commit may include them
    failed,       ///< `error`; `partitions` it concerns, or none
    delayed,      ///< records of `partitions` do not come for now, because of `error`; they are asked for again
    conflict,     ///< another process works under our name, or the group will not have us: `error`; write nothing more,
                  ///< the process must end
  };
  Kind kind = Kind::none;
  InputRecord record;  ///< its views live until the next poll
  std::int64_t offset = -1;
  std::vector<std::int32_t> partitions;
  std::string error;
  /// `failed`: what is to be read next is not there, says the leader, which may be one of the past.
  bool out_of_range = false;
};

/// How a transaction ended.
enum class CommitOutcome : std::uint8_t {
  committed,   ///< all of it is visible
  aborted,     ///< none of it is or ever will be visible; abort() and rewind
  rejected,    ///< as aborted, and the same records would be rejected again (size, invalid record)
  wrong_time,  ///< as aborted: a record's time is further from the broker's than its topic allows; wait before the next
  replace,     ///< none of it is visible, and this producer is finished: replace_producer() and rewind
  unknown,     ///< either may be true: replace_producer(), forget the state, restore
};

enum class ProduceOutcome : std::uint8_t {
  queued,
  too_large,  ///< larger than the topic takes; nothing was queued
  failed,     ///< the transaction can only be aborted now
};

/// Where the commands of a partition stand on the broker.
struct CommandFacts {
  std::string topic_id;  ///< identity of the topic of commands; empty if the broker does not tell
  std::int64_t low = 0;  ///< first offset still kept
  std::int64_t end = 0;  ///< log end offset (read_uncommitted)
  /// Leader epoch of the broker that told the end; -1: it tells none.
  std::int32_t end_epoch = -1;
};

/// Where a partition's input stands on the broker.
struct PartitionFacts {
  std::string topic_id;                   ///< identity of the input topic; empty if the broker does not tell
  std::optional<std::int64_t> committed;  ///< committed offset of the group (stable)
  std::int64_t low = 0;                   ///< first offset still kept
  std::int64_t end = 0;                   ///< log end offset (read_uncommitted)
  std::int32_t partitions = 0;            ///< how many its topic has now; 0: the broker does not tell
  std::int32_t divided_among = 0;         ///< among how many patients were divided at an earlier commit; 0: none tells
  /// An open transaction may still commit an offset: nothing else is told.
  bool unstable = false;
  std::string committed_topic_id = {};  ///< identity of the input topic at an earlier commit; empty: none tells
  std::string committed_by = {};        ///< transactional id of who made `committed`; empty: it does not tell
  /// Of a router stage: no commit of the group is left, and yet something was routed before.
  bool commits_lost = false;
  std::optional<CommandFacts> commands = std::nullopt;  ///< of a scoring stage; nullopt: the broker does not tell
  /// What the broker tells is older than the last mark_group(), or another mark took its place: nothing else is told.
  bool outdated = false;
  /// Leader epoch of the broker that told the end; -1: it tells none.
  std::int32_t end_epoch = -1;
};

/// The seam: all that a worker needs of Kafka and of time, one consumer in the group and one transactional producer.
/// What reads the state topic has one of its own (changelog_reader.h). `daemon/kafka/` implements it with librdkafka;
/// tests simulate it. Of several input topics the partitions are numbered as input_number.h says.
///
/// Not thread-safe: a worker's thread owns it. Nothing here throws.
class Broker {
 public:
  virtual ~Broker() = default;

  // -- consumer --------------------------------------------------------------------------------------------
  /// Waits at most `timeout` for the next event. Rebalances are answered by accept or release before the next
  /// poll. Records come in offset order per partition, only of accepted and resumed partitions; an `end` comes after
  /// all records before it, wherever control records or aborted ones follow the last.
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
  /// Facts about an input partition; nullopt while the broker cannot tell (try again later). May take a round trip,
  /// bounded by a second.
  virtual std::optional<PartitionFacts> facts(std::int32_t partition) = 0;
  /// Delivers the commands to a partition from that offset of the topic of commands on, in order, as `command` events;
  /// called again: from there. False: try again later. Where that offset is not there any more, it has `failed`.
  virtual bool follow_commands(std::int32_t /*partition*/, std::int64_t /*offset*/) { return true; }
  /// Ends that.
  virtual void unfollow_commands(std::int32_t /*partition*/) {}
  /// The last stable end offset of an input partition that a fetch has told us at some time, without asking: for lag,
  /// and where it does not matter whether more has come.
  [[nodiscard]] virtual std::optional<std::int64_t> known_end(std::int32_t /*partition*/) { return std::nullopt; }
  /// The same, as the partition's leader told it within the last second and since the partition was positioned: what
  /// was to be read then is below it. Asks where need be, and waits for an answer for at most 50 ms, once; nullopt: not
  /// told yet, ask again later.
  [[nodiscard]] virtual std::optional<std::int64_t> confirmed_end(std::int32_t partition) = 0;

  // -- transactional producer ------------------------------------------------------------------------------
  /// Opens a transaction. False: replace_producer() first.
  virtual bool begin() = 0;
  /// Queues one record. REQUIRES: an open transaction.
  virtual ProduceOutcome produce(const OutputRecord& record) = 0;
  /// Commits the open transaction with the next input offset of each given partition.
  /// REQUIRES: `offsets` is not empty and holds partitions of the current assignment only; otherwise the group
  /// could not fence us.
  virtual CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) = 0;
  // A broker that was cut off from the others, and does not know yet that it is in charge no more, tells offsets and
  // ends of the past, and takes no writes. Marks are transactions of their own; they may take as long as one does, and
  // end as commit() does. REQUIRES: no open transaction; at least one partition, all of the current assignment.
  /// After `committed`, facts() of these partitions that are older are `outdated`.
  virtual CommitOutcome mark_group(std::span<const std::int32_t> partitions) = 0;
  /// After `committed`, `ends` has for each of these partitions an offset of the state topic that is behind all that
  /// was written there before. REQUIRES: a scoring stage; mark_group() was `committed` for them.
  virtual CommitOutcome mark_state(std::span<const std::int32_t> partitions, std::span<std::int64_t> ends) = 0;
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
  /// Aborts what another, dead owner left open, by its transactional id. Does nothing where a member of the group has
  /// that name. False: the brokers do not tell whether one has, and nothing was done.
  virtual bool fence(std::string_view transactional_id) = 0;

  // -- time ------------------------------------------------------------------------------------------------
  /// Monotonic; for deadlines and durations only.
  virtual std::chrono::steady_clock::time_point now() = 0;
  /// Wall clock. Where it moves a partition's time (a tick), that is the time of the journal's record too, which the
  /// brokers refuse where it is more than an hour ahead of theirs: CommitOutcome::wrong_time.
  virtual rules::Timestamp wall_clock() = 0;

  /// Leaves the group and releases everything. Nothing may be called afterwards.
  virtual void close() = 0;
};

}  // namespace coagwatch::daemon

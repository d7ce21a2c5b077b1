#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/random.h"
#include "tests/simulation/simulated_log.h"
#include "tests/simulation/simulated_time.h"

namespace coagwatch::simulation {

/// The number under which a partition's mark is committed (Broker::mark).
inline constexpr std::int32_t kMarks = 1 << 30;

using MemberId = std::uint64_t;  ///< never used twice; 0: none

/// The group coordinator of one consumer group over its input topics, whose partitions are numbered as the engine does:
/// members, generations, a cooperative-sticky assignment, committed and pending offsets.
///
/// As in Kafka, an offset commit is checked for member and generation only, not for who owns the partition.
class SimulatedGroup {
 public:
  struct Settings {
    std::int32_t partitions = 1;  ///< of each topic
    Time session_timeout = std::chrono::seconds(10);
    Time rebalance_timeout = std::chrono::seconds(60);
    std::size_t topics = 1;
  };
  enum class CommitError : std::uint8_t { none, unknown_member, illegal_generation };
  /// What an offset fetch with RequireStable says.
  struct Committed {
    bool stable = false;
    std::optional<std::int64_t> offset;
  };

  SimulatedGroup(Settings settings, Random& random) : settings_(settings), random_(random) {}

  // -- membership ------------------------------------------------------------------------------------------
  /// A new member, without partitions, waiting for the next generation.
  MemberId join(Time now);
  void leave(MemberId member, Time now);
  /// Throws a member out, as after a missed session; it learns of that at its next heartbeat.
  void evict(MemberId member, Time now);
  /// False if the member is not known (any more).
  bool heartbeat(MemberId member, Time now);
  void request_rebalance(Time now);
  /// The member takes part in the rebalance under way, naming what it holds.
  void rejoin(MemberId member, const std::set<std::int32_t>& held);
  [[nodiscard]] bool must_rejoin(MemberId member) const;
  /// Evicts silent members; ends the rebalance when everybody took part, or when it took too long.
  void advance(Time now);
  /// The coordinator is back after a restart: it gives everybody a whole session to be heard of.
  void restarted(Time now);
  [[nodiscard]] std::int32_t generation() const { return generation_; }
  [[nodiscard]] bool rebalancing() const { return rebalancing_; }
  [[nodiscard]] bool known(MemberId member) const { return members_.contains(member); }
  /// What the present generation assigns to the member.
  [[nodiscard]] std::set<std::int32_t> assignment(MemberId member) const;

  // -- offsets ---------------------------------------------------------------------------------------------
  /// TxnOffsetCommit: pending until the transaction ends.
  CommitError commit_in_transaction(TransactionId transaction, MemberId member, std::int32_t generation,
                                    const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets);
  /// A TxnOffsetCommit that names no member and no generation: as in Kafka, nothing is checked.
  void commit_without_member(TransactionId transaction,
                             const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets);
  void end_transaction(TransactionId transaction, bool commit);
  [[nodiscard]] Committed committed(std::int32_t partition) const;
  /// The group as somebody would tell it who was its coordinator at that time, and does not know that another one is
  /// now. Of its offsets only, and not further back than some seconds.
  [[nodiscard]] SimulatedGroup as_of(Time at) const;
  /// An operator's change, or the loss of all offsets (nullopt).
  void set_committed(std::int32_t partition, std::optional<std::int64_t> offset);

  /// The identity of its topic that goes with a partition's commits from now on, and that went with the last; empty:
  /// none. It is lost with the offset.
  void note_topic(std::int32_t partition, const std::string& id);
  [[nodiscard]] std::string noted_topic(std::int32_t partition) const;
  /// Whose offsets the transaction's are: told of them once they count.
  void note_committer(TransactionId transaction, const std::string& transactional_id, MemberId member) {
    committers_[transaction] = {transactional_id, member};
  }
  /// The transactional id of who committed the partition's offset; empty: it does not tell.
  [[nodiscard]] std::string committed_by(std::int32_t partition) const;
  /// Whether who last committed under that id is a member, as far as it is known.
  [[nodiscard]] bool has_member(const std::string& transactional_id) const;
  /// For a mark: never used twice.
  [[nodiscard]] std::int64_t next_mark() { return ++last_mark_; }
  /// The numbers of all partitions.
  [[nodiscard]] std::vector<std::int32_t> numbers() const;

  /// Every offset that a transaction made permanent, in that order.
  struct Step {
    TransactionId transaction = 0;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
  };
  [[nodiscard]] const std::vector<Step>& history() const { return history_; }

 private:
  struct Member {
    std::set<std::int32_t> held;        // as it said when it took part last
    std::set<std::int32_t> assignment;  // of the present generation
    bool joined = false;                // in the rebalance under way
    Time heard{};
  };
  /// What is known of offsets, until a time at which something else was.
  struct Past {
    Time until{};
    std::map<std::int32_t, std::int64_t> committed;
    std::map<std::int32_t, std::string> topics_of;
    std::map<std::int32_t, std::string> owners;
    std::map<TransactionId, std::map<std::int32_t, std::int64_t>> pending;
  };
  void remember();
  void remove(MemberId member, Time now);
  void complete();
  [[nodiscard]] std::map<std::int32_t, MemberId> holders() const;

  Settings settings_;
  Random& random_;
  std::map<MemberId, Member> members_;
  MemberId next_member_ = 1;
  std::int32_t generation_ = 0;
  bool rebalancing_ = false;
  Time rebalance_started_{};
  std::map<std::int32_t, std::int64_t> committed_;
  std::map<std::int32_t, std::string> topics_of_;
  std::map<TransactionId, std::pair<std::string, MemberId>> committers_;
  std::map<std::int32_t, std::string> owners_;
  std::map<std::string, MemberId> members_by_name_;
  std::map<TransactionId, std::map<std::int32_t, std::int64_t>> pending_;  // the last word counts
  std::vector<Step> history_;
  std::int64_t last_mark_ = 0;
  Time now_{};
  std::deque<Past> past_;
};

}  // namespace coagwatch::simulation

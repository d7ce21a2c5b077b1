#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/random.h"
#include "tests/simulation/simulated_group.h"
#include "tests/simulation/simulated_log.h"
#include "tests/simulation/simulated_time.h"
#include "tests/simulation/simulated_transactions.h"

namespace coagwatch::simulation {

/// A client's part that lives on without its application calling: heartbeats, rejoining, learning of an eviction.
class Background {
 public:
  virtual ~Background() = default;
  virtual void run_background() = 0;
};

/// The nth topic that the router stage reads.
std::string raw_topic(std::size_t n);

/// A TxnOffsetCommit that got stuck on the way.
struct LateOffsets {
  SimulatedGroup* group = nullptr;
  std::string transactional_id;
  ProducerIdentity producer;
  MemberId member = 0;
  std::int32_t generation = -1;
  std::vector<std::pair<std::int32_t, std::int64_t>> offsets;
  Time due{};
};

/// One Kafka cluster in memory with virtual time: topics, a transaction coordinator, one consumer group over the
/// input topic, one over the topics that become it in a router stage. Everything that happens follows from the seed and
/// the calls made.
///
/// It models what decides about exactly-once: control records take offsets, markers reach the partitions of a
/// decided transaction one by one, read_committed ends at the last stable offset, offsets are pending until their
/// transaction is decided, only the newest epoch of a transactional id may write, and an EndTxn that got stuck on the
/// way ends whatever transaction its epoch has open when it arrives.
class SimulatedKafka final : private MarkerTarget {
 public:
  struct Settings {
    std::string input = "in";
    std::int32_t partitions = 1;
    bool routed = false;              ///< patients are divided among the partitions of the input, as by a router stage
    std::size_t raw_topics = 0;       ///< so many of what the router stage reads, raw_topic(); 0: there is none
    std::int32_t raw_partitions = 0;  ///< of each of them
    SimulatedGroup::Settings group;   ///< `topics` and `partitions` are set from above
    Time expiry_scan = std::chrono::seconds(10);  ///< how often timed-out transactions are looked for
    std::size_t max_message_bytes = 1'048'588;
    std::uint32_t slow_markers = 1'000;  ///< of 10,000 transactions
    std::int64_t clock_rate = 1;         ///< how much faster than virtual time the wall clock goes
  };
  SimulatedKafka(Settings settings, std::uint64_t seed);
  SimulatedKafka(const SimulatedKafka&) = delete;
  SimulatedKafka& operator=(const SimulatedKafka&) = delete;
  ~SimulatedKafka() override = default;

  [[nodiscard]] const Settings& settings() const { return settings_; }
  Random& random() { return random_; }
  SimulatedTransactions& transactions() { return transactions_; }
  SimulatedGroup& group() { return group_; }
  /// Of the router stage.
  SimulatedGroup& router_group() { return router_group_; }

  // -- topics ----------------------------------------------------------------------------------------------
  /// A partition's log; the topic is made with as many partitions as the settings say when first named.
  SimulatedLog& log(const std::string& topic, std::int32_t partition);
  /// Changes whenever a topic is made, so that references to logs may have ended.
  [[nodiscard]] int topics_made() const { return topics_made_; }
  /// Identity of a topic, another one after every creation.
  std::string topic_id(const std::string& topic);
  /// Deletes a topic with its records and, of what a stage reads, its committed offsets; then creates it empty.
  void recreate(const std::string& topic);
  /// Whether what the scoring stage reads has, or had, a committed record.
  [[nodiscard]] bool was_routed();
  /// Produces one record outside of any transaction.
  std::int64_t append(const std::string& topic, std::int32_t partition, LogRecord record);

  // -- time ------------------------------------------------------------------------------------------------
  [[nodiscard]] Time now() const { return now_; }
  /// The wall clock: from 2026-01-01T00:00:00Z on, at its own rate.
  [[nodiscard]] rules::Timestamp wall_clock() const;
  /// The wall clock stands still from now on: no timer becomes due any more.
  void stop_clock() { settings_.clock_rate = 0; }
  /// Lets `duration` pass: markers get written, late requests arrive, time-outs strike, clients do their background
  /// work, observers look.
  void advance(Time duration);
  /// An EndTxn on its way that arrives `delay` from now at the latest, whatever the epoch has open by then. Every
  /// other one arrives while something is open, if that comes first: the worst moment is worth trying.
  void send_late_end(const std::string& transactional_id, const ProducerIdentity& producer, bool commit, Time delay);
  /// A TxnOffsetCommit on its way, likewise. It counts for whatever transaction takes offsets of that epoch by then.
  void send_late_offsets(LateOffsets request, Time delay);
  /// True while such a request is on its way.
  [[nodiscard]] bool late_requests() const { return !late_.empty() || !late_offsets_.empty(); }

  /// All brokers are away for so long: no request reaches them, and nothing of theirs goes on.
  void stop_for(Time duration) { away_until_ = now_ + duration; }
  [[nodiscard]] bool away() const { return now_ < away_until_; }

  void attach(Background& client) { clients_.push_back(&client); }
  void detach(Background& client);
  /// Called after every advance, as readers that follow concurrently.
  void observe(std::function<void()> observer) { observers_.push_back(std::move(observer)); }

  /// Something did what its contract forbids. Kept, never thrown: the run goes on and the check fails.
  void violation(std::string what);
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

 private:
  struct LateEnd {
    std::string transactional_id;
    ProducerIdentity producer;
    bool commit = false;
    Time due{};
    bool spiteful = false;
  };
  void deliver_late_offsets();
  void end_in_partition(const TopicPartition& where, TransactionId transaction, bool commit) override;
  void end_offsets(TransactionId transaction, bool commit) override;
  void deliver_late();

  Settings settings_;
  Random random_;
  SimulatedTransactions transactions_;
  SimulatedGroup group_;
  SimulatedGroup router_group_;
  Time now_{};
  Time wall_{};
  Time last_expiry_scan_{};
  Time away_until_{};
  struct Topic {
    std::string id;
    std::deque<SimulatedLog> partitions;  // a deque: references stay valid
  };
  Topic& topic(const std::string& name);
  std::map<std::string, Topic> topics_;
  int topics_made_ = 0;
  std::vector<LateEnd> late_;
  std::vector<LateOffsets> late_offsets_;
  std::vector<Background*> clients_;
  std::vector<std::function<void()>> observers_;
  std::vector<std::string> violations_;
};

}  // namespace coagwatch::simulation

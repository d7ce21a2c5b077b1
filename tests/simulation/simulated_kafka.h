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

/// One Kafka cluster in memory with virtual time: topics, a transaction coordinator, one consumer group over the
/// input topic. Everything that happens follows from the seed and the calls made.
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
    SimulatedGroup::Settings group;               ///< `partitions` is set from above
    Time expiry_scan = std::chrono::seconds(10);  ///< how often timed-out transactions are looked for
    std::size_t max_message_bytes = 1'048'588;
    std::uint32_t slow_markers = 1'000;  ///< of 10,000 transactions
  };
  SimulatedKafka(Settings settings, std::uint64_t seed);
  SimulatedKafka(const SimulatedKafka&) = delete;
  SimulatedKafka& operator=(const SimulatedKafka&) = delete;
  ~SimulatedKafka() override = default;

  [[nodiscard]] const Settings& settings() const { return settings_; }
  Random& random() { return random_; }
  SimulatedTransactions& transactions() { return transactions_; }
  SimulatedGroup& group() { return group_; }

  // -- topics ----------------------------------------------------------------------------------------------
  /// A partition's log; the topic is made with `settings().partitions` partitions when first named.
  SimulatedLog& log(const std::string& topic, std::int32_t partition);
  /// Identity of a topic, another one after every creation.
  std::string topic_id(const std::string& topic);
  /// Deletes a topic with its records and, of the input, its committed offsets; then creates it empty.
  void recreate(const std::string& topic);
  /// Produces one record outside of any transaction.
  std::int64_t append(const std::string& topic, std::int32_t partition, LogRecord record);

  // -- time ------------------------------------------------------------------------------------------------
  [[nodiscard]] Time now() const { return now_; }
  /// The wall clock: 2026-01-01T00:00:00Z plus virtual time.
  [[nodiscard]] rules::Timestamp wall_clock() const;
  /// Lets `duration` pass: markers get written, late requests arrive, time-outs strike, clients do their background
  /// work, observers look.
  void advance(Time duration);
  /// An EndTxn on its way that arrives `delay` from now at the latest, whatever the epoch has open by then. Every
  /// other one arrives while something is open, if that comes first: the worst moment is worth trying.
  void send_late_end(const std::string& transactional_id, const ProducerIdentity& producer, bool commit, Time delay);
  /// True while such a request is on its way.
  [[nodiscard]] bool late_requests() const { return !late_.empty(); }

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
  void end_in_partition(const TopicPartition& where, TransactionId transaction, bool commit) override;
  void end_offsets(TransactionId transaction, bool commit) override;
  void deliver_late();

  Settings settings_;
  Random random_;
  SimulatedTransactions transactions_;
  SimulatedGroup group_;
  Time now_{};
  Time last_expiry_scan_{};
  struct Topic {
    std::string id;
    std::deque<SimulatedLog> partitions;  // a deque: references stay valid
  };
  Topic& topic(const std::string& name);
  std::map<std::string, Topic> topics_;
  int topics_made_ = 0;
  std::vector<LateEnd> late_;
  std::vector<Background*> clients_;
  std::vector<std::function<void()>> observers_;
  std::vector<std::string> violations_;
};

}  // namespace coagwatch::simulation

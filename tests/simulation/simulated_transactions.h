#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/random.h"
#include "tests/simulation/simulated_log.h"
#include "tests/simulation/simulated_time.h"

namespace coagwatch::simulation {

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

/// What a producer got from its last initialisation. Of an id only the newest epoch may write.
struct ProducerIdentity {
  std::int64_t id = -1;
  std::int32_t epoch = -1;
  friend bool operator==(const ProducerIdentity&, const ProducerIdentity&) = default;
};

enum class TransactionError : std::uint8_t { none, fenced, invalid_state };

/// Where the end of a transaction shows. The cluster implements it.
class MarkerTarget {
 public:
  virtual ~MarkerTarget() = default;
  /// Writes the marker into one partition.
  virtual void end_in_partition(const TopicPartition& where, TransactionId transaction, bool commit) = 0;
  /// Makes the offsets that the transaction carries permanent, or drops them.
  virtual void end_offsets(TransactionId transaction, bool commit) = 0;
};

/// The transaction coordinator, protocol version 1 (before KIP-890): an EndTxn names the producer's epoch and not
/// the transaction, so one that is late ends whatever transaction that epoch has open by then.
///
/// A decided transaction reaches its partitions marker by marker, in any order, as in Kafka.
class SimulatedTransactions {
 public:
  /// In `slow_markers` of 10,000 transactions the markers take long.
  SimulatedTransactions(MarkerTarget& target, Random& random, std::uint32_t slow_markers)
      : target_(target), random_(random), slow_markers_(slow_markers) {}

  /// InitProducerId: aborts what the id has open, raises the epoch and so fences every earlier producer.
  ProducerIdentity initialise(const std::string& transactional_id, Time timeout, Time now);
  /// AddPartitionsToTxn, opening a transaction if none is open. `transaction` is set on success.
  TransactionError add_partition(const std::string& transactional_id, const ProducerIdentity& producer,
                                 const TopicPartition& where, Time now, TransactionId& transaction);
  /// AddOffsetsToTxn, as add_partition.
  TransactionError add_offsets(const std::string& transactional_id, const ProducerIdentity& producer, Time now,
                               TransactionId& transaction);
  /// EndTxn. Repeating the decision of a transaction that just ended is no error; anything else without an open
  /// transaction is invalid_state.
  TransactionError end(const std::string& transactional_id, const ProducerIdentity& producer, bool commit, Time now);

  /// Writes some of the markers that are due, chosen at random. A partition's leader may be slow for seconds.
  void write_some_markers(Time now);
  /// Aborts transactions open longer than their timeout and fences their producers.
  void expire(Time now);
  /// True if nothing is open and every marker is written.
  [[nodiscard]] bool settled() const;
  /// True while some decided transaction has not reached all its partitions.
  [[nodiscard]] bool ending() const;
  /// True while this id has a transaction that can still be written to.
  [[nodiscard]] bool ongoing(const std::string& transactional_id) const;
  /// The open transaction of this very epoch, if offsets may be committed in it; else 0.
  [[nodiscard]] TransactionId taking_offsets(const std::string& transactional_id,
                                             const ProducerIdentity& producer) const;

 private:
  enum class State : std::uint8_t { empty, ongoing, ending, ended };
  struct Entry {
    ProducerIdentity identity;
    State state = State::empty;
    bool commit = false;  ///< the decision, while ending or ended
    TransactionId transaction = 0;
    Time started{};
    Time timeout{};
    Time markers_from{};  ///< not before this
    std::set<TopicPartition> partitions;
    bool offsets = false;
  };

  TransactionError open(const std::string& transactional_id, const ProducerIdentity& producer, Time now, Entry*& entry);
  void decide(Entry& entry, bool commit, Time now);
  void write_marker(Entry& entry, std::size_t which);
  void finish(Entry& entry);

  MarkerTarget& target_;
  Random& random_;
  std::uint32_t slow_markers_;
  std::map<std::string, Entry> entries_;
  std::int64_t next_producer_ = 1;
  TransactionId next_transaction_ = 1;
};

}  // namespace coagwatch::simulation

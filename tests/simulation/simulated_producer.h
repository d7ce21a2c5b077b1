#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/broker.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// The transactional producer of one client. Records wait in the client until they are sent, in order, some time
/// before the commit.
class SimulatedProducer {
 public:
  /// What the offset commit tells about the consumer.
  struct GroupMetadata {
    MemberId member = 0;
    std::int32_t generation = -1;
  };
  SimulatedProducer(SimulatedKafka& cluster, std::string transactional_id, Time transaction_timeout)
      : cluster_(cluster), transactional_id_(std::move(transactional_id)), timeout_(transaction_timeout) {}

  /// A new producer: fences the one before and ends what it had open.
  void replace();
  bool begin();
  daemon::ProduceOutcome produce(const std::string& topic, std::int32_t partition, LogRecord record);
  /// Commits. `fault` is one of those that Call::commit knows, or none.
  daemon::CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets, GroupMetadata group,
                               Fault fault);
  bool abort(Fault fault);
  /// The producer is finished, as after a fatal error.
  void fail() { ready_ = false; }
  [[nodiscard]] bool suspect() const { return suspect_; }
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] const std::string& transactional_id() const { return transactional_id_; }

 private:
  struct Queued {
    TopicPartition where;
    LogRecord record;
  };
  /// False: fenced.
  bool send_queued();
  daemon::CommitOutcome end_commit(Fault fault);
  void send_late(bool commit);

  SimulatedKafka& cluster_;
  std::string transactional_id_;
  Time timeout_;
  ProducerIdentity identity_;
  bool ready_ = false;
  bool open_ = false;     // between begin and the end of the transaction
  bool started_ = false;  // the coordinator knows of it
  bool suspect_ = false;
  std::vector<Queued> queued_;
};

}  // namespace coagwatch::simulation

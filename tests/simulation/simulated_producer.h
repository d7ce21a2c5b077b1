#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/broker.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/seam_bugs.h"
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
  /// `group`: whose offsets it commits.
  SimulatedProducer(SimulatedKafka& cluster, SimulatedGroup& group, std::string transactional_id,
                    Time transaction_timeout, const SeamBugs& bugs = {})
      : cluster_(cluster),
        group_(group),
        transactional_id_(std::move(transactional_id)),
        timeout_(transaction_timeout),
        bugs_(bugs) {}

  /// A new producer: fences the one before and ends what it had open.
  void replace();
  bool begin();
  daemon::ProduceOutcome produce(const std::string& topic, std::int32_t partition, LogRecord record);
  /// Commits. `fault` is one of those that Call::commit knows, or none.
  daemon::CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets, GroupMetadata group,
                               Fault fault);
  /// What happens where the process stands still within commit(), before it has sent its last records.
  void while_stalled(std::function<void()> others) { others_ = std::move(others); }
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
  /// TxnOffsetCommit. False: the group does not take it.
  bool send_offsets(TransactionId transaction, GroupMetadata group,
                    const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets);
  daemon::CommitOutcome end_commit(Fault fault);
  void send_late(bool commit);

  SimulatedKafka& cluster_;
  SimulatedGroup& group_;
  std::function<void()> others_;
  std::string transactional_id_;
  Time timeout_;
  SeamBugs bugs_;
  std::optional<GroupMetadata> first_;  // with stale_group_metadata
  ProducerIdentity identity_;
  bool ready_ = false;
  bool open_ = false;     // between begin and the end of the transaction
  bool started_ = false;  // the coordinator knows of it
  bool suspect_ = false;
  std::vector<Queued> queued_;
};

}  // namespace coagwatch::simulation

// Assignment of a worker: taking partitions on, restoring them, giving them up.

#include <algorithm>

#include "daemon/engine/start_offset.h"
#include "daemon/engine/worker.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kRestoreBudget{20};
constexpr std::chrono::milliseconds kRetry{200};
constexpr std::chrono::minutes kFenceAgain{2};

using Stage = AssignedPartition::Stage;

}  // namespace

/// Feeds changelog records to the fold of the partition that is being restored.
class Worker::RestoreSink : public ChangelogSink {
 public:
  explicit RestoreSink(AssignedPartition& partition) : partition_(partition) {}

  void changelog_record(std::int32_t /*partition*/, const ChangelogRecord& record) override {
    if (!error_.empty()) return;
    ++partition_.restored_records;
    if (auto problem = partition_.fold->restore(record.key, record.value)) error_ = std::move(*problem);
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  AssignedPartition& partition_;
  std::string error_;
};

void Worker::on_assigned(const std::vector<std::int32_t>& partitions) {
  assigned_once_ = true;
  problem_.clear();
  observer_.rebalanced(EngineObserver::Rebalance::assigned, partitions.size());
  // The list is the broker's, which is called while it is used.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const std::vector<std::int32_t> taken = partitions;
  broker_.accept(taken);
  for (const std::int32_t number : taken) {
    const auto [place, is_new] = partitions_.try_emplace(number, number, settings_);
    begin_restore(place->second);
  }
}

void Worker::on_revoked(const std::vector<std::int32_t>& partitions, bool lost) {
  observer_.rebalanced(lost ? EngineObserver::Rebalance::lost : EngineObserver::Rebalance::revoked, partitions.size());
  // The list is the broker's, which is called while it is used.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const std::vector<std::int32_t> given = partitions;
  if (open_) {
    // All partitions share the transaction; of lost ones not even the attempt to commit is allowed.
    if (lost || broken_) {
      abort_and_rewind(true);
    } else {
      commit();
    }
  }
  for (const std::int32_t number : given) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    if (found->second.stage == Stage::restoring && found->second.restore_started) broker_.stop_restore(number);
    partitions_.erase(found);
  }
  broker_.release(given);
}

void Worker::begin_restore(AssignedPartition& partition) {
  partition.stage = Stage::restoring;
  partition.fold = std::make_unique<PartitionFold>(settings_);
  partition.next = partition.committed_next = -1;
  partition.dirty = false;
  partition.restored_records = 0;
  partition.restore_began = broker_.now();
  partition.waiting = partition.read_again = false;
  partition.retry_at = {};
  partition.error.clear();
  partition.outranked = false;
  pending_ = true;
  partition.restore_started = false;
}

void Worker::advance_partitions() {
  pending_ = false;
  for (auto& [number, partition] : partitions_) {
    if (partition.stage == Stage::restoring) advance_restore(partition);
    if (partition.stage == Stage::deciding) decide(partition);
    if (partition.stage == Stage::positioning) position(partition);
    if (partition.stage != Stage::running && partition.stage != Stage::stopped) pending_ = true;
  }
}

void Worker::advance_restore(AssignedPartition& partition) {
  if (!partition.restore_started) {
    // With an unknown outcome the end of the changelog is definite only after the new producer has fenced the old.
    if (!producer_ready_) return;
    broker_.start_restore(partition.number);
    partition.restore_started = true;
  }
  RestoreSink sink(partition);
  const RestoreProgress progress = broker_.poll_restore(partition.number, sink, kRestoreBudget);
  if (!sink.error().empty() || progress.state == RestoreProgress::State::failed) {
    broker_.stop_restore(partition.number);
    stop_partition(partition, "restore: " + (sink.error().empty() ? progress.error : sink.error()));
    return;
  }
  const bool waiting = progress.state == RestoreProgress::State::waiting;
  if (progress.state == RestoreProgress::State::complete || (waiting && options_.faults.restore_to_lso)) {
    broker_.stop_restore(partition.number);
    partition.stage = Stage::deciding;
    return;
  }
  if (waiting && !partition.waiting) partition.waiting_since = broker_.now();
  partition.waiting = waiting;
  if (waiting && broker_.now() - partition.waiting_since >= options_.fence_after) {
    fence(partition.fold->record().owner);
  }
}

/// Once for all partitions that it held: a live process that is fenced twice within a minute takes that for another one
/// under its name.
void Worker::fence(const std::string& owner) {
  if (owner.empty() || owner == broker_.transactional_id()) return;
  std::erase_if(fenced_, [&](const auto& entry) { return broker_.now() - entry.second >= kFenceAgain; });
  if (!fenced_.try_emplace(owner, broker_.now()).second) return;
  observer_.notice("an open transaction of " + owner + " holds back a restore: fencing it");
  broker_.fence(owner);
}

void Worker::decide(AssignedPartition& partition) {
  if (broker_.now() < partition.retry_at) return;
  const std::optional<PartitionFacts> facts = broker_.facts(partition.number);
  if (!facts) {
    partition.retry_at = broker_.now() + kRetry;
    return;
  }
  PartitionRecord& record = partition.fold->edit_record();
  const StartDecision decision = decide_start(*facts, record);
  // Whoever stalls after the restore may find that another process owned the partition meanwhile. Then the state has
  // moved on like the offset, which a second look shows; only where it has not is something wrong.
  if (decision.overtaken && !partition.read_again) {
    observer_.read_again(partition.number, decision.error);
    begin_restore(partition);
    partition.read_again = true;
    return;
  }
  if (!decision.error.empty()) {
    stop_partition(partition, decision.error);
    return;
  }
  if (record.rule_set_sequence > settings_.rules->sequence) {
    stop_partition(partition, "its state was written under ruleset.sequence " +
                                  std::to_string(record.rule_set_sequence) + ", this worker has " +
                                  std::to_string(settings_.rules->sequence));
    partition.outranked = true;
    return;
  }
  if (record.topic_id.empty()) record.topic_id = facts->topic_id;
  partition.fold->commit();
  partition.next = partition.committed_next = decision.offset;
  partition.stage = Stage::positioning;
  observer_.restored(partition.number, partition.restored_records, broker_.now() - partition.restore_began);
}

void Worker::position(AssignedPartition& partition) {
  if (!producer_ready_ || broker_.now() < partition.retry_at) return;
  if (broker_.resume_at(partition.number, partition.next)) {
    partition.stage = Stage::running;
  } else {
    partition.retry_at = broker_.now() + std::chrono::milliseconds(10);
  }
}

}  // namespace coagwatch::daemon

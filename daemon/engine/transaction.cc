// The transaction of a worker: begin, commit, abort with rewind, producer replacement. See exactly-once notes in
// README.md beside this file.

#include <algorithm>

#include "daemon/engine/input_number.h"
#include "daemon/engine/outbox.h"
#include "daemon/engine/worker.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kFirstBackoff{200};
constexpr std::chrono::milliseconds kLastBackoff{5'000};
// What fails once mostly succeeds at once. What fails always, because of what this partition writes, would keep the
// others of the worker from committing.
constexpr int kFailuresForFree = 2;
constexpr std::chrono::milliseconds kFirstRest{100};
constexpr std::chrono::milliseconds kLastRest{5'000};
// Somebody has to set a clock.
constexpr std::chrono::milliseconds kClockBackoff{5'000};

}  // namespace

void Worker::need_producer(std::string_view cause) {
  producer_ready_ = false;
  replace_cause_ = cause;
  producer_retry_at_ = broker_.now();
  producer_backoff_ = kFirstBackoff;
}

void Worker::ensure_producer() {
  if (!conflict_.empty()) return;
  if (producer_ready_ && !open_ && broker_.producer_suspect()) need_producer("indefinite-result");
  if (producer_ready_ || broker_.now() < producer_retry_at_) return;
  if (broker_.replace_producer()) {
    producer_ready_ = true;
    observer_.producer_replaced(replace_cause_);
    return;
  }
  producer_backoff_ = std::clamp(producer_backoff_ * 2, kFirstBackoff, kLastBackoff);
  producer_retry_at_ = broker_.now() + producer_backoff_;
}

bool Worker::begin() {
  // Also within a step, where timers take several transactions or one has failed.
  if (producer_ready_ && broker_.producer_suspect()) need_producer("indefinite-result");
  if (producer_ready_ && broker_.begin()) {
    open_ = true;
    opened_ = broker_.now();
    records_ = 0;
    return true;
  }
  // The record in hand is not applied; positioning every running partition again brings it back.
  if (producer_ready_) need_producer("begin-failed");
  for (auto& [number, partition] : partitions_) {
    if (partition.stage != AssignedPartition::Stage::running) continue;
    broker_.pause(number);
    partition.stage = AssignedPartition::Stage::positioning;
  }
  pending_ = true;
  return false;
}

/// To be called before anything of a partition is written in the open transaction.
void Worker::enter(AssignedPartition& partition) {
  if (partition.dirty) return;
  partition.dirty = true;
  Outbox out(broker_);
  partition.task->enter(broker_.transactional_id(), out);
  take(partition, out);
}

/// Takes note of what a task has written. False if the transaction can only be aborted now.
bool Worker::take(AssignedPartition& partition, const Outbox& out) {
  alert_causes_.insert(alert_causes_.end(), out.alert_causes().begin(), out.alert_causes().end());
  if (out.outcome() == ProduceOutcome::queued) return !broken_;
  broken_ = true;
  if (out.outcome() == ProduceOutcome::too_large) {
    stop_partition(partition, "a record for the " + std::string(output_topic_name(out.rejected())) +
                                  " topic is larger than the topic takes (caused by input offset " +
                                  std::to_string(partition.next - 1) + "): raise its max.message.bytes");
  }
  return false;
}

CommitOutcome Worker::commit() {
  const CommitOutcome outcome = try_commit();
  end_transaction(outcome);
  return outcome;
}

/// Writes what the fold says last, then commits with the offsets of every partition the transaction touched.
CommitOutcome Worker::try_commit() {
  offsets_.clear();
  for (auto& [number, partition] : partitions_) {
    if (!partition.dirty) continue;
    const std::int32_t ahead = options_.faults.record_ahead;
    if (ahead != 0) partition.task->skip_to(partition.next + ahead);
    Outbox out(broker_);
    partition.task->flush(out);
    if (ahead != 0) partition.task->skip_to(partition.next);
    if (!take(partition, out)) {
      broken_ = false;  // which is said by the outcome
      return CommitOutcome::aborted;
    }
    if (options_.faults.timers_without_offset && partition.next == partition.committed_next) continue;
    std::int64_t next = partition.next;
    if (options_.faults.offset_instead_of_next) --next;
    if (options_.faults.offset_ahead) ++next;
    offsets_.emplace_back(number, next);
  }
  return broker_.commit(offsets_);
}

void Worker::end_transaction(CommitOutcome outcome) {
  observer_.transaction_ended(outcome, broker_.now() - opened_);
  switch (outcome) {
    case CommitOutcome::committed:
      committed();
      break;
    case CommitOutcome::rejected:
      for (auto& [number, partition] : partitions_) {
        if (partition.dirty) {
          stop_partition(partition,
                         "the broker rejected a record of this partition's transaction for good (size or "
                         "content); trying again would not help");
        }
      }
      abort_and_rewind(true);
      break;
    case CommitOutcome::aborted:
      abort_and_rewind(true);
      break;
    case CommitOutcome::wrong_time:
      wait_for_clock();
      break;
    case CommitOutcome::replace:
      abort_and_rewind(false);
      break;
    case CommitOutcome::unknown:
      if (options_.faults.unknown_as_aborted) return abort_and_rewind(false);
      if (options_.faults.unknown_as_committed) {
        committed();
        return need_producer("unknown-outcome");
      }
      forget_and_restore();
      break;
  }
}

void Worker::committed() {
  open_ = false;
  problem_.clear();  // what commits can work
  for (auto& [number, partition] : partitions_) {
    if (!partition.dirty) continue;
    partition.task->commit();
    partition.committed_next = partition.next;
    partition.dirty = false;
    partition.failures = 0;
    observer_.partition_committed(number, partition.task->counters());
    const std::size_t topic = input_topic_of(number);
    if (topic >= newest_records_.size()) newest_records_.resize(topic + 1, rules::Timestamp::none());
    newest_records_[topic] = std::max(newest_records_[topic], partition.task->counters().newest);
    partition.task->counters().clear();
  }
  if (!alert_causes_.empty()) {
    const rules::Timestamp now = broker_.wall_clock();
    for (const rules::Timestamp cause : alert_causes_) {
      observer_.alert_latency(std::chrono::microseconds((now - cause).micros));
    }
    alert_causes_.clear();
  }
}

/// Ends a transaction of which nothing is visible: every partition goes back to its last commit, those that are
/// kept through a rebalance too.
void Worker::abort_and_rewind(bool producer_alive) {
  if (broken_) observer_.transaction_ended(CommitOutcome::aborted, broker_.now() - opened_);
  open_ = false;
  broken_ = false;
  alert_causes_.clear();
  if (!producer_alive || !broker_.abort()) need_producer("fenced-or-fatal");
  for (auto& [number, partition] : partitions_) {
    if (!partition.dirty) continue;
    partition.dirty = false;
    if (options_.faults.no_rewind_on_abort) continue;
    if (!options_.faults.keep_state_on_abort) partition.task->rollback();
    partition.task->counters().clear();
    partition.next = partition.committed_next;
    if (partition.stage != AssignedPartition::Stage::running) continue;
    if (options_.faults.no_rewind_of_kept && rebalancing_) continue;
    if (!rebalancing_) ++partition.failures;
    if (!rewind(partition)) {
      broker_.pause(number);
      partition.stage = AssignedPartition::Stage::positioning;
      pending_ = true;
    }
  }
}

/// Puts a running partition back to its last commit at once. False: it is to rest, or that does not work yet.
bool Worker::rewind(AssignedPartition& partition) {
  if (partition.failures > kFailuresForFree) {
    const int doublings = std::min(partition.failures - kFailuresForFree - 1, 10);
    partition.retry_at = broker_.now() + std::min(kFirstRest * (1 << doublings), kLastRest);
    return false;
  }
  const bool behind = partition.task->next_command().value_or(partition.next_command) != partition.next_command;
  const bool followed = !behind || options_.faults.no_follow_on_abort || follow_commands(partition);
  return producer_ready_ && followed && broker_.rewind(partition.number, partition.next);
}

/// Ends a transaction of which the broker refused a record for its time. Without a producer for a while everything
/// waits.
void Worker::wait_for_clock() {
  need_producer("clock");
  abort_and_rewind(true);
  producer_retry_at_ = broker_.now() + kClockBackoff;
  problem_ =
      "the brokers refuse records for their time: the clock of this host differs from theirs by more than a topic "
      "allows (message.timestamp.after.max.ms); nothing is lost, and it is tried again every 5 s";
  observer_.notice(problem_);
}

/// Ends a transaction that may or may not be visible: what is in memory of its partitions may be wrong either way,
/// so it is read again from the changelog, once a new producer has made the outcome definite.
void Worker::forget_and_restore() {
  open_ = false;
  broken_ = false;
  alert_causes_.clear();
  need_producer("unknown-outcome");
  for (auto& [number, partition] : partitions_) {
    if (!partition.dirty || partition.stage == AssignedPartition::Stage::stopped) continue;
    broker_.pause(number);
    begin_restore(partition);
  }
}

}  // namespace coagwatch::daemon

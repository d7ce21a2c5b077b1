// The transaction of a worker: begin, commit, abort with rewind, producer replacement. See exactly-once notes in
// README.md beside this file.

#include <algorithm>

#include "daemon/engine/produce_sink.h"
#include "daemon/engine/worker.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kFirstBackoff{200};
constexpr std::chrono::milliseconds kLastBackoff{5'000};

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

void Worker::activate_rule_set(AssignedPartition& partition) {
  PartitionRecord& record = partition.fold->edit_record();
  record.owner = broker_.transactional_id();
  if (record.rule_set == settings_.rules->hash) return;
  const std::string value = R"({"version":1,"kind":"rule-set","after-offset":)" + std::to_string(record.last_offset) +
                            R"(,"rule-set":")" + settings_.rules->hash + R"(","sequence":)" +
                            std::to_string(settings_.rules->sequence) + "}";
  journal(partition, value);
  record.rule_set = settings_.rules->hash;
  record.rule_set_sequence = settings_.rules->sequence;
}

/// What besides the input moved the fold.
void Worker::journal(const AssignedPartition& partition, std::string_view value) {
  const std::pair<std::string_view, std::string_view> headers[] = {{"coagwatch-version", settings_.version},
                                                                   {"content-type", "application/json"}};
  ProduceSink sink(broker_, partition.number);
  sink.send(OutputTopic::journal, {std::nullopt, value, headers});
  if (sink.outcome() != ProduceOutcome::queued) broken_ = true;
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
    ProduceSink sink(broker_, number);
    partition.fold->flush(sink);
    encoded_.clear();
    encode_partition_record(partition.fold->record(), encoded_);
    const std::pair<std::string_view, std::string_view> headers[] = {{"coagwatch-version", settings_.version}};
    sink.send(OutputTopic::state, {kPartitionRecordKey, encoded_, headers});
    if (sink.outcome() == ProduceOutcome::too_large) {
      stop_partition(partition, "a record for the " + std::string(output_topic_name(sink.rejected())) +
                                    " topic is larger than the topic takes: raise its max.message.bytes");
    }
    if (sink.outcome() != ProduceOutcome::queued) return CommitOutcome::aborted;
    offsets_.emplace_back(number, options_.faults.offset_instead_of_next ? partition.next - 1 : partition.next);
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
    case CommitOutcome::replace:
      abort_and_rewind(false);
      break;
    case CommitOutcome::unknown:
      forget_and_restore();
      break;
  }
}

void Worker::committed() {
  open_ = false;
  problem_.clear();  // what commits can work
  for (auto& [number, partition] : partitions_) {
    if (!partition.dirty) continue;
    partition.fold->commit();
    partition.committed_next = partition.next;
    partition.dirty = false;
    observer_.partition_committed(number, partition.fold->counters());
    newest_record_ = std::max(newest_record_, partition.fold->counters().newest);
    partition.fold->counters().clear();
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
    partition.fold->rollback();
    partition.fold->counters().clear();
    partition.next = partition.committed_next;
    if (partition.stage != AssignedPartition::Stage::running) continue;
    if (!producer_ready_ || !broker_.rewind(number, partition.next)) {
      broker_.pause(number);
      partition.stage = AssignedPartition::Stage::positioning;
      pending_ = true;
    }
  }
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

#include "daemon/engine/worker.h"

#include <algorithm>

#include "daemon/engine/produce_sink.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kIdlePoll{100};
constexpr std::chrono::milliseconds kPendingPoll{5};
// Records taken in one step: bounds the time between two looks at everything else.
constexpr int kDrain = 512;

}  // namespace

std::string_view stage_name(AssignedPartition::Stage stage) {
  switch (stage) {
    case AssignedPartition::Stage::restoring:
      return "restoring";
    case AssignedPartition::Stage::deciding:
    case AssignedPartition::Stage::positioning:
      return "starting";
    case AssignedPartition::Stage::running:
      return "running";
    case AssignedPartition::Stage::stopped:
      break;
  }
  return "stopped";
}

std::string_view output_topic_name(OutputTopic topic) {
  switch (topic) {
    case OutputTopic::alerts:
      return "alerts";
    case OutputTopic::status:
      return "status";
    case OutputTopic::state:
      return "state";
    case OutputTopic::dead_letter:
      return "dead-letter";
    case OutputTopic::notifications:
      return "notifications";
    case OutputTopic::journal:
      break;
  }
  return "journal";
}

Worker::Worker(Broker& broker, const FoldSettings& settings, EngineObserver& observer, WorkerOptions options)
    : broker_(broker), settings_(settings), observer_(observer), options_(options) {}

Worker::~Worker() = default;

void Worker::change_scoring(Scoring scoring) {
  const std::lock_guard lock(scoring_mutex_);
  next_scoring_ = std::move(scoring);
  scoring_waits_ = true;
}

void Worker::take_scoring() {
  {
    const std::lock_guard lock(scoring_mutex_);
    if (!next_scoring_) return;
    static_cast<Scoring&>(settings_) = std::move(*next_scoring_);
    next_scoring_.reset();
    scoring_waits_ = false;
  }
  for (auto& [number, partition] : partitions_) {
    if (partition.stage == AssignedPartition::Stage::stopped && partition.outranked) {
      begin_restore(partition);
    } else {
      partition.fold->change_scoring(settings_);
    }
  }
  observer_.rule_set_taken(settings_.rules);
  snapshot_at_ = {};
}

void Worker::step() {
  if (!open_ && scoring_waits_) take_scoring();
  if (inquiries_.waiting()) answer_inquiries();
  ensure_producer();
  if (pending_ && conflict_.empty()) advance_partitions();
  std::chrono::milliseconds timeout = poll_timeout();
  bool idle = false;
  for (int i = 0; i < kDrain && !idle; ++i) {
    const BrokerEvent& event = broker_.poll(timeout);
    idle = event.kind == BrokerEvent::Kind::none;
    const bool record = event.kind == BrokerEvent::Kind::record;
    handle(event);
    if (idle && !broken_ && !scoring_waits_) tick();
    if (!record || broken_) break;
    if (records_ >= options_.max_records) break;
    timeout = std::chrono::milliseconds(0);
  }
  if (broken_) {
    abort_and_rewind(true);
  } else if (open_ && commit_is_due(idle)) {
    commit();
  }
  publish_snapshot();
  last_step_.store(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count(),
                   std::memory_order_relaxed);
}

std::chrono::milliseconds Worker::poll_timeout() {
  if (!open_) return pending_ || !producer_ready_ ? kPendingPoll : kIdlePoll;
  const auto left = options_.gather - (broker_.now() - opened_);
  if (left <= Clock::duration::zero()) return std::chrono::milliseconds(0);
  return std::chrono::ceil<std::chrono::milliseconds>(left);
}

bool Worker::commit_is_due(bool idle) {
  if (records_ >= options_.max_records) return true;
  std::size_t touched = 0;
  for (const auto& [number, partition] : partitions_) touched += partition.fold->touched();
  if (touched >= options_.max_touched) return true;
  const auto age = broker_.now() - opened_;
  return age >= options_.max_open || (idle && age >= options_.gather);
}

void Worker::handle(const BrokerEvent& event) {
  switch (event.kind) {
    case BrokerEvent::Kind::none:
      break;
    case BrokerEvent::Kind::record:
      on_record(event.record);
      break;
    case BrokerEvent::Kind::assigned:
      on_assigned(event.partitions);
      break;
    case BrokerEvent::Kind::revoked:
      on_revoked(event.partitions, false);
      break;
    case BrokerEvent::Kind::lost:
      on_revoked(event.partitions, true);
      break;
    case BrokerEvent::Kind::failed:
      on_failed(event);
      break;
    case BrokerEvent::Kind::conflict:
      on_conflict(event);
      break;
  }
}

void Worker::on_record(const InputRecord& record) {
  const auto found = partitions_.find(record.partition);
  // A record that was on its way when its partition was taken away or put back: it comes again.
  if (found == partitions_.end() || found->second.stage != AssignedPartition::Stage::running) return;
  AssignedPartition& partition = found->second;
  if (!open_ && !begin()) return;
  if (!partition.dirty) {
    partition.dirty = true;
    activate_rule_set(partition);
  }
  if (!run_timers(partition, record)) return;
  ProduceSink sink(broker_, record.partition);
  partition.fold->apply(record, sink);
  for (std::size_t i = 0; i < sink.alerts(); ++i) alert_causes_.push_back(record.time);
  // Never back: a record that was applied before is skipped, and committing its offset would undo a commit.
  partition.next = std::max(partition.next, record.offset + 1);
  ++records_;
  if (sink.outcome() == ProduceOutcome::queued) return;
  broken_ = true;
  if (sink.outcome() == ProduceOutcome::too_large) {
    stop_partition(partition, "a record for the " + std::string(output_topic_name(sink.rejected())) +
                                  " topic is larger than the topic takes (caused by input offset " +
                                  std::to_string(record.offset) + "): raise its max.message.bytes");
  }
}

/// Runs the timers that a record passes, or a tick, over as many transactions as it takes. False if one of them failed:
/// then the record comes again.
bool Worker::run_timers(AssignedPartition& partition, const InputRecord& cause) {
  for (;;) {
    ProduceSink sink(broker_, partition.number);
    const bool done = partition.fold->run_timers(cause, options_.max_records, sink);
    if (sink.outcome() != ProduceOutcome::queued) {
      broken_ = true;
      return false;
    }
    if (done) return true;
    if (commit() != CommitOutcome::committed || !begin()) return false;
    partition.dirty = true;
    activate_rule_set(partition);
  }
}

/// While nothing comes, the wall clock moves the partitions whose end was reached: it is journaled, since it decides
/// what is told when.
void Worker::tick() {
  const rules::Timestamp now = broker_.wall_clock();
  for (auto& [number, partition] : partitions_) {
    if (partition.stage != AssignedPartition::Stage::running) continue;
    const rules::Timestamp due = partition.fold->next_timer();
    const bool at_end = broker_.known_end(number) == partition.next;
    if (!due.known() || due > now || !at_end || partition.dirty) continue;
    if (!open_ && !begin()) return;
    partition.dirty = true;
    activate_rule_set(partition);
    InputRecord cause;
    cause.partition = number;
    cause.offset = partition.fold->record().last_offset;
    cause.time = rules::Timestamp::from_millis(now.millis());
    journal_tick(partition, cause);
    if (broken_ || !run_timers(partition, cause)) return;
  }
}

void Worker::journal_tick(AssignedPartition& partition, const InputRecord& cause) {
  const std::string value = R"({"version":1,"kind":"tick","after-offset":)" + std::to_string(cause.offset) +
                            R"(,"time":)" + std::to_string(cause.time.millis()) + "}";
  journal(partition, value);
}

void Worker::on_failed(const BrokerEvent& event) {
  observer_.notice(event.error);
  if (event.partitions.empty()) problem_ = event.error;
  for (const std::int32_t number : event.partitions) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    // Before it runs, the consumer has no position worth an error: the restore will give it one.
    if (found->second.stage == AssignedPartition::Stage::running) {
      if (open_) broken_ = true;
      stop_partition(found->second, event.error);
    }
  }
}

void Worker::on_conflict(const BrokerEvent& event) {
  conflict_ = event.error;
  // Of two processes with one name only one can work, and each producer that we make fences the other's.
  if (open_) abort_and_rewind(false);
  producer_ready_ = false;
  snapshot_at_ = {};
}

void Worker::stop_partition(AssignedPartition& partition, std::string error) {
  broker_.pause(partition.number);
  partition.stage = AssignedPartition::Stage::stopped;
  partition.error = std::move(error);
  observer_.partition_stopped(partition.number, partition.error);
}

void Worker::stop() {
  if (broken_) abort_and_rewind(true);
  if (open_) commit();
  broker_.close();
  partitions_.clear();
}

}  // namespace coagwatch::daemon

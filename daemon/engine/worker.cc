#include "daemon/engine/worker.h"

#include <algorithm>

#include "daemon/engine/outbox.h"
#include "daemon/engine/scoring_task.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kIdlePoll{100};
constexpr std::chrono::milliseconds kPendingPoll{5};
constexpr std::chrono::seconds kDelayShown{10};
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

Worker::Worker(Broker& broker, StateSource* states, std::unique_ptr<TaskFactory> tasks, EngineObserver& observer,
               WorkerOptions options)
    : broker_(broker), states_(states), tasks_(std::move(tasks)), observer_(observer), options_(options) {}

Worker::Worker(Broker& broker, StateSource& states, const FoldSettings& settings, EngineObserver& observer,
               WorkerOptions options)
    : Worker(broker, &states, std::make_unique<ScoringTasks>(settings), observer, options) {}

Worker::~Worker() = default;

void Worker::change_scoring(Scoring scoring) {
  const std::lock_guard lock(scoring_mutex_);
  next_scoring_ = std::move(scoring);
  scoring_waits_ = true;
}

void Worker::halt(std::string why) {
  if (halting_.load(std::memory_order_relaxed)) return;
  halt_ = std::move(why);
  halting_.store(true, std::memory_order_release);
}

void Worker::stop_all() {
  for (auto& [number, partition] : partitions_) {
    if (partition.stage == AssignedPartition::Stage::stopped) continue;
    if (open_) broken_ = true;
    if (partition.claim) leave_state(partition);
    stop_partition(partition, halt_);
  }
  if (broken_) abort_and_rewind(true);
}

void Worker::take_scoring() {
  {
    const std::lock_guard lock(scoring_mutex_);
    if (!next_scoring_) return;
    tasks_->change_scoring(*next_scoring_);
    next_scoring_.reset();
    scoring_waits_ = false;
  }
  for (auto& [number, partition] : partitions_) {
    if (partition.stage == AssignedPartition::Stage::stopped && partition.outranked) {
      begin_restore(partition);
    } else {
      tasks_->rescore(*partition.task);
    }
  }
  observer_.rule_set_taken(tasks_->rules());
  snapshot_at_ = {};
}

void Worker::step() {
  if (halting_.load(std::memory_order_acquire)) stop_all();
  if (!open_ && scoring_waits_) take_scoring();
  if (inquiries_.waiting()) answer_inquiries();
  ensure_producer();
  if (pending_ && conflict_.empty()) advance_partitions();
  if (!open_ && conflict_.empty()) fence_one();
  if (commands_wait_) follow_waiting_commands();
  std::chrono::milliseconds timeout = poll_timeout();
  bool idle = false;
  for (int i = 0; i < kDrain && !idle; ++i) {
    const BrokerEvent& event = broker_.poll(timeout);
    idle = event.kind == BrokerEvent::Kind::none;
    const bool record = event.kind == BrokerEvent::Kind::record || event.kind == BrokerEvent::Kind::end;
    // Whoever is told of a reload, or of a halt, counts on it for what he sends then.
    if (!open_ && scoring_waits_) take_scoring();
    if (halting_.load(std::memory_order_acquire)) stop_all();
    handle(event);
    if (idle && !broken_ && !scoring_waits_) tick();
    // Looked at after each record: one of them may take as long as thousands of others.
    if (!record || broken_ || (open_ && commit_is_due(idle))) break;
    timeout = std::chrono::milliseconds(0);
  }
  if (broken_) {
    abort_and_rewind(true);
  } else if (open_ && commit_is_due(idle)) {
    commit();
  }
  publish_snapshot();
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
  for (const auto& [number, partition] : partitions_) touched += partition.task->touched();
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
    case BrokerEvent::Kind::command:
      on_command(event.record);
      break;
    case BrokerEvent::Kind::command_end:
      on_command_end(event);
      break;
    case BrokerEvent::Kind::end:
      on_end(event);
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
    case BrokerEvent::Kind::delayed:
      on_delayed(event);
      break;
    case BrokerEvent::Kind::conflict:
      on_conflict(event);
      break;
  }
}

void Worker::on_record(const InputRecord& received) {
  const auto found = partitions_.find(received.partition);
  // A record that was on its way when its partition was taken away or put back: it comes again.
  if (found == partitions_.end() || found->second.stage != AssignedPartition::Stage::running) return;
  AssignedPartition& partition = found->second;
  const InputRecord record = partition.task->open(received);
  if (!open_ && !begin()) return;
  const bool first = !partition.dirty;
  enter(partition);
  if (first && options_.faults.apply_again) partition.task->skip_to(record.offset);
  if (broken_ || !run_timers(partition, record)) return;
  // Never back: a record that was applied before is skipped, and committing its offset would undo a commit.
  partition.next = std::max(partition.next, record.offset + 1);
  ++records_;
  Outbox out(broker_);
  std::optional<std::string> error = partition.task->apply(record, out);
  if (!options_.faults.ignore_failed_produce) take(partition, out);
  if (!error) return;
  broken_ = true;
  stop_partition(partition, std::move(*error));
}

/// Runs the timers that a record passes, or a tick, over as many transactions as it takes. False if one of them failed:
/// then the record comes again.
bool Worker::run_timers(AssignedPartition& partition, const InputRecord& cause) {
  for (;;) {
    Outbox out(broker_);
    const bool done = partition.task->run_timers(cause, std::min(options_.max_records, options_.max_touched), out);
    if (!take(partition, out)) return false;
    if (done) return true;
    if (commit() != CommitOutcome::committed || !begin()) return false;
    enter(partition);
    if (broken_) return false;
  }
}

/// Whether a partition has nothing more to read, by its leader. What a fetch told is not enough: where no fetch comes
/// through, results may have come that nobody here has seen.
bool Worker::is_at_end(const AssignedPartition& partition) {
  if (broker_.known_end(partition.number) != partition.next) return false;
  return options_.faults.trust_known_end || broker_.confirmed_end(partition.number) == partition.next;
}

/// While nothing comes, the wall clock moves the partitions whose end was reached.
void Worker::tick() {
  const rules::Timestamp now = broker_.wall_clock();
  for (auto& [number, partition] : partitions_) {
    if (partition.stage != AssignedPartition::Stage::running) continue;
    const rules::Timestamp due = partition.task->next_timer();
    if (!due.known() || due > now || partition.dirty || !is_at_end(partition)) continue;
    if (!open_ && !begin()) return;
    enter(partition);
    if (broken_) return;
    Outbox out(broker_, options_.faults.tick_unjournaled);
    const InputRecord cause = partition.task->tick(now, out);
    if (!take(partition, out) || !run_timers(partition, cause) || commit_is_due(false)) return;
  }
}

/// The control records and aborted records of a transactional input take offsets that nobody is shown.
void Worker::on_end(const BrokerEvent& event) {
  const auto found = partitions_.find(event.partitions.front());
  if (found == partitions_.end() || found->second.stage != AssignedPartition::Stage::running) return;
  AssignedPartition& partition = found->second;
  if (event.offset <= partition.next) return;
  partition.next = event.offset;
  partition.task->skip_to(event.offset);
}

void Worker::on_failed(const BrokerEvent& event) {
  observer_.notice(event.error);
  if (event.partitions.empty()) problem_ = event.error;
  for (const std::int32_t number : event.partitions) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    // Before it runs, the consumer has no position worth an error: the restore will give it one.
    if (found->second.stage == AssignedPartition::Stage::running) {
      if (event.out_of_range && look_again(found->second)) continue;
      if (open_) broken_ = true;
      stop_partition(found->second, event.error);
    }
  }
}

/// It is shown until a while after it was last told: nobody tells when it has passed.
void Worker::on_delayed(const BrokerEvent& event) {
  for (const std::int32_t number : event.partitions) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    found->second.delay = event.error;
    found->second.delay_shown_until = broker_.now() + kDelayShown;
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
  broker_.unfollow_commands(partition.number);
  partition.stage = AssignedPartition::Stage::stopped;
  partition.error = std::move(error);
  observer_.partition_stopped(partition.number, partition.error);
}

void Worker::stop() {
  if (broken_) abort_and_rewind(true);
  for (auto& [number, partition] : partitions_) {
    // Nothing but what nobody is shown: left behind, it would look like a lag.
    const bool ahead =
        partition.stage == AssignedPartition::Stage::running && partition.next > partition.committed_next;
    if (ahead && !broken_ && (open_ || (conflict_.empty() && begin()))) enter(partition);
  }
  if (broken_) abort_and_rewind(true);
  if (open_) commit();
  broker_.close();
  for (auto& [number, partition] : partitions_) leave_state(partition);
  partitions_.clear();
}

}  // namespace coagwatch::daemon

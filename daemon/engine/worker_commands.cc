// Commands of a worker's partitions: where they are followed from, when they are applied.

#include "daemon/engine/outbox.h"
#include "daemon/engine/worker.h"

namespace coagwatch::daemon {

void Worker::on_command(const InputRecord& command) {
  const auto found = partitions_.find(command.partition);
  // One that was on its way when its partition was taken away or put back: it comes again.
  if (found == partitions_.end() || found->second.stage != AssignedPartition::Stage::running) return;
  AssignedPartition& partition = found->second;
  partition.next_command = command.offset + 1;
  if (partition.commands_wait || commands_must_wait(partition)) {
    partition.commands_wait = commands_wait_ = true;
    return;
  }
  if (!open_ && !begin()) return;
  enter(partition);
  if (broken_) return;
  if (is_at_end(partition)) {
    // What is known is all there is: the partition's time is the present, and its timers come first. Not the command's
    // time, which is of the clock of whichever machine it was given on.
    Outbox out(broker_);
    const InputRecord cause = partition.task->tick(broker_.wall_clock(), out);
    if (!take(partition, out) || !run_timers(partition, cause)) return;
  }
  ++records_;
  Outbox out(broker_);
  partition.task->command(command, out);
  take(partition, out);
}

/// What is behind the last command, ends of transactions and what was aborted, counts as applied, and that is
/// committed: otherwise, once it is deleted by its age, it could be taken for a command that was never seen.
void Worker::on_command_end(const BrokerEvent& event) {
  const auto found = partitions_.find(event.partitions.front());
  if (found == partitions_.end() || found->second.stage != AssignedPartition::Stage::running) return;
  AssignedPartition& partition = found->second;
  if (partition.commands_wait || event.offset <= partition.next_command) return;
  if (!open_ && !begin()) return;
  enter(partition);
  if (broken_) return;
  partition.next_command = event.offset;
  partition.task->skip_commands_to(event.offset);
}

/// Where the timers that a record passes have run in part, in a transaction of their own, the rest of them and the
/// record come before anything else: no journal could say that a command came between. At the end of the input there is
/// no such record, and a tick that has run in part is finished before the command.
bool Worker::commands_must_wait(const AssignedPartition& partition) {
  return partition.task->amid_timers() && !is_at_end(partition);
}

void Worker::follow_waiting_commands() {
  commands_wait_ = false;
  for (auto& [number, partition] : partitions_) {
    if (!partition.commands_wait || partition.stage != AssignedPartition::Stage::running) continue;
    if (commands_must_wait(partition) || !follow_commands(partition)) commands_wait_ = partition.commands_wait = true;
  }
}

/// From the one after the last that is committed.
bool Worker::follow_commands(AssignedPartition& partition) {
  partition.commands_wait = false;
  const std::optional<std::int64_t> next = partition.task->next_command();
  if (!next) return true;
  partition.next_command = *next;
  return broker_.follow_commands(partition.number, options_.faults.follow_one_late ? *next + 1 : *next);
}

}  // namespace coagwatch::daemon

// Assignment of a worker: taking partitions on, restoring them, giving them up.

#include <algorithm>
#include <utility>

#include "daemon/engine/start_offset.h"
#include "daemon/engine/worker.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::minutes kFenceAgain{2};
constexpr std::chrono::seconds kAskAgain{2};

using Stage = AssignedPartition::Stage;

}  // namespace

void Worker::on_assigned(const std::vector<std::int32_t>& partitions) {
  assigned_ = true;
  problem_.clear();
  observer_.rebalanced(EngineObserver::Rebalance::assigned, partitions.size());
  // The list is the broker's, which is called while it is used.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const std::vector<std::int32_t> taken = partitions;
  broker_.accept(taken);
  for (const std::int32_t number : taken) {
    const auto [place, is_new] = partitions_.try_emplace(number, number);
    begin_restore(place->second);
    place->second.doubt.reset();
  }
}

void Worker::on_revoked(const std::vector<std::int32_t>& partitions, bool lost) {
  // Until the group has us again, nothing that comes is read by us.
  if (lost) assigned_ = false;
  observer_.rebalanced(lost ? EngineObserver::Rebalance::lost : EngineObserver::Rebalance::revoked, partitions.size());
  // The list is the broker's, which is called while it is used.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const std::vector<std::int32_t> given = partitions;
  rebalancing_ = true;
  if (options_.faults.release_before_commit) broker_.release(given);
  if (open_) {
    // All partitions share the transaction; of lost ones not even the attempt to commit is allowed.
    if (lost && options_.faults.no_abort_of_lost) {
      open_ = broken_ = false;
    } else if ((lost && !options_.faults.commit_lost) || broken_) {
      abort_and_rewind(true);
    } else {
      commit();
    }
  }
  rebalancing_ = false;
  for (const std::int32_t number : given) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    broker_.unfollow_commands(number);
    leave_state(found->second);
    partitions_.erase(found);
  }
  if (!options_.faults.release_before_commit) broker_.release(given);
}

/// What was claimed or taken is nobody's from now on; what was taken is gone.
void Worker::leave_state(AssignedPartition& partition) {
  if (partition.claim) states_->give_up(*partition.claim);
  partition.claim.reset();
  if (partition.taken) states_->give_back(partition.number, std::move(partition.task));
  partition.taken = false;
}

void Worker::begin_restore(AssignedPartition& partition) {
  leave_state(partition);
  partition.stage = Stage::restoring;
  partition.task = tasks_->make(partition.number);
  partition.next = partition.committed_next = -1;
  partition.dirty = false;
  partition.restored = {};
  partition.facts.reset();
  partition.marked = false;
  partition.marked_end.reset();
  partition.mark_failures = 0;
  partition.unstable = false;
  partition.asked_at = {};
  partition.restore_began = broker_.now();
  partition.waiting = partition.read_again = false;
  partition.waited = {};
  partition.retry_at = {};
  partition.not_positioned_since.reset();
  partition.error.clear();
  partition.outranked = false;
  pending_ = true;
}

void Worker::advance_partitions() {
  pending_ = false;
  look_where_partitions_stand();
  for (auto& [number, partition] : partitions_) {
    if (partition.stage == Stage::restoring) advance_restore(partition);
    if (partition.stage == Stage::deciding) decide(partition);
    if (partition.stage == Stage::positioning) position(partition);
    if (partition.stage != Stage::running && partition.stage != Stage::stopped) pending_ = true;
  }
}

/// The state is read while the broker is asked. Its end counts only from when the last owner's offsets are definite: as
/// long as they are not, his records may still be on their way.
void Worker::advance_restore(AssignedPartition& partition) {
  // With an unknown outcome the committed offset, and the end of the changelog, are definite only after the new
  // producer has fenced the old.
  if (!producer_ready_) return;
  if (states_ == nullptr) {
    if (partition.facts) partition.stage = Stage::deciding;
    return;
  }
  if (!partition.claim) {
    partition.claim = states_->claim(partition.number);
    partition.settled = false;
  }
  if (partition.facts && partition.marked_end && !partition.settled) {
    states_->settle(*partition.claim, *partition.marked_end);
    partition.settled = true;
  }
  partition.restored = states_->progress(*partition.claim);
  const bool at_stable_end = partition.restored.state == ClaimProgress::State::waiting;
  wait_for_transaction(partition, at_stable_end && (partition.settled || partition.unstable));
  switch (partition.restored.state) {
    case ClaimProgress::State::failed:
      // The claim stays: nobody else here need try.
      stop_partition(partition, "restore: " + partition.restored.error);
      return;
    case ClaimProgress::State::complete:
      if (!partition.facts) return;  // complete before it was settled: a planted bug
      partition.task = states_->take(*partition.claim);
      partition.claim.reset();
      partition.taken = true;
      tasks_->rescore(*partition.task);
      partition.stage = Stage::deciding;
      return;
    case ClaimProgress::State::reading:
    case ClaimProgress::State::waiting:
      break;
  }
}

/// Whose transaction it is the state tells, as far as it is read.
void Worker::wait_for_transaction(AssignedPartition& partition, bool waiting) {
  if (waiting && !partition.waiting) partition.waiting_since = broker_.now();
  if (!waiting && partition.waiting) partition.waited += broker_.now() - partition.waiting_since;
  partition.waiting = waiting;
  if (waiting && broker_.now() - partition.waiting_since >= options_.fence_after) {
    to_fence_.insert(partition.restored.owner);
  }
}

/// One at a time, since nothing is processed meanwhile. Once for all partitions that it held: a live process that is
/// fenced again and again takes that for another one under its name.
void Worker::fence_one() {
  std::erase_if(fenced_, [&](const auto& entry) { return broker_.now() >= entry.second; });
  while (!to_fence_.empty()) {
    const std::string owner = std::move(to_fence_.extract(to_fence_.begin()).value());
    if (owner.empty() || owner == broker_.transactional_id() || fenced_.contains(owner)) continue;
    const bool known = broker_.fence(owner);
    fenced_[owner] = broker_.now() + (known ? Clock::duration(kFenceAgain) : Clock::duration(kAskAgain));
    return;
  }
}

void Worker::decide(AssignedPartition& partition) {
  if (!partition.facts) return;  // they are asked for once more
  StartDecision decision = partition.task->decide(*partition.facts);
  // Whoever stalls after the restore may find that another process owned the partition meanwhile. Then the state has
  // moved on like the offset, which a second look shows; only where it has not is something wrong. Likewise where
  // others were the first to route something after the mark.
  if ((decision.overtaken || decision.marked_too_early) && !partition.read_again) {
    if (decision.overtaken) observer_.read_again(partition.number, decision.error);
    begin_restore(partition);
    partition.read_again = true;
    return;
  }
  if (is_of_the_past(partition, decision)) return;
  if (!decision.error.empty()) {
    stop_partition(partition, decision.error);
    partition.outranked = decision.outranked;
    return;
  }
  // A router has no state that would show an open transaction: whoever reads what it wrote is held back.
  if (states_ == nullptr) to_fence_.insert(partition.facts->committed_by);
  partition.next = partition.committed_next = decision.offset;
  partition.stage = Stage::positioning;
  observer_.restored(partition.number, partition.restored.records, broker_.now() - partition.restore_began,
                     partition.waited);
}

void Worker::position(AssignedPartition& partition) {
  if (!producer_ready_ || broker_.now() < partition.retry_at) return;
  const std::int64_t offset = options_.faults.resume_one_late ? partition.next + 1 : partition.next;
  if (follow_commands(partition) && broker_.resume_at(partition.number, offset)) {
    partition.stage = Stage::running;
    partition.not_positioned_since.reset();
    if (partition.doubt) partition.doubt->last = broker_.now();
  } else {
    if (!partition.not_positioned_since) partition.not_positioned_since = broker_.now();
    partition.retry_at = broker_.now() + std::chrono::milliseconds(10);
  }
}

}  // namespace coagwatch::daemon

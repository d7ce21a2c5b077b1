// What a worker finds out about new partitions before it restores them, in such a way that it is not told of the past
// (README.md, "Answers of the past").

#include <algorithm>

#include "daemon/engine/worker.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kRetry{200};
constexpr std::chrono::milliseconds kAskBudget{100};
constexpr int kPauses = 3;  // as long as what was in vain took
constexpr std::chrono::seconds kLastPause{30};

using Stage = AssignedPartition::Stage;

}  // namespace

/// Each step may take a second, and a transaction longer, in which nothing is processed: so none is taken while a
/// transaction is open, and after one in vain there is a pause.
void Worker::look_where_partitions_stand() {
  if (open_) return;
  mark(Mark::group);
  if (options_.faults.state_marked_early) mark(Mark::state);
  ask_for_facts();
  mark(Mark::state);
}

/// Asks the broker where partitions stand that are marked, those first that it could not tell last.
void Worker::ask_for_facts() {
  if (!producer_ready_ || broker_.now() < ask_from_) return;
  std::vector<AssignedPartition*> unknown;
  for (auto& [number, partition] : partitions_) {
    if (partition.stage == Stage::restoring && partition.marked && !partition.facts) unknown.push_back(&partition);
  }
  std::ranges::stable_sort(unknown, {}, &AssignedPartition::asked_at);
  const auto began = broker_.now();
  for (AssignedPartition* partition : unknown) {
    const auto asked = broker_.now();
    if (asked - began >= kAskBudget) return;
    std::optional<PartitionFacts> facts = broker_.facts(partition->number);
    partition->unstable = facts && facts->unstable;
    if (facts && !facts->unstable && !facts->outdated) {
      partition->facts = std::move(facts);
      continue;
    }
    partition->asked_at = broker_.now();
    // Most of the others would be told the same.
    if (facts && facts->outdated) std::ranges::for_each(unknown, [](AssignedPartition* each) { each->marked = false; });
    ask_from_ = partition->asked_at + pause_after(asked);
    return;
  }
}

void Worker::mark(Mark where) {
  if (!producer_ready_) return;
  // Not at once with what a coordinator of the past has just told.
  if (where == Mark::group && broker_.now() < ask_from_) return;
  const std::vector<AssignedPartition*> together = to_be_marked(where);
  if (together.empty()) return;
  std::vector<std::int32_t> numbers(together.size());
  std::ranges::transform(together, numbers.begin(), &AssignedPartition::number);
  std::vector<std::int64_t> ends(together.size());
  const auto began = broker_.now();
  const bool marked = end_mark(where == Mark::group ? broker_.mark_group(numbers) : broker_.mark_state(numbers, ends));
  for (std::size_t i = 0; i < together.size(); ++i) {
    AssignedPartition& partition = *together[i];
    partition.mark_failures = marked ? 0 : partition.mark_failures + 1;
    partition.mark_from = broker_.now() + (together.size() > 1 ? kRetry : pause_after(began));
    if (marked && where == Mark::group) partition.marked = true;
    if (marked && where == Mark::state) partition.marked_end = ends[i];
  }
}

/// All at once, but those with which it failed one at a time: one whose state topic takes nothing does not hold up the
/// others.
std::vector<AssignedPartition*> Worker::to_be_marked(Mark where) {
  std::vector<AssignedPartition*> together;
  AssignedPartition* apart = nullptr;
  for (auto& [number, partition] : partitions_) {
    if (!is_to_be_marked(partition, where)) continue;
    if (partition.mark_failures == 0) {
      together.push_back(&partition);
    } else if (broker_.now() >= partition.mark_from && (apart == nullptr || partition.mark_from < apart->mark_from)) {
      apart = &partition;
    }
  }
  if (together.empty() && apart != nullptr) together.push_back(apart);
  return together;
}

bool Worker::is_to_be_marked(AssignedPartition& partition, Mark where) const {
  if (partition.stage != Stage::restoring) return false;
  if (options_.faults.trust_old_answers) {
    partition.marked = true;
    partition.marked_end = 0;
    return false;
  }
  if (where == Mark::group) return !partition.marked && !partition.facts;
  // What the last owner still brings to its end is written by the time that the group tells its offsets.
  const bool told = partition.facts || (options_.faults.state_marked_early && partition.marked);
  return states_ != nullptr && told && !partition.marked_end;
}

/// False: there is none. Nothing but the mark is in its transaction.
bool Worker::end_mark(CommitOutcome outcome) {
  switch (outcome) {
    case CommitOutcome::committed:
      problem_.clear();  // what commits can work
      return true;
    case CommitOutcome::aborted:
    case CommitOutcome::rejected:
      if (!broker_.abort()) need_producer("fenced-or-fatal");
      return false;
    case CommitOutcome::wrong_time:
      wait_for_clock();
      return false;
    case CommitOutcome::replace:
    case CommitOutcome::unknown:
      need_producer("mark-failed");
      return false;
  }
  return false;
}

Worker::Clock::duration Worker::pause_after(Clock::time_point began) const {
  return std::clamp<Clock::duration>(kPauses * (broker_.now() - began), kRetry, kLastPause);
}

}  // namespace coagwatch::daemon

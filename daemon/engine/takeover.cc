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
// Others lead what a broker led once it was not heard of for broker.session.timeout.ms, 9 s; back among them it finds
// out.
constexpr std::chrono::seconds kDoubted{30};
constexpr std::chrono::seconds kDoubtedAgain{1};

using Stage = AssignedPartition::Stage;

bool is_looked_at(const AssignedPartition& partition) {
  return partition.stage == Stage::restoring || partition.stage == Stage::deciding;
}

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
    const bool wanted = is_looked_at(partition) && partition.marked && !partition.facts;
    if (wanted && broker_.now() >= partition.retry_at) unknown.push_back(&partition);
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
  if (!is_looked_at(partition)) return false;
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

EndDoubt& Worker::doubt(AssignedPartition& partition) {
  const auto now = broker_.now();
  const bool is_over = partition.doubt && now - partition.doubt->last >= kDoubted;
  if (!partition.doubt || is_over) partition.doubt.emplace().since = now;
  partition.doubt->last = now;
  return *partition.doubt;
}

/// Where a topic ends before what was applied of it, and only a leader of the past may say so: asks for the facts once
/// more, for a while. Otherwise the decision is the one to go by.
bool Worker::is_of_the_past(AssignedPartition& partition, StartDecision& decision) {
  const PartitionFacts& facts = *partition.facts;
  if (decision.ends_early) {
    EndDoubt& told = doubt(partition);
    if (told.error.empty()) observer_.notice(decision.error + "; asked again for a while, in case that is out of date");
    told.error = decision.error;
    const bool input = *decision.ends_early == StartDecision::Topic::input;
    std::int32_t& epoch = input ? told.input_epoch : told.commands_epoch;
    // Of a broker that tells no epoch nothing is believed any more.
    epoch = std::max({epoch, input || !facts.commands ? facts.end_epoch : facts.commands->end_epoch, 0});
  } else if (!decision.error.empty() || !partition.doubt) {
    return false;
  }
  const EndDoubt& told = *partition.doubt;
  const bool later = (told.input_epoch < 0 || facts.end_epoch > told.input_epoch) &&
                     (told.commands_epoch < 0 || !facts.commands || facts.commands->end_epoch > told.commands_epoch);
  if (!decision.ends_early && told.error.empty()) return false;
  if (!decision.ends_early && later) {
    partition.doubt.reset();
    return false;
  }
  decision.error = told.error;
  if (options_.faults.believe_any_end || broker_.now() - told.since >= kDoubted) return false;
  partition.facts.reset();
  partition.retry_at = broker_.now() + kDoubtedAgain;
  return true;
}

/// At a running partition of which a fetch was told that what comes next is not there. False: that goes on for too
/// long.
bool Worker::look_again(AssignedPartition& partition) {
  if (options_.faults.believe_any_end || broker_.now() - doubt(partition).since >= kDoubted) return false;
  if (open_) {
    broken_ = true;
    abort_and_rewind(true);
  }
  broker_.pause(partition.number);
  broker_.unfollow_commands(partition.number);
  begin_restore(partition);
  partition.retry_at = broker_.now() + kDoubtedAgain;
  return true;
}

Worker::Clock::duration Worker::pause_after(Clock::time_point began) const {
  return std::clamp<Clock::duration>(kPauses * (broker_.now() - began), kRetry, kLastPause);
}

}  // namespace coagwatch::daemon

// What a simulated broker tells of the partitions of its input and of the group's commits, and how old that may be.

#include <utility>

#include "daemon/engine/input_number.h"
#include "daemon/fold/state_codec.h"
#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

daemon::CommitOutcome SimulatedBroker::mark_group(std::span<const std::int32_t> partitions) {
  const Fault fault = enter(Call::mark_group);
  const Mark made{place_of(partitions.front()), consumer_.group().next_mark()};
  const daemon::CommitOutcome outcome = commit_mark(partitions, made, false, fault);
  if (outcome == daemon::CommitOutcome::committed) {
    for (const std::int32_t partition : partitions) marks_[partition] = made;
  }
  leave(fault);
  return outcome;
}

daemon::CommitOutcome SimulatedBroker::mark_state(std::span<const std::int32_t> partitions,
                                                  std::span<std::int64_t> ends) {
  const Fault fault = enter(Call::mark_state);
  const daemon::CommitOutcome outcome = commit_mark(partitions, marks_.at(partitions.front()), true, fault);
  if (outcome == daemon::CommitOutcome::committed) {
    for (std::size_t i = 0; i < partitions.size(); ++i) {
      ends[i] =
          cluster_.log(topic(daemon::OutputTopic::state), partitions[i]).last_of(std::string(daemon::kMarkKey)) + 1;
    }
  }
  leave(fault);
  return outcome;
}

/// Several topics share places, and those that have more partitions than others.
std::int32_t SimulatedBroker::place_of(std::int32_t first) const {
  return daemon::input_partition_of(first) % cluster_.settings().partitions;
}

daemon::CommitOutcome SimulatedBroker::commit_mark(std::span<const std::int32_t> partitions, const Mark& mark,
                                                   bool state, Fault fault) {
  if (consumer_.told_lost()) cluster_.violation("mark after the partitions were lost");
  wrong_time_ = false;
  if (!producer_.begin()) return daemon::CommitOutcome::replace;
  for (const std::int32_t partition : partitions) {
    if (!consumer_.owns(partition)) cluster_.violation("mark of a partition that is not ours");
    LogRecord record;
    record.key.emplace(daemon::kMarkKey);
    if (state && producer_.produce(topic(daemon::OutputTopic::state), partition, std::move(record)) !=
                     daemon::ProduceOutcome::queued) {
      return daemon::CommitOutcome::aborted;
    }
  }
  const std::pair<std::int32_t, std::int64_t> offset{kMarks + mark.place, mark.offset};
  return producer_.commit({&offset, 1}, {consumer_.member(), consumer_.generation()}, fault);
}

std::optional<daemon::PartitionFacts> SimulatedBroker::facts(std::int32_t partition) {
  const Fault fault = enter(Call::facts);
  cluster_.advance(Time(cluster_.random().between(200, 5'000)));
  if (fault == Fault::refuse) return std::nullopt;
  std::optional<SimulatedGroup> past;
  if (fault == Fault::stale) {
    ask_past_leaders(partition);
    past.emplace(consumer_.group().as_of(cluster_.now() - Time(cluster_.random().between(0, kStale.count()))));
  }
  const SimulatedGroup& group = past ? *past : consumer_.group();
  leave(fault);
  const auto mark = marks_.find(partition);
  daemon::PartitionFacts facts;
  if (mark != marks_.end()) {
    const SimulatedGroup::Committed told = group.committed(kMarks + mark->second.place);
    if (!told.stable) return std::nullopt;
    facts.outdated = told.offset != mark->second.offset;
    if (facts.outdated) return facts;
  }
  const SimulatedGroup::Committed committed = group.committed(partition);
  const SimulatedLog& log = consumer_.log(partition);
  facts.unstable = !committed.stable;
  if (facts.unstable) return facts;
  facts.topic_id = cluster_.topic_id(consumer_.topic_of(partition));
  facts.committed = committed.offset;
  facts.low = log.start();
  const auto [end, end_epoch] = told_end(told_, partition, log);
  facts.end = end;
  facts.end_epoch = end_epoch;
  facts.partitions = cluster_.settings().partitions;
  facts.committed_topic_id = group.noted_topic(partition);
  facts.committed_by = group.committed_by(partition);
  if (!facts.committed && !ask_others(group, partition, facts)) return std::nullopt;
  if (settings_.source == SimulatedConsumer::Source::input) {
    const SimulatedLog& commands = cluster_.log("commands", partition);
    const auto [last, epoch] = told_end(told_of_commands_, partition, commands);
    facts.commands = daemon::CommandFacts{cluster_.topic_id("commands"), commands.start(), last, epoch};
  }
  identities_[partition] = facts.topic_id;
  return facts;
}

/// For a while, of some of what is asked. Not again until that is long over: leaders do not change all the time.
void SimulatedBroker::ask_past_leaders(std::int32_t partition) {
  constexpr Time kRare = std::chrono::minutes(2);
  Time& next = next_past_leader_[partition];
  if (cluster_.now() < next) return;
  next = cluster_.now() + kRare;
  const Time until = cluster_.now() + Time(cluster_.random().between(0, kStale.count()));
  const SimulatedLog& input = consumer_.log(partition);
  const auto maybe = [&](PastLeaders& leaders, const SimulatedLog& log) {
    if (cluster_.random().chance(5'000)) {
      leaders.begin(partition, cluster_.random().between(log.start(), log.end()), until);
    }
  };
  maybe(told_, input);
  maybe(consumer_.past(), input);
  if (settings_.source != SimulatedConsumer::Source::input) return;
  const SimulatedLog& commands = cluster_.log("commands", partition);
  maybe(told_of_commands_, commands);
  maybe(commands_.past(), commands);
}

std::pair<std::int64_t, std::int32_t> SimulatedBroker::told_end(const PastLeaders& leaders, std::int32_t partition,
                                                                const SimulatedLog& log) const {
  const std::optional<std::int64_t> past = leaders.end(partition, cluster_.now());
  return {past.value_or(log.end()), past ? log.leader_epoch() - 1 : log.leader_epoch()};
}

/// What the commits of other partitions say where there is none, and whether there should be one.
bool SimulatedBroker::ask_others(const SimulatedGroup& group, std::int32_t partition, daemon::PartitionFacts& facts) {
  const bool before = settings_.source == SimulatedConsumer::Source::raw && cluster_.was_routed();
  bool any = false;
  for (const std::int32_t other : group.numbers()) {
    const SimulatedGroup::Committed committed = group.committed(other);
    if (!committed.stable) return false;
    any = any || committed.offset.has_value();
    if (consumer_.topic_of(other) != consumer_.topic_of(partition) || !facts.committed_topic_id.empty()) continue;
    facts.committed_topic_id = group.noted_topic(other);
  }
  facts.commits_lost = before && !any;
  return true;
}

}  // namespace coagwatch::simulation

// What a simulated broker tells of the partitions of its input, and of the group's commits.

#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

std::optional<daemon::PartitionFacts> SimulatedBroker::facts(std::int32_t partition) {
  const Fault fault = enter(Call::facts);
  cluster_.advance(Time(cluster_.random().between(200, 5'000)));
  const SimulatedGroup::Committed committed = consumer_.group().committed(partition);
  if (fault == Fault::refuse) return std::nullopt;
  const SimulatedLog& log = consumer_.log(partition);
  leave(fault);
  daemon::PartitionFacts facts;
  facts.unstable = !committed.stable;
  if (facts.unstable) return facts;
  facts.topic_id = cluster_.topic_id(consumer_.topic_of(partition));
  facts.committed = committed.offset;
  facts.low = log.start();
  facts.end = log.end();
  facts.partitions = cluster_.settings().partitions;
  facts.committed_topic_id = consumer_.group().noted_topic(partition);
  facts.committed_by = consumer_.group().committed_by(partition);
  if (!facts.committed && !ask_others(partition, facts)) return std::nullopt;
  if (settings_.source == SimulatedConsumer::Source::input) {
    const SimulatedLog& commands = cluster_.log("commands", partition);
    facts.commands = daemon::CommandFacts{cluster_.topic_id("commands"), commands.start(), commands.end()};
  }
  identities_[partition] = facts.topic_id;
  return facts;
}

/// What the commits of other partitions say where there is none, and whether there should be one.
bool SimulatedBroker::ask_others(std::int32_t partition, daemon::PartitionFacts& facts) {
  const bool before = settings_.source == SimulatedConsumer::Source::raw && cluster_.was_routed();
  bool any = false;
  const SimulatedGroup& group = consumer_.group();
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

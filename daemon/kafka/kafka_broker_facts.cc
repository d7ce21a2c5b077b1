// What a worker is told of its partitions, and how it makes sure that it is not told of the past.

#include <algorithm>

#include "daemon/engine/input_number.h"
#include "daemon/fold/state_codec.h"
#include "daemon/kafka/command_reader.h"
#include "daemon/kafka/commit_note.h"
#include "daemon/kafka/input_consumer.h"
#include "daemon/kafka/kafka_broker.h"
#include "daemon/kafka/partition_probe.h"
#include "daemon/kafka/routed_before.h"
#include "daemon/kafka/txn_producer.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFactsBudget{1'000};

/// The present end as its offset, so that whoever watches the group's lag sees none; it means nothing else.
PartitionListHandle to_commit(PartitionProbe& probe, const GroupMarks::Mark& mark) {
  const auto ends = probe.watermarks(mark.topic, mark.partition, kFactsBudget);
  return GroupMarks::to_commit(mark, ends ? ends->end : 0);
}

}  // namespace

CommitOutcome KafkaBroker::mark_group(std::span<const std::int32_t> partitions) {
  const GroupMarks::Mark mark = marks_->make(partitions.front());
  const PartitionListHandle offsets = to_commit(*probe_, mark);
  if (!begin()) return CommitOutcome::replace;
  const CommitOutcome outcome = commit(*offsets);
  if (outcome == CommitOutcome::committed) marks_->committed(partitions, mark);
  return outcome;
}

CommitOutcome KafkaBroker::mark_state(std::span<const std::int32_t> partitions, std::span<std::int64_t> ends) {
  // Again what stands there: whoever waits to be told of another one is not kept from it.
  const PartitionListHandle offsets = to_commit(*probe_, *marks_->of(partitions.front()));
  if (!begin()) return CommitOutcome::replace;
  OutputRecord tombstone;
  tombstone.topic = OutputTopic::state;
  tombstone.key = kMarkKey;
  for (const std::int32_t partition : partitions) {
    tombstone.partition = partition;
    tombstones_[partition] = -1;
    if (producer_->produce(tombstone, &tombstones_[partition]) != ProduceOutcome::queued) return CommitOutcome::aborted;
  }
  const CommitOutcome outcome = commit(*offsets);
  if (outcome != CommitOutcome::committed) return outcome;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    ends[i] = tombstones_[partitions[i]] + 1;
    // A broker that was sent a record twice may not say where it is.
    if (ends[i] <= 0) return CommitOutcome::unknown;
  }
  return outcome;
}

std::optional<PartitionFacts> KafkaBroker::facts(std::int32_t partition) {
  const auto deadline = now() + kFactsBudget;
  const auto left = [&] {
    const auto rest = std::chrono::duration_cast<milliseconds>(deadline - now());
    return std::max(rest, milliseconds(1));
  };
  PartitionFacts facts;
  const std::string& topic = options_.input_topics[input_topic_of(partition)];
  const auto identity = probe_->identity(topic, left());
  if (!identity) return std::nullopt;
  facts.topic_id = identity->id;
  facts.partitions = identity->partitions;
  std::vector<GroupOffset> offsets;
  const CommittedAnswer answer = consumer_->committed({&partition, 1}, marks_->of(partition), left(), offsets);
  if (answer != CommittedAnswer::told) {
    facts.outdated = answer == CommittedAnswer::outdated;
    facts.unstable = !facts.outdated && has_unstable_offset(client_settings(".group"), topic,
                                                            input_partition_of(partition), log_, kFactsBudget);
    if (!facts.outdated && !facts.unstable) return std::nullopt;
    return facts;
  }
  if (!offsets.empty()) {
    CommitNote& note = offsets.front().note;
    facts.committed = offsets.front().offset;
    facts.divided_among = note.partitions;
    facts.committed_topic_id = note.topics[topic];
    facts.committed_by = note.owner;
  }
  const bool others_known = options_.input_topics.size() == 1 || !told_identities_.empty();
  if ((!facts.committed || !others_known) && !ask_others(partition, left(), facts)) return std::nullopt;
  const auto watermarks = probe_->watermarks(topic, input_partition_of(partition), left());
  if (!watermarks) return std::nullopt;
  facts.low = watermarks->low;
  facts.end = watermarks->end;
  facts.end_epoch = watermarks->end_epoch;
  if (!options_.routes) {
    const std::string& commands = options_.output_topics[static_cast<std::size_t>(OutputTopic::commands)];
    const auto now_is = probe_->identity(commands, left());
    if (!now_is) return std::nullopt;
    const auto ends = probe_->watermarks(commands, partition, left());
    if (!ends) return std::nullopt;
    facts.commands = CommandFacts{now_is->id, ends->low, ends->end, ends->end_epoch};
  }
  identities_[partition] = facts.topic_id;
  return facts;
}

/// What the commits of other partitions say: a new one has none of its own, and neither has one whose topic was made
/// anew.
bool KafkaBroker::ask_others(std::int32_t partition, milliseconds timeout, PartitionFacts& facts) {
  const std::string& topic = options_.input_topics[input_topic_of(partition)];
  std::vector<std::int32_t> all;
  std::map<std::string, std::string> now;
  for (std::size_t i = 0; i < options_.input_topics.size(); ++i) {
    const auto identity = probe_->identity(options_.input_topics[i], timeout);
    if (!identity) return false;
    now[options_.input_topics[i]] = identity->id;
    for (std::int32_t p = 0; p < identity->partitions; ++p) all.push_back(input_number(i, p));
  }
  std::vector<GroupOffset> offsets;
  const auto ask = [&] { return consumer_->committed(all, marks_->of(partition), timeout, offsets); };
  if (ask() != CommittedAnswer::told) return false;
  if (offsets.empty() && routed_before_) {
    const std::optional<bool> before = routed_before_->look(timeout);
    if (!before) return false;
    // Whoever routed what was found has committed its offsets with it: perhaps after they were asked for.
    if (*before && ask() != CommittedAnswer::told) return false;
    facts.commits_lost = *before && offsets.empty();
  }
  for (const auto& [name, id] : now) {
    const std::string told = told_identity(name, id, offsets);
    told_identities_[name] = told.empty() ? id : told;
    if (name == topic && !facts.committed) facts.committed_topic_id = told;
  }
  for (const GroupOffset& each : offsets) {
    if (facts.divided_among == 0) facts.divided_among = each.note.partitions;
  }
  return true;
}

}  // namespace coagwatch::daemon::kafka

#include "daemon/engine/start_offset.h"

#include <algorithm>

namespace coagwatch::daemon {
namespace {

StartDecision stop(std::string error) { return {-1, std::move(error), false, false}; }
StartDecision overtaken(std::string error) { return {-1, std::move(error), true, false}; }
StartDecision input_ends_early(std::string error) {
  StartDecision decision = stop(std::move(error));
  decision.ends_early = StartDecision::Topic::input;
  return decision;
}

}  // namespace

std::string other_division(const std::string& topic, std::int32_t was, std::int32_t is) {
  return topic + " has " + std::to_string(is) + " partitions, and patients were divided among " + std::to_string(was) +
         ": their records would go elsewhere than what is known of them; see \"Changing the number of partitions\" in "
         "README.md";
}

StartDecision decide_start(const PartitionFacts& facts, const PartitionRecord& record, const std::string& topic) {
  if (record.input_topic == kUnfinishedState) return stop(kUnfinishedText);
  if (!record.input_topic.empty() && !topic.empty() && record.input_topic != topic) {
    return stop("the state is of what was read from " + record.input_topic + ", and " + topic +
                " is read now: input.topics, input.keyed-by-patient or output.topics.by-patient was changed");
  }
  const std::int32_t was = record.partitions != 0 ? record.partitions : facts.divided_among;
  if (was != 0 && facts.partitions != 0 && was != facts.partitions) {
    return stop(other_division(topic.empty() ? "the input topic" : topic, was, facts.partitions));
  }
  const bool has_state = record.last_offset >= 0 || !record.owner.empty();
  if (!has_state && !facts.committed) return {facts.low, {}, false, false};
  if (!has_state) {
    return overtaken("the group has a committed offset (" + std::to_string(*facts.committed) +
                     ") but the state topic holds nothing of this partition: patient history is missing");
  }
  if (!record.topic_id.empty() && !facts.topic_id.empty() && record.topic_id != facts.topic_id) {
    return stop("the input topic was deleted and made anew (topic id " + facts.topic_id + ", state is of " +
                record.topic_id + "); coagwatch state rebase accepts it");
  }
  const std::int64_t next = record.last_offset + 1;
  if (facts.end < next) {
    return input_ends_early("the input ends at offset " + std::to_string(facts.end) +
                            ", before the last applied offset " + std::to_string(record.last_offset) +
                            ": records were lost or truncated; coagwatch state rebase accepts it");
  }
  if (facts.committed && *facts.committed > next) {
    return overtaken("the group's committed offset " + std::to_string(*facts.committed) +
                     " is ahead of the state, which " + "ends at offset " + std::to_string(record.last_offset) +
                     ": results between them would be skipped");
  }
  // A committed offset behind the state (somebody reset the group) is harmless: applied records are skipped.
  const std::int64_t start = facts.committed.value_or(next);
  if (start < facts.low) {
    return stop("offset " + std::to_string(start) + " is gone from the input, which now begins at " +
                std::to_string(facts.low) +
                ": results between them were never seen; coagwatch state rebase accepts it");
  }
  return {start, {}, false, false};
}

CommandsProblem commands_problem(const CommandFacts& facts, const PartitionRecord& record) {
  const std::string accept = "; coagwatch state rebase accepts it";
  if (!record.commands_id.empty() && !facts.topic_id.empty() && record.commands_id != facts.topic_id) {
    return {"the topic of commands was deleted and made anew (topic id " + facts.topic_id + ", the state is of " +
            record.commands_id + "): what was said there and not applied is lost" + accept};
  }
  const std::int64_t next = record.last_command + 1;
  if (facts.end < next) {
    return {"the topic of commands ends at offset " + std::to_string(facts.end) + ", before offset " +
                std::to_string(record.last_command) +
                ", up to which commands were applied: it was truncated or made anew" + accept,
            true};
  }
  if (facts.low > next && !record.commands_id.empty()) {
    return {"commands from offset " + std::to_string(next) +
            " on are gone, before they were applied: the topic of commands now begins at " + std::to_string(facts.low) +
            ", its retention is too short" + accept};
  }
  return {};
}

void take_commands(const CommandFacts& facts, PartitionRecord& record) {
  if (record.commands_id.empty()) record.last_command = std::max(record.last_command, facts.low - 1);
  record.commands_id = facts.topic_id;
}

StartDecision decide_source_start(const PartitionFacts& facts, const std::string& topic, std::int32_t partition,
                                  std::int32_t partitions) {
  if (facts.divided_among != 0 && facts.divided_among != partitions) {
    return stop(other_division("the topic that is routed to", facts.divided_among, partitions));
  }
  const std::string accept =
      "; choose where it goes on: \"An input topic that was deleted and made anew\" in README.md";
  if (!facts.committed_topic_id.empty() && !facts.topic_id.empty() && facts.committed_topic_id != facts.topic_id) {
    return stop("topic " + topic + " was deleted and made anew (topic id " + facts.topic_id +
                ", the group's committed offsets are of " + facts.committed_topic_id + ")" + accept);
  }
  if (facts.commits_lost) {
    StartDecision decision = stop(
        "the group's committed offsets are gone, although records were routed before: brokers delete those of a group "
        "that nobody works in for offsets.retention.minutes, and those of a topic with it; what was routed would be "
        "routed again, and long known patients alerted anew" +
        accept);
    decision.marked_too_early = true;
    return decision;
  }
  const std::int64_t start = facts.committed.value_or(facts.low);
  const std::string place = topic + " partition " + std::to_string(partition);
  if (start > facts.end) {
    return input_ends_early(place + " ends at offset " + std::to_string(facts.end) +
                            ", before the group's committed offset " + std::to_string(start) +
                            ": records were lost or truncated" + accept);
  }
  if (start < facts.low) {
    return stop("offset " + std::to_string(start) + " is gone from " + place + ", which now begins at " +
                std::to_string(facts.low) + ": results between them were never seen" + accept);
  }
  return {start, {}, false, false};
}

}  // namespace coagwatch::daemon

#include "daemon/engine/start_offset.h"

namespace coagwatch::daemon {
namespace {

StartDecision stop(std::string error) { return {-1, std::move(error), false}; }
StartDecision overtaken(std::string error) { return {-1, std::move(error), true}; }

}  // namespace

StartDecision decide_start(const PartitionFacts& facts, const PartitionRecord& record) {
  const bool has_state = record.last_offset >= 0 || !record.owner.empty();
  if (!has_state && !facts.committed) return {facts.low, {}, false};
  if (!has_state) {
    return overtaken("the group has a committed offset (" + std::to_string(*facts.committed) +
                     ") but the state topic holds nothing of this partition: patient history is missing");
  }
  if (!record.topic_id.empty() && !facts.topic_id.empty() && record.topic_id != facts.topic_id) {
    return stop("the input topic was deleted and made anew (topic id " + facts.topic_id + ", state is of " +
                record.topic_id + ")");
  }
  const std::int64_t next = record.last_offset + 1;
  if (facts.end < next) {
    return stop("the input ends at offset " + std::to_string(facts.end) + ", before the last applied offset " +
                std::to_string(record.last_offset) + ": records were lost or truncated");
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
                std::to_string(facts.low) + ": results between them were never seen");
  }
  return {start, {}, false};
}

}  // namespace coagwatch::daemon

#include "daemon/engine/rebase.h"

#include <algorithm>

#include "daemon/engine/start_offset.h"

namespace coagwatch::daemon {

namespace {

/// Of a topic that was only truncated everything before its end was applied.
void accept_commands(const CommandFacts& facts, PartitionRecord& record) {
  const bool anew = !record.commands_id.empty() && !facts.topic_id.empty() && record.commands_id != facts.topic_id;
  const std::int64_t next = anew ? facts.low : std::clamp(record.last_command + 1, facts.low, facts.end);
  record.last_command = next - 1;
  record.commands_id = facts.topic_id;
}

}  // namespace

RebaseDecision decide_rebase(const PartitionFacts& facts, const PartitionRecord& record, const std::string& topic,
                             std::optional<std::int64_t> offset) {
  using Kind = RebaseDecision::Kind;
  const StartDecision now = decide_start(facts, record, topic);
  const std::string commands = facts.commands ? commands_problem(*facts.commands, record).error : std::string();
  if (now.error.empty() && commands.empty()) return {Kind::nothing, {}, {}};
  RebaseDecision decision{Kind::refused, now.error.empty() ? commands : now.error, record};
  PartitionRecord& after = decision.record;
  if (!commands.empty()) accept_commands(*facts.commands, after);
  if (now.error.empty()) {
    if (!offset) decision.kind = Kind::accepted;
    if (offset) decision.why += "; --offset is for an input that was lost, and this one is whole";
    return decision;
  }
  after.topic_id = facts.topic_id;
  after.last_offset = offset.value_or(facts.low) - 1;
  // It named an offset of what was there before; what is left of its timers runs with the next record or tick.
  after.unfinished_tick = -1;
  // Whatever else is wrong would stop it again.
  PartitionFacts accepted = facts;
  accepted.committed = after.last_offset + 1;
  const StartDecision then = decide_start(accepted, after, topic);
  if (!then.error.empty()) {
    if (offset && (*offset < facts.low || *offset > facts.end)) {
      decision.why += "; offset " + std::to_string(*offset) + " is not there: the input has " +
                      std::to_string(facts.low) + " to " + std::to_string(facts.end);
    }
    return decision;
  }
  const bool has_state = record.last_offset >= 0 || !record.owner.empty();
  // Of a lost state the input says nothing.
  if (!has_state || (now.overtaken && facts.topic_id == record.topic_id)) return decision;
  decision.kind = Kind::accepted;
  return decision;
}

}  // namespace coagwatch::daemon

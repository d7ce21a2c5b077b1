#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/engine/broker.h"
#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {

/// Where a partition goes on after its restore, or why it must not.
struct StartDecision {
  std::int64_t offset = -1;  ///< next input offset to read; -1 if `error`
  std::string error;         ///< for the operator: what is wrong and what would mend it
  /// With `error`: the state ends before the committed offset. That is also so where another process owned the
  /// partition after the state was read; then reading it again helps.
  bool overtaken = false;
  /// With `error`: the state was written under a higher `ruleset.sequence` than ours.
  bool outranked = false;
  /// With `error`: so says a group that may not have heard of commits that others have made since our mark. What is
  /// told with a mark that is made now is definite.
  bool marked_too_early = false;
  /// A topic that has an end.
  enum class Topic : std::uint8_t { input, commands };
  /// With `error`: that topic ends before what was applied of it. It was truncated, or the broker that tells so was its
  /// leader once and does not know that it is no more.
  std::optional<Topic> ends_early = std::nullopt;
};

/// Decides from what the broker and the restored partition record say (design: "Idempotence and gaps"). `topic`: the
/// name of the input topic, where it is known.
///
/// State and committed offset were written by one transaction, so they agree unless somebody reset, deleted or
/// truncated one of them. Then scores could silently be wrong, and the partition stops.
StartDecision decide_start(const PartitionFacts& facts, const PartitionRecord& record, const std::string& topic = "");

/// What is wrong with a topic of commands.
struct CommandsProblem {
  std::string error;  ///< empty: nothing
  bool ends_early = false;
};
/// Whether the topic of commands is the one of which the record says what was applied, and still has what comes next.
/// A record that names no topic is of an older version, or new: what it has not seen is not known.
CommandsProblem commands_problem(const CommandFacts& facts, const PartitionRecord& record);
/// Notes in a record without problems which topic its commands are from.
void take_commands(const CommandFacts& facts, PartitionRecord& record);

/// Likewise of a router stage, which has no state: of one partition of a source topic, whose parts go to `partitions`
/// others.
StartDecision decide_source_start(const PartitionFacts& facts, const std::string& topic, std::int32_t partition,
                                  std::int32_t partitions);

/// Why patients who were divided among so many partitions cannot be divided among others. `topic`: what is divided.
std::string other_division(const std::string& topic, std::int32_t was, std::int32_t is);

}  // namespace coagwatch::daemon

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "rules/values/timestamp.h"
#include "tests/simulation/simulated_log.h"

namespace coagwatch::simulation {

/// What besides the input moved the fold of a partition, after the input record at `after`: the wall clock, which ran
/// timers up to `time`, or a command.
struct Movement {
  std::int64_t after = -1;
  rules::Timestamp time;
  std::optional<LogRecord> command;  ///< as it stood in the topic of commands
  std::string source;                ///< of a command: `topic/partition/offset`
};

/// The movement that a record of the journal tells of, if it is one.
std::optional<Movement> movement_of(const LogRecord& record);

/// Reads on in a journal: committed movements from `position` on, which moves. A command's time is not journaled, since
/// nothing but a header of its dead letter comes of it: it is looked up in the topic of `commands`.
void read_movements(const SimulatedLog& journal, const SimulatedLog& commands, std::int64_t& position,
                    std::deque<Movement>& into);

}  // namespace coagwatch::simulation

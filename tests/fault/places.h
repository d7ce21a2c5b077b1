#pragma once

#include <cstdint>
#include <string>

#include "tests/fault/run_setup.h"

namespace coagwatch::fault {

/// What became of the records of a topic.
struct Fate {
  std::uint64_t records = 0;
  std::string wrong;  ///< in numbers; empty: nothing is
};

/// Whether the router stage passed each record of the input on once, or wrote one dead letter, those of one input
/// partition in its order. For inputs that were written without transactions.
Fate fate_of_input(const Names& names);
/// Whether each command is in its partition's journal once, in the order of the topic of commands.
Fate fate_of_commands(const Names& names);
/// So often the wall clock ran timers, by the journal.
std::uint64_t ticks_in_journal(const Names& names);

}  // namespace coagwatch::fault

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace coagwatch::simulation {

/// What happened in a run, and what was wrong with it.
struct Report {
  std::vector<std::string> problems;
  std::size_t alerts = 0;
  std::size_t dead_letters = 0;
  std::size_t ticks = 0;      ///< of the wall clock, that ran timers
  std::size_t commands = 0;   ///< applied
  std::size_t routed = 0;     ///< runs with a router stage
  std::size_t committed = 0;  ///< transactions
  std::size_t aborted = 0;
  std::size_t replaced = 0;
  std::size_t unknown = 0;
  std::size_t lost = 0;  ///< assignments
  std::size_t revoked = 0;
  std::size_t restored = 0;   ///< partitions
  std::size_t killed = 0;     ///< workers
  std::size_t outages = 0;    ///< of the brokers
  std::size_t storms = 0;     ///< of rebalances
  std::size_t steps = 0;      ///< of all workers together
  std::size_t promoted = 0;   ///< claims that took a standby over
  std::size_t reread = 0;     ///< copies that did not fit any more
  std::size_t overtaken = 0;  ///< states found overtaken by a worker that had lost the partition and did not know yet
};

}  // namespace coagwatch::simulation

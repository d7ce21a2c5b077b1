#pragma once

#include <cstdint>

namespace coagwatch::daemon {

/// What the kernel says of this process (Linux /proc). A figure that cannot be read is 0.
struct ProcessFigures {
  double cpu_seconds = 0;         ///< user and system
  double start_time_seconds = 0;  ///< since the epoch
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t threads = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;  ///< soft limit
};

/// Reads them now; some system calls, for a scrape rather than for a loop. Thread-safe.
ProcessFigures process_figures();

}  // namespace coagwatch::daemon

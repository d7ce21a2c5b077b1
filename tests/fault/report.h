#pragma once

#include <string>
#include <vector>

#include "tests/fault/nemesis.h"
#include "tests/fault/options.h"
#include "tests/fault/verifier.h"

namespace coagwatch::fault {

/// What a report tells besides the checks.
struct RunNumbers {
  std::uint64_t records = 0;
  double fault_seconds = 0;  ///< from the first fault to the last one's end
  double seconds = 0;        ///< of the whole run
  std::uint64_t packets_lost = 0;
  std::uint64_t packets_late = 0;
  std::uint64_t packets = 0;
  std::uint64_t reader_records = 0;
  std::size_t largest_mebibytes = 0;
  int ended_by_itself = 0;
  std::uint64_t ticks = 0;  ///< of the wall clock
};

int faults_done(const Injected& injected);
/// The run as Markdown, for README.md: what was injected and what was checked.
std::string report_text(const HarnessOptions& options, const Injected& injected, const RunNumbers& numbers,
                        const std::vector<Check>& checks);

}  // namespace coagwatch::fault

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/fault/plan.h"
#include "tests/fault/run_setup.h"

namespace coagwatch::fault {

/// The command line.
struct HarnessOptions {
  std::uint32_t seed = 0;
  int brokers = 1;
  std::string kafka = "4.3";
  int daemons = 2;
  int partitions = 6;
  std::uint64_t records = 60'000;
  int faults = 20;
  double minutes = 1;
  std::vector<Kind> kinds;
  bool only = false;  ///< `kinds` were asked for
  RunSetup setup;     ///< asked for, or drawn
  std::string report;
  std::string coagwatch;
  std::string bug;    ///< of coagwatch_faulty; empty: none
  std::string state;  ///< where everything is kept while it runs
  bool keep = false;
};

/// Reads the command line; ends the process with its exit code where there is nothing to run.
HarnessOptions read_options(int argc, char** argv);
/// The command line that plays the same plan, feed and set-up again.
std::string command_line(const HarnessOptions& options);

}  // namespace coagwatch::fault

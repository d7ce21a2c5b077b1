// The daemon with one known bug, for planted_bugs_test.cc: `run -c FILE` as the program itself, and
// COAGWATCH_TEST_FAULT names the bug. Never installed.

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"

namespace {

using namespace coagwatch::daemon;  // a main of the program

std::optional<EngineFaults> faults_named(std::string_view name) {
  EngineFaults faults;
  if (name == "offset-instead-of-next") {
    faults.offset_instead_of_next = true;
  } else if (name == "no-rewind-on-abort") {
    faults.no_rewind_on_abort = true;
  } else if (name == "restore-to-lso") {
    faults.restore_to_lso = true;
  } else {
    return std::nullopt;
  }
  return faults;
}

}  // namespace

int main(int argc, char** argv) {
  const char* name = std::getenv("COAGWATCH_TEST_FAULT");
  const auto faults = faults_named(name == nullptr ? "" : name);
  if (!faults || argc != 4 || std::string_view(argv[1]) != "run" || std::string_view(argv[2]) != "-c") {
    std::fprintf(
        stderr, "usage: COAGWATCH_TEST_FAULT=offset-instead-of-next|no-rewind-on-abort|restore-to-lso %s run -c FILE\n",
        argv[0]);
    return kExitUsage;
  }
  RunOptions options;
  options.config = argv[3];
  options.faults = *faults;
  return run_command(options);
}

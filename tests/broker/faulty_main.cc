// The daemon with one known bug, for planted_bugs_test.cc and tests/fault: `run -c FILE` as the program itself, and
// COAGWATCH_TEST_FAULT names the bug. Never installed.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"

namespace {

using namespace coagwatch::daemon;  // a main of the program

using Names = std::array<std::pair<std::string_view, bool EngineFaults::*>, 8>;
constexpr Names kNames = {{{"offset-instead-of-next", &EngineFaults::offset_instead_of_next},
                           {"no-rewind-on-abort", &EngineFaults::no_rewind_on_abort},
                           {"restore-to-lso", &EngineFaults::restore_to_lso},
                           {"keep-state-on-abort", &EngineFaults::keep_state_on_abort},
                           {"tick-unjournaled", &EngineFaults::tick_unjournaled},
                           {"no-follow-on-abort", &EngineFaults::no_follow_on_abort},
                           {"follow-one-late", &EngineFaults::follow_one_late},
                           {"standby-without-tail", &EngineFaults::standby_without_tail}}};
/// No bug of the engine: the process ends with exit code 2, as if somebody else were under its name.
constexpr std::string_view kEndsByItself = "ends-by-itself";

std::optional<EngineFaults> faults_named(std::string_view name) {
  EngineFaults faults;
  if (name == kEndsByItself) return faults;
  const auto* const found = std::ranges::find(kNames, name, &Names::value_type::first);
  if (found == kNames.end()) return std::nullopt;
  faults.*found->second = true;
  return faults;
}

void print_usage(const char* program) {
  std::string all;
  for (const auto& [name, fault] : kNames) all.append(name) += '|';
  std::fprintf(stderr, "usage: COAGWATCH_TEST_FAULT=%s%s %s run -c FILE\n", all.c_str(), kEndsByItself.data(), program);
}

}  // namespace

int main(int argc, char** argv) {
  const char* name = std::getenv("COAGWATCH_TEST_FAULT");
  const auto faults = faults_named(name == nullptr ? "" : name);
  if (!faults || argc != 4 || std::string_view(argv[1]) != "run" || std::string_view(argv[2]) != "-c") {
    print_usage(argv[0]);
    return kExitUsage;
  }
  if (name == kEndsByItself) {
    std::thread([] {
      std::this_thread::sleep_for(std::chrono::seconds(8));
      _exit(kExitUsage);
    }).detach();
  }
  RunOptions options;
  options.config = argv[3];
  options.faults = *faults;
  return run_command(options);
}

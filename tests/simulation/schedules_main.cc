// Plays many random schedules and says which of them end otherwise than if nothing had happened.
//
// usage: simulation_schedules [--from SEED] [--count N] [--jobs N] [--large]
//   --large: the schedules of simulation_test, ten times as long, with all criteria
// SIGINT and SIGTERM end it early, with the result so far. Exit code 1 if a schedule failed, 2 on wrong arguments.

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/simulation/fold_rules.h"
#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

struct Arguments {
  std::uint64_t from = 0;
  std::uint64_t count = 1'000;
  std::uint64_t jobs = 1;
  bool large = false;
};

bool read(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--large") {
      arguments.large = true;
      continue;
    }
    std::uint64_t* const number = name == "--from"    ? &arguments.from
                                  : name == "--count" ? &arguments.count
                                  : name == "--jobs"  ? &arguments.jobs
                                                      : nullptr;
    if (number == nullptr || ++i == argc) return false;
    const std::string_view text = argv[i];
    const auto end = std::from_chars(text.data(), text.data() + text.size(), *number);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return false;
  }
  return arguments.jobs >= 1 && arguments.jobs <= 64;
}

volatile std::sig_atomic_t stopped = 0;

/// What all threads work on.
class Run {
 public:
  explicit Run(const Arguments& arguments) : arguments_(arguments) {}

  void work() {
    for (std::uint64_t i = next_++; i < arguments_.count && stopped == 0; i = next_++) {
      const std::uint64_t seed = arguments_.from + i;
      Report report =
          Scenario(arguments_.large ? random_settings(seed) : small_settings(seed), random_faults(seed)).run();
      const std::lock_guard lock(mutex_);
      add(sum_, report);
      ++played_;
      if (report.problems.empty()) continue;
      ++failed_;
      for (const std::string& problem : report.problems) {
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), problem.c_str());
      }
      std::fflush(stdout);
    }
  }
  /// The result. Call after all threads are done.
  [[nodiscard]] std::uint64_t tell(double seconds) const {
    std::printf("%s\n", summary(sum_).c_str());
    std::printf("seeds %llu to %llu: %llu schedules, %llu failed; %zu steps, %.1f s, %.1f schedules/s\n",
                static_cast<unsigned long long>(arguments_.from),
                static_cast<unsigned long long>(arguments_.from + played_ - 1),
                static_cast<unsigned long long>(played_), static_cast<unsigned long long>(failed_), sum_.steps, seconds,
                static_cast<double>(played_) / seconds);
    return failed_;
  }

 private:
  const Arguments arguments_;
  std::atomic<std::uint64_t> next_{0};
  std::mutex mutex_;
  Report sum_;                // guarded by mutex_
  std::uint64_t played_ = 0;  // guarded by mutex_
  std::uint64_t failed_ = 0;  // guarded by mutex_
};

}  // namespace
}  // namespace coagwatch::simulation

int main(int argc, char** argv) {
  using namespace coagwatch::simulation;
  Arguments arguments;
  if (!read(argc, argv, arguments)) {
    std::fputs("usage: simulation_schedules [--from SEED] [--count N] [--jobs N] [--large]\n", stderr);
    return 2;
  }
  if (!arguments.large) keep_two_criteria();
  fold_settings();
  std::signal(SIGINT, [](int) { stopped = 1; });
  std::signal(SIGTERM, [](int) { stopped = 1; });
  Run run(arguments);
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < arguments.jobs; ++i) threads.emplace_back([&run] { run.work(); });
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return run.tell(took.count()) == 0 ? 0 : 1;
}

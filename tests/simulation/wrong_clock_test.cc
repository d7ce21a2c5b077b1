// Hosts whose clocks are a year ahead of the brokers': nothing is made of what those say.

#include <gtest/gtest.h>

#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

TEST(WrongClock, IsWaitedFor) {
  std::size_t refused = 0;
  std::size_t ticks = 0;
  for (std::uint64_t seed = 0; seed < seeds_per_test() / 4 + 1; ++seed) {
    Scenario::Settings settings = small_settings(seed);
    settings.wrong_clock_until = std::chrono::seconds(20);
    Scenario scenario(settings, [](std::size_t) { return std::make_unique<NoFaults>(); });
    const Report report = scenario.run();
    EXPECT_TRUE(report.problems.empty()) << "seed " << seed << ": " << report.problems.front();
    refused += report.aborted;
    ticks += report.ticks;
    EXPECT_TRUE(scenario.stopped().empty()) << "seed " << seed;
  }
  EXPECT_GT(refused, 0U);
  EXPECT_GT(ticks, 0U) << "when the clocks are right again";
}

}  // namespace
}  // namespace coagwatch::simulation

// A checker that has never caught a bug is not a checker: each known bug, planted, must be caught by a fixed seed.

#include <gtest/gtest.h>

#include <functional>

#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

/// As many as the first of the random schedules plays where nothing slows it down.
constexpr std::uint64_t kSeeds = 250;

using Plant = std::function<void(Scenario::Settings&)>;

/// The first of the fixed seeds whose check fails with the bug and does not without it.
std::optional<std::uint64_t> caught_by(const Plant& plant, std::string& how) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Scenario::Settings settings = random_settings(seed);
    plant(settings);
    const Report report = Scenario(settings, random_faults(seed)).run();
    if (report.problems.empty()) continue;
    how = report.problems.front();
    EXPECT_TRUE(Scenario(random_settings(seed), random_faults(seed)).run().problems.empty())
        << "seed " << seed << " fails without the bug too";
    return seed;
  }
  return std::nullopt;
}

void expect_caught(const Plant& plant) {
  std::string how;
  const auto seed = caught_by(plant, how);
  ASSERT_TRUE(seed.has_value()) << "no fixed seed catches it";
  std::printf("caught by seed %llu: %s\n", static_cast<unsigned long long>(*seed), how.c_str());
}

TEST(PlantedBugs, OffsetInsteadOfNextIsCaught) {
  expect_caught([](Scenario::Settings& settings) { settings.worker.faults.offset_instead_of_next = true; });
}

TEST(PlantedBugs, NoRewindOnAbortIsCaught) {
  expect_caught([](Scenario::Settings& settings) { settings.worker.faults.no_rewind_on_abort = true; });
}

TEST(PlantedBugs, RestoreToTheLastStableOffsetIsCaught) {
  expect_caught([](Scenario::Settings& settings) { settings.worker.faults.restore_to_lso = true; });
}

TEST(PlantedBugs, AnUnnoticedIndefiniteResultIsCaught) {
  expect_caught([](Scenario::Settings& settings) { settings.hide_suspect = true; });
}

}  // namespace
}  // namespace coagwatch::simulation

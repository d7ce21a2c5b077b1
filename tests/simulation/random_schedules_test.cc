// Random schedules: kills, rebalances, faults at any call, then healing. Every seed must end as if nothing happened.

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

void play(std::uint64_t seed, Report& sum) {
  const Report report = Scenario(random_settings(seed), random_faults(seed)).run();
  for (const std::string& problem : report.problems) {
    ADD_FAILURE() << "seed " << seed << ": " << problem << "\nplay it again with COAGWATCH_TEST_SEED=" << seed
                  << " simulation_test --gtest_filter='*RandomSchedules*'";
  }
  add(sum, report);
}

class RandomSchedules : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomSchedules, EndAsIfNothingHappened) {
  Report sum;
  if (const auto seed = seed_from_environment()) {
    play(*seed, sum);
    return;
  }
  for (std::uint64_t i = 0; i < seeds_per_test(); ++i) play(GetParam() * 10'000 + i, sum);
  // A run in which nothing happened would prove nothing.
  EXPECT_GT(sum.alerts, seeds_per_test());
  EXPECT_GT(sum.dead_letters, seeds_per_test());
  EXPECT_GT(sum.ticks, 0U);
  EXPECT_GT(sum.commands, 10 * seeds_per_test());
  EXPECT_GT(sum.routed, seeds_per_test() / 20);
  EXPECT_GT(sum.committed, 10 * seeds_per_test());
  EXPECT_GT(sum.aborted, 0U);
  EXPECT_GT(sum.replaced, 0U);
  EXPECT_GT(sum.unknown, 0U);
  EXPECT_GT(sum.lost, 0U);
  EXPECT_GT(sum.revoked, 0U);
  EXPECT_GT(sum.restored, seeds_per_test());
  EXPECT_GT(sum.promoted, 0U);
  EXPECT_GT(sum.killed, 0U);
  EXPECT_GT(sum.outages, 0U);
  EXPECT_GT(sum.storms, 0U);
  if (HasFailure()) return;
  std::printf("%s\n", summary(sum).c_str());
}
INSTANTIATE_TEST_SUITE_P(Fixed, RandomSchedules, testing::Range<std::uint64_t>(0, 4));

TEST(RandomSchedule, OfANewSeedEachTime) {
  if (seed_from_environment()) GTEST_SKIP() << "another seed was asked for";
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Report sum;
  play(seed, sum);
}

TEST(RandomSchedule, OfTheSameSeedIsTheSame) {
  const auto play_once = [](std::uint64_t seed) {
    Scenario scenario(random_settings(seed), random_faults(seed));
    scenario.run();
    std::string trace = std::to_string(scenario.cluster().now().count());
    for (std::int32_t partition = 0; partition < scenario.cluster().settings().partitions; ++partition) {
      const SimulatedLog& state = scenario.cluster().log("state", partition);
      trace += ' ' + std::to_string(state.end());
      std::int64_t position = state.start();
      while (const LogRecord* record = state.read_committed(position)) trace += record->value.value_or("");
    }
    return trace;
  };
  for (const std::uint64_t seed : {3U, 7U, 11U}) EXPECT_EQ(play_once(seed), play_once(seed)) << "seed " << seed;
  EXPECT_NE(play_once(3), play_once(4));
}

TEST(UndisturbedSchedule, PublishesTheSame) {
  Report sum;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Scenario::Settings settings = random_settings(seed);
    settings.restarts = false;
    const Report report = Scenario(settings, [](std::size_t /*worker*/) { return std::make_unique<NoFaults>(); }).run();
    EXPECT_TRUE(report.problems.empty()) << "seed " << seed << ": " << report.problems.front();
    EXPECT_EQ(report.killed, 0U);
    EXPECT_EQ(report.unknown, 0U);
    add(sum, report);
  }
  EXPECT_GT(sum.alerts, 0U);
  EXPECT_GT(sum.dead_letters, 0U);
}

TEST(OfflineFold, DoesNotDependOnTransactions) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Feed feed(seed, 1, 5);
    std::vector<LogRecord> input;
    for (std::int64_t offset = 0; offset < 200; ++offset) {
      input.push_back(feed.next().record);
      input.back().offset = offset;
    }
    const FoldResult one = fold_offline(0, input, 1);
    for (const std::size_t batch : {2U, 7U, 1'000U}) {
      const FoldResult other = fold_offline(0, input, batch);
      EXPECT_EQ(one.alerts, other.alerts) << "seed " << seed << ", " << batch << " records a transaction";
      EXPECT_EQ(one.dead_letters, other.dead_letters) << "seed " << seed << ", batch " << batch;
      EXPECT_EQ(one.state, other.state) << "seed " << seed << ", batch " << batch;
      EXPECT_EQ(one.status, other.status) << "seed " << seed << ", batch " << batch;
    }
  }
}

/// Input and journal of a partition of runs in which patients of several partitions are one, and some are forgotten.
struct Moved {
  std::vector<LogRecord> input;
  std::deque<Movement> movements;
};
Moved moved_partition(std::uint64_t seed) {
  Scenario::Settings settings = small_settings(seed);
  settings.routed = settings.links = true;
  settings.routers = 0;
  settings.command_rate = 1'000;
  Scenario scenario(settings, random_faults(seed));
  scenario.run();
  Moved moved;
  moved.input = scenario.cluster().log("in", 0).committed();
  std::int64_t position = 0;
  read_movements(scenario.cluster().log("journal", 0), scenario.cluster().log("commands", 0), position,
                 moved.movements);
  return moved;
}

TEST(OfflineFold, DoesNotDependOnTransactionsWithCommands) {
  std::size_t commands = 0;
  for (std::uint64_t seed = 0; seed < 4 * seeds_per_test(); ++seed) {
    const Moved moved = moved_partition(seed);
    commands += moved.movements.size();
    const FoldResult one = fold_offline(0, moved.input, 1, moved.movements, true);
    for (const std::size_t batch : {2U, 5U, 1'000U}) {
      const FoldResult other = fold_offline(0, moved.input, batch, moved.movements, true);
      EXPECT_EQ(one.alerts, other.alerts) << "seed " << seed << ", " << batch << " records a transaction";
      EXPECT_EQ(one.commands, other.commands) << "seed " << seed << ", batch " << batch;
      EXPECT_EQ(one.state, other.state) << "seed " << seed << ", batch " << batch;
      EXPECT_EQ(one.status, other.status) << "seed " << seed << ", batch " << batch;
    }
  }
  EXPECT_GT(commands, 4 * seeds_per_test());
}

}  // namespace
}  // namespace coagwatch::simulation

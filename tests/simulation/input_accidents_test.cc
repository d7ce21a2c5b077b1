// What operators and brokers do to topics: the partition must stop with a clear error rather than score wrongly.

#include <gtest/gtest.h>

#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

class InputAccidents : public testing::Test {
 protected:
  static Scenario::Settings settings() {
    Scenario::Settings settings;
    settings.seed = 21;
    settings.partitions = 1;
    settings.transactional_input = false;
    settings.compaction = false;
    settings.restarts = false;
    settings.check_transactions = false;
    return settings;
  }
  /// A run that has processed 40 records and then stopped in good order.
  void run_and_stop() {
    scenario_.feed(40);
    const Report report = scenario_.finish();
    ASSERT_TRUE(report.problems.empty()) << report.problems.front();
    ASSERT_EQ(input().end(), 40);
    scenario_.restart_all();
  }
  SimulatedLog& input() { return scenario_.cluster().log("in", 0); }
  SimulatedGroup& group() { return scenario_.cluster().group(); }
  /// Starts again, with five more records, and waits until it settles.
  void start_again() {
    scenario_.feed(5);
    scenario_.run_for(std::chrono::seconds(20));
  }
  void expect_stopped(const std::string& with) {
    const auto errors = scenario_.stopped();
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0].find(with), std::string::npos) << errors[0];
    EXPECT_TRUE(scenario_.cluster().violations().empty());
  }
  void expect_running() {
    const auto errors = scenario_.stopped();
    EXPECT_TRUE(errors.empty()) << errors[0];
    EXPECT_EQ(group().committed(0).offset, input().end());
    const Report report = scenario_.finish();
    EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  }

  Scenario scenario_{settings(), [](std::size_t /*worker*/) { return std::make_unique<NoFaults>(); }};
};

TEST_F(InputAccidents, NothingHappened) {
  run_and_stop();
  start_again();
  expect_running();
}

TEST_F(InputAccidents, ATopicMadeAnewStopsThePartition) {
  run_and_stop();
  scenario_.cluster().recreate("in");
  start_again();
  expect_stopped("made anew");
  EXPECT_FALSE(group().committed(0).offset.has_value());
}

TEST_F(InputAccidents, ATruncatedInputStopsThePartition) {
  run_and_stop();
  input().truncate_to(30);
  start_again();  // 35 records now
  expect_stopped("before the last applied offset");
  EXPECT_EQ(group().committed(0).offset, 40);
}

TEST_F(InputAccidents, RetentionThatReachedOnlyWhatWasProcessedIsFine) {
  run_and_stop();
  input().delete_before(40);
  start_again();
  EXPECT_TRUE(scenario_.stopped().empty());
  EXPECT_EQ(group().committed(0).offset, 45);
}

TEST_F(InputAccidents, RetentionThatReachedWhatWasNotProcessedStopsThePartition) {
  run_and_stop();
  scenario_.feed(3);
  input().delete_before(41);
  start_again();
  expect_stopped("is gone from the input");
  EXPECT_EQ(group().committed(0).offset, 40);
}

TEST_F(InputAccidents, ALostCommittedOffsetIsTakenFromTheState) {
  run_and_stop();
  group().set_committed(0, std::nullopt);
  start_again();
  expect_running();
}

TEST_F(InputAccidents, AGroupResetBackwardsReplaysWithoutASecondAlert) {
  run_and_stop();
  group().set_committed(0, 10);
  start_again();
  expect_running();
}

TEST_F(InputAccidents, AGroupResetForwardsStopsThePartition) {
  run_and_stop();
  scenario_.feed(3);
  group().set_committed(0, 42);
  start_again();
  expect_stopped("ahead of the state");
}

TEST_F(InputAccidents, AnEmptyStateWithACommittedOffsetStopsThePartition) {
  run_and_stop();
  scenario_.cluster().recreate("state");
  start_again();
  expect_stopped("history is missing");
  EXPECT_EQ(group().committed(0).offset, 40);
}

TEST_F(InputAccidents, RetentionUnderARunningPartitionStopsIt) {
  run_and_stop();
  start_again();
  ASSERT_TRUE(scenario_.stopped().empty());
  scenario_.feed(5);
  input().delete_before(input().end() - 1);
  scenario_.run_for(std::chrono::seconds(10));
  expect_stopped("out of range");
  EXPECT_EQ(group().committed(0).offset, 45);
}

TEST(OversizedOutput, StopsItsPartitionWithoutATraceAndNotTheOthers) {
  Scenario::Settings settings;
  settings.seed = 5;
  settings.partitions = 2;
  settings.transactional_input = false;
  settings.compaction = false;
  settings.restarts = false;
  settings.cluster.max_message_bytes = 200'000;
  Scenario scenario(settings, [](std::size_t /*worker*/) { return std::make_unique<NoFaults>(); });
  scenario.feed(30);
  ASSERT_TRUE(scenario.finish().problems.empty());
  const auto before = scenario.cluster().group().committed(0).offset;
  LogRecord large;
  large.value = std::string(250'000, '[');
  scenario.cluster().append("in", 0, large);
  const std::int64_t dead_letters = scenario.cluster().log("dead-letter", 0).end();
  scenario.feed(20);
  scenario.run_for(std::chrono::seconds(20));
  const auto errors = scenario.stopped();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("partition 0 stopped: a record for the dead-letter topic is larger"), std::string::npos)
      << errors[0];
  EXPECT_EQ(scenario.cluster().group().committed(0).offset, before);
  std::int64_t position = dead_letters;
  EXPECT_EQ(scenario.cluster().log("dead-letter", 0).read_committed(position), nullptr);
  EXPECT_EQ(scenario.cluster().group().committed(1).offset, scenario.cluster().log("in", 1).end());
  EXPECT_TRUE(scenario.cluster().violations().empty());
}

}  // namespace
}  // namespace coagwatch::simulation

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
  EXPECT_TRUE(scenario_.stopped().empty()) << "that may be a leader of the past";
  scenario_.feed(20);
  scenario_.run_for(std::chrono::seconds(20));
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

class CommandAccidents : public InputAccidents {
 protected:
  /// As run_and_stop, with so many commands to forget somebody among the records.
  void run_with_commands(int commands) {
    for (int i = 0; i < commands; ++i) {
      scenario_.feed(10);
      forget(i);
      scenario_.run_for(std::chrono::seconds(5));
    }
    const Report report = scenario_.finish();
    ASSERT_TRUE(report.problems.empty()) << report.problems.front();
    ASSERT_EQ(report.commands, static_cast<std::size_t>(commands));
    scenario_.restart_all();
  }
  void forget(int patient) {
    LogRecord record;
    record.key = "Patient/" + std::to_string(patient);
    record.headers = {{"coagwatch-command", "forget"}, {"coagwatch-partitions", "1"}};
    scenario_.cluster().append("commands", 0, std::move(record));
  }
  /// The end of a transaction of which nothing is visible.
  void abort_one() {
    SimulatedKafka& cluster = scenario_.cluster();
    const ProducerIdentity other = cluster.transactions().initialise("other", std::chrono::seconds(10), cluster.now());
    TransactionId transaction = 0;
    ASSERT_EQ(cluster.transactions().add_partition("other", other, {"commands", 0}, cluster.now(), transaction),
              TransactionError::none);
    LogRecord record;
    record.transaction = transaction;
    cluster.append("commands", 0, record);
    cluster.transactions().end("other", other, false, cluster.now());
  }
  SimulatedLog& commands() { return scenario_.cluster().log("commands", 0); }
};

TEST_F(CommandAccidents, NothingHappened) {
  run_with_commands(4);
  forget(1);
  start_again();
  expect_running();
}

TEST_F(CommandAccidents, ATopicOfCommandsMadeAnewStopsThePartition) {
  run_with_commands(4);
  scenario_.cluster().recreate("commands");
  forget(1);
  start_again();
  expect_stopped("the topic of commands was deleted and made anew");
}

TEST_F(CommandAccidents, ATruncatedTopicOfCommandsStopsThePartition) {
  run_with_commands(4);
  commands().truncate_to(1);
  start_again();
  scenario_.run_for(std::chrono::seconds(20));
  expect_stopped("it was truncated");
}

TEST_F(CommandAccidents, CommandsThatWereDeletedUnseenStopThePartition) {
  run_with_commands(4);
  forget(1);
  forget(2);
  commands().delete_before(commands().end() - 1);
  start_again();
  expect_stopped("are gone, before they were applied");
}

/// The ends of transactions, and what was aborted, are nothing that could be lost.
TEST_F(CommandAccidents, RetentionThatReachedOnlyWhatWasAppliedIsFine) {
  run_with_commands(4);
  scenario_.run_for(std::chrono::seconds(5));
  abort_one();
  scenario_.run_for(std::chrono::seconds(5));
  const std::int64_t state = scenario_.cluster().log("state", 0).end();
  scenario_.run_for(std::chrono::seconds(5));
  EXPECT_EQ(scenario_.cluster().log("state", 0).end(), state) << "an end is committed once";
  scenario_.restart_all();
  commands().delete_before(commands().end());
  forget(1);
  start_again();
  EXPECT_TRUE(scenario_.stopped().empty()) << scenario_.stopped().front();
  EXPECT_EQ(group().committed(0).offset, input().end());
}

TEST_F(CommandAccidents, RetentionUnderARunningPartitionStopsIt) {
  run_with_commands(4);
  start_again();
  ASSERT_TRUE(scenario_.stopped().empty());
  forget(1);
  forget(2);
  commands().delete_before(commands().end() - 1);
  scenario_.run_for(std::chrono::seconds(10));
  expect_stopped("are gone, before they were applied");
}

class RouterAccidents : public testing::Test {
 protected:
  static Scenario::Settings settings() {
    Scenario::Settings settings;
    settings.seed = 33;
    settings.partitions = 2;
    settings.routers = 1;
    settings.raw_partitions = 2;
    settings.transactional_input = settings.compaction = settings.restarts = settings.check_transactions = false;
    return settings;
  }
  void run_and_stop() {
    scenario_.feed(60);
    const Report report = scenario_.finish();
    ASSERT_TRUE(report.problems.empty()) << report.problems.front();
    for (std::int32_t p = 0; p < 2; ++p) {
      ASSERT_TRUE(group().committed(p).offset.has_value()) << "partition " << p;
      committed_.push_back(*group().committed(p).offset);
      id_ = group().noted_topic(p);
    }
    scenario_.restart_all();
  }
  SimulatedGroup& group() { return scenario_.cluster().router_group(); }
  SimulatedLog& source(std::int32_t partition) { return scenario_.cluster().log(raw_topic(0), partition); }
  void start_again(std::size_t records) {
    scenario_.feed(records);
    scenario_.run_for(std::chrono::seconds(20));
  }
  [[nodiscard]] std::int64_t routed() {
    return scenario_.cluster().log("in", 0).end() + scenario_.cluster().log("in", 1).end();
  }
  void expect_stopped(const std::string& with) {
    const std::int64_t before = routed();
    start_again(20);
    const auto errors = scenario_.stopped();
    EXPECT_EQ(errors.size(), 2U);
    for (const std::string& error : errors) EXPECT_NE(error.find(with), std::string::npos) << error;
    EXPECT_EQ(routed(), before);
    EXPECT_TRUE(scenario_.cluster().violations().empty());
  }
  void expect_running() {
    start_again(20);
    EXPECT_TRUE(scenario_.stopped().empty()) << scenario_.stopped().front();
    const Report report = scenario_.finish();
    EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  }

  Scenario scenario_{settings(), [](std::size_t /*worker*/) { return std::make_unique<NoFaults>(); }};
  std::vector<std::int64_t> committed_;
  std::string id_;
};

TEST_F(RouterAccidents, NothingHappened) {
  run_and_stop();
  expect_running();
}

TEST_F(RouterAccidents, CommitsThatHaveExpiredStopTheRouter) {
  run_and_stop();
  for (std::int32_t p = 0; p < 2; ++p) group().set_committed(p, std::nullopt);
  expect_stopped("committed offsets are gone");
}

TEST_F(RouterAccidents, CommitsThatHaveExpiredStopTheRouterWhateverRetentionHasLeft) {
  run_and_stop();
  for (std::int32_t p = 0; p < 2; ++p) {
    group().set_committed(p, std::nullopt);
    SimulatedLog& in = scenario_.cluster().log("in", p);
    in.delete_before(in.end());
  }
  expect_stopped("committed offsets are gone");
}

TEST_F(RouterAccidents, ASourceTopicMadeAnewStopsTheRouter) {
  run_and_stop();
  scenario_.cluster().recreate(raw_topic(0));
  expect_stopped("committed offsets are gone");
}

TEST_F(RouterAccidents, ASourceTopicMadeAnewStopsTheRouterWhereItsCommitsHaveSurvived) {
  run_and_stop();
  scenario_.cluster().recreate(raw_topic(0));
  for (std::int32_t p = 0; p < 2; ++p) {
    group().set_committed(p, 3);
    group().note_topic(p, id_);
  }
  expect_stopped("made anew");
}

/// Somebody has chosen where to go on, with Kafka's own tools.
TEST_F(RouterAccidents, CommitsThatSayNothingOfTheirTopicAreTaken) {
  run_and_stop();
  for (std::int32_t p = 0; p < 2; ++p) group().set_committed(p, committed_[static_cast<std::size_t>(p)]);
  expect_running();
}

TEST_F(RouterAccidents, ATruncatedSourceStopsTheRouter) {
  run_and_stop();
  for (std::int32_t p = 0; p < 2; ++p) source(p).truncate_to(1);
  scenario_.run_for(std::chrono::seconds(40));
  for (const std::string& error : scenario_.stopped()) EXPECT_NE(error.find("truncated"), std::string::npos) << error;
  EXPECT_EQ(scenario_.stopped().size(), 2U);
}

/// What was aborted has offsets too, and is no sign that anything was routed.
TEST(RouterStart, AfterAFirstTransactionThatAbortedIsAFreshOne) {
  Scenario::Settings settings;
  settings.seed = 34;
  settings.routers = 1;
  settings.transactional_input = settings.compaction = settings.restarts = false;
  Scenario scenario(settings, [](std::size_t /*worker*/) { return std::make_unique<NoFaults>(); });
  SimulatedKafka& cluster = scenario.cluster();
  const ProducerIdentity dead =
      cluster.transactions().initialise("router-dead", std::chrono::seconds(10), cluster.now());
  LogRecord record;
  record.value = "[]";
  TransactionId transaction = 0;
  ASSERT_EQ(cluster.transactions().add_partition("router-dead", dead, {"in", 0}, cluster.now(), transaction),
            TransactionError::none);
  record.transaction = transaction;
  cluster.append("in", 0, record);
  cluster.transactions().end("router-dead", dead, false, cluster.now());
  ASSERT_GT(cluster.log("in", 0).end(), 0);
  scenario.feed(40);
  const Report report = scenario.finish();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
}

/// A copy of what the topic held before would hide the loss, and score with the history of a while ago.
TEST(StateAccidents, AStateTopicMadeAnewUnderAStandbyStopsThePartition) {
  for (const bool standby : {false, true}) {
    Scenario::Settings settings;
    settings.seed = 21;
    settings.partitions = 1;
    settings.workers = 2;
    settings.standbys = standby ? 2 : 0;
    settings.transactional_input = settings.compaction = settings.restarts = settings.check_transactions = false;
    Scenario scenario(settings, [](std::size_t /*worker*/) { return std::make_unique<NoFaults>(); });
    scenario.feed(40);
    ASSERT_TRUE(scenario.finish().problems.empty());
    scenario.cluster().recreate("state");
    scenario.restart_all();
    scenario.feed(5);
    scenario.run_for(std::chrono::seconds(30));
    const auto errors = scenario.stopped();
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0].find("history is missing"), std::string::npos) << errors[0];
  }
}

TEST_F(InputAccidents, RetentionUnderARunningPartitionStopsIt) {
  run_and_stop();
  start_again();
  ASSERT_TRUE(scenario_.stopped().empty());
  scenario_.feed(5);
  input().delete_before(input().end() - 1);
  scenario_.run_for(std::chrono::seconds(10));
  expect_stopped("is gone from the input");
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

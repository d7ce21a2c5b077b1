// What a worker does when time alone brings something about.

#include <utility>

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// A patient who met a criterion by a panel of 8:00, at noon.
class WorkerTimersTest : public WorkerTest {
 protected:
  void SetUp() override {
    assign({0});
    sick_patient(0, 0);
    play();
    ASSERT_THAT(committed(OutputTopic::alerts, 0), SizeIs(1));
    broker_.commits.clear();
    broker_.calls.clear();
  }
  /// Anew, with a transaction for each record.
  void three_sick_patients() {
    options_.max_records = 1;
    broker_.ends[0] = 2;
    worker_.reset();
    broker_.changelog[0].clear();
    broker_.facts_of.erase(0);
    assign({0});
    for (int i = 0; i < 3; ++i) {
      const std::string subject = R"({"reference":"Patient/)" + std::to_string(i) + "\"}";
      broker_.push_record(0, 10 + 2 * i,
                          fhir::ObservationJson().set("subject", subject).quantity("40", "10*9/L").text());
      broker_.push_record(0, 11 + 2 * i,
                          fhir::ObservationJson()
                              .set("id", R"("b1")")
                              .set("subject", subject)
                              .loinc("30226-5")
                              .quantity("60", "ug/mL")
                              .text());
    }
    play();
  }
  void a_day_later() { broker_.wall = broker_.wall + rules::Duration::hours(24); }
};

TEST_F(WorkerTimersTest, ATickIsJournaledWithWhatItBrought) {
  broker_.ends[0] = 2;
  a_day_later();
  play();
  ASSERT_THAT(broker_.commits, SizeIs(1)) << "one tick, and none after it";
  EXPECT_THAT(committed(OutputTopic::alerts, 0), testing::ElementsAre(HasSubstr("|re-evaluation-due|")));
  EXPECT_THAT(committed(OutputTopic::journal, 0),
              testing::ElementsAre(HasSubstr(R"("kind":"tick","after-offset":1,"time":1767441700000)")));
  EXPECT_THAT(broker_.calls, Contains("commit 0@2")) << "the last offset again";
  EXPECT_EQ(committed_record(0).time, broker_.wall);
  play(std::chrono::seconds(2));
  EXPECT_THAT(broker_.commits, SizeIs(1));
}

TEST_F(WorkerTimersTest, NoneWhileThePartitionsEndIsNotReached) {
  a_day_later();
  play();
  EXPECT_THAT(broker_.commits, IsEmpty()) << "nobody knows where it ends";
  broker_.ends[0] = 3;
  play();
  EXPECT_THAT(broker_.commits, IsEmpty());
}

/// Timers of many partitions may be due at once.
TEST_F(WorkerTimersTest, TicksOfSeveralPartitionsAreDividedAmongTransactions) {
  options_.max_touched = 1;
  worker_.reset();
  assign({0, 1, 2});
  sick_patient(1, 0);
  sick_patient(2, 0);
  play();
  broker_.commits.clear();
  for (const int partition : {0, 1, 2}) broker_.ends[partition] = 2;
  a_day_later();
  play(std::chrono::seconds(1));
  std::vector<std::size_t> offsets;
  for (const ScriptedBroker::Commit& commit : broker_.commits) offsets.push_back(commit.offsets.size());
  EXPECT_THAT(offsets, testing::Each(1U));
  for (const int partition : {0, 1, 2}) {
    EXPECT_THAT(committed(OutputTopic::alerts, partition), testing::ElementsAre(HasSubstr("|re-evaluation-due|")));
  }
}

/// The link to the input's leader is broken, and results come that nobody here sees.
TEST_F(WorkerTimersTest, NoneWhileTheLeaderDoesNotConfirmTheEnd) {
  broker_.ends[0] = 2;
  broker_.unreachable = {0};
  a_day_later();
  play(std::chrono::seconds(2));
  EXPECT_THAT(broker_.commits, IsEmpty());
  broker_.unreachable.clear();
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), testing::ElementsAre(HasSubstr("|re-evaluation-due|")));
}

/// The host's clock is ahead of the brokers', and somebody sets it.
TEST_F(WorkerTimersTest, ATickThatTheBrokersRefuseForItsTimeIsGivenUpAndTheWorkerWaits) {
  broker_.ends[0] = 2;
  broker_.commit_outcomes = {CommitOutcome::wrong_time, CommitOutcome::wrong_time};
  const rules::Timestamp right = broker_.wall;
  broker_.wall = right + rules::Duration::hours(365 * 24);
  play(std::chrono::seconds(7));
  EXPECT_THAT(broker_.commits, IsEmpty());
  EXPECT_EQ(broker_.take({"commit"}).size(), 2U) << "every five seconds";
  EXPECT_THAT(worker().snapshot().problem, HasSubstr("clock"));
  EXPECT_EQ(stage(0), AssignedPartition::Stage::positioning);
  broker_.wall = right;
  play(std::chrono::seconds(7));
  EXPECT_EQ(stage(0), AssignedPartition::Stage::running);
  broker_.push_record(0, 2, "garbage");
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), IsEmpty()) << "nothing is left of it";
  EXPECT_LT(committed_record(0).time, right + rules::Duration::hours(1));
  EXPECT_EQ(worker().snapshot().problem, "");
}

TEST_F(WorkerTimersTest, NoneWhileNothingIsDue) {
  broker_.ends[0] = 2;
  play();
  EXPECT_THAT(broker_.commits, IsEmpty());
}

TEST_F(WorkerTimersTest, WhatAnAbortedTransactionHasTakenIsDueAgain) {
  broker_.ends[0] = 2;
  broker_.commit_outcomes = {CommitOutcome::aborted};
  a_day_later();
  play();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(1));
}

TEST_F(WorkerTimersTest, TimersThatOneTransactionCannotHoldTakeMore) {
  three_sick_patients();
  broker_.commits.clear();
  broker_.ends[0] = 16;
  a_day_later();
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(3));
  EXPECT_THAT(broker_.commits, SizeIs(3));
  EXPECT_THAT(committed(OutputTopic::journal, 0), SizeIs(1)) << "one tick";
}

// Else the rest would run after what came later, or not at all, and a replay of the journal would say otherwise.
TEST_F(WorkerTimersTest, ATickThatWasCutShortEndsBeforeWhateverComes) {
  three_sick_patients();
  broker_.commits.clear();
  broker_.ends[0] = 16;
  broker_.commit_outcomes = {CommitOutcome::committed, CommitOutcome::aborted};
  a_day_later();
  step();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(committed_record(0).unfinished_tick, 15);
  EXPECT_EQ(committed_record(0).time, broker_.wall);
  // Of an older time than what is due.
  garbage(0, 16, 1);
  play();
  std::vector<OutputTopic> order;
  for (const ScriptedBroker::Commit& commit : broker_.commits) {
    for (const ScriptedBroker::Output& output : commit.outputs) {
      if (output.topic == OutputTopic::alerts || output.topic == OutputTopic::dead_letter)
        order.push_back(output.topic);
    }
  }
  using enum OutputTopic;
  EXPECT_THAT(order, testing::ElementsAre(alerts, alerts, alerts, dead_letter));
  EXPECT_EQ(committed_record(0).unfinished_tick, -1);
  EXPECT_THAT(committed(OutputTopic::journal, 0), SizeIs(1));
}

// A straggler of one of them could end the next one (KIP-890).
TEST_F(WorkerTimersTest, ASuspectProducerIsReplacedBetweenItsTransactionsToo) {
  three_sick_patients();
  broker_.ends[0] = 16;
  broker_.calls.clear();
  bool once = false;
  broker_.produce_outcome = [&](const ScriptedBroker::Output&) {
    if (!std::exchange(once, true)) broker_.suspect = true;
    return ProduceOutcome::queued;
  };
  a_day_later();
  play();
  EXPECT_THAT(broker_.take({"begin", "commit", "replace"}),
              testing::ElementsAre("begin", "commit 0@16", "replace", "begin", "commit 0@16", "begin", "commit 0@16"));
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(6)) << "three onsets, three reminders";
}

}  // namespace
}  // namespace coagwatch::daemon

// What a worker does with commands where timers take several transactions.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kADayLater = 90'000'000;  // an offset, and so many milliseconds

/// Three patients who met a criterion, each of whom is due for another look a day later, a transaction for each timer.
class WorkerCommandsTest : public WorkerTest {
 protected:
  void SetUp() override {
    options_.max_records = 1;
    assign({0});
    for (int i = 0; i < 3; ++i) {
      const std::string subject = R"({"reference":"Patient/)" + std::to_string(i) + "\"}";
      broker_.push_record(0, 2 * i, fhir::ObservationJson().set("subject", subject).quantity("40", "10*9/L").text());
      broker_.push_record(0, 2 * i + 1,
                          fhir::ObservationJson()
                              .set("id", R"("b1")")
                              .set("subject", subject)
                              .loinc("30226-5")
                              .quantity("60", "ug/mL")
                              .text());
    }
    play();
    ASSERT_THAT(committed(OutputTopic::alerts, 0), SizeIs(3));
    broker_.commits.clear();
    broker_.follows.clear();
    broker_.ends[0] = 6;
  }
  void forget(std::int64_t offset) {
    broker_.push_forget(0, offset, "Patient/1", broker_.wall + rules::Duration::hours(365 * 24));
  }
  /// The reminders are due, and nobody has looked yet.
  void a_day_later() { broker_.wall = broker_.wall + rules::Duration::hours(24); }
  /// What came in which order: alerts and the journal.
  std::vector<OutputTopic> order() const {
    std::vector<OutputTopic> order;
    for (const ScriptedBroker::Commit& commit : broker_.commits) {
      for (const ScriptedBroker::Output& output : commit.outputs) {
        if (output.topic != OutputTopic::state && output.topic != OutputTopic::status) order.push_back(output.topic);
      }
    }
    return order;
  }
};

TEST_F(WorkerCommandsTest, TimersThatAreDueComeBeforeACommand) {
  a_day_later();
  forget(7);
  play();
  using enum OutputTopic;
  EXPECT_THAT(order(), ElementsAre(journal, alerts, alerts, alerts, alerts, journal)) << "a tick, three reminders";
  EXPECT_EQ(committed_record(0).last_command, 7);
  EXPECT_THAT(broker_.follows, IsEmpty());
}

// `coagwatch forget` may have been called on a machine whose clock is a year ahead.
TEST_F(WorkerCommandsTest, ACommandsOwnTimeMovesNothing) {
  forget(7);
  play();
  EXPECT_EQ(committed_record(0).last_command, 7);
  EXPECT_EQ(committed_record(0).time, broker_.wall);
  using enum OutputTopic;
  EXPECT_THAT(order(), ElementsAre(journal, alerts, journal)) << "a tick, and of who is forgotten";
}

// Somebody may have written what comes before them.
TEST_F(WorkerCommandsTest, NoTimersComeBeforeACommandWhileTheLeaderDoesNotConfirmTheEnd) {
  a_day_later();
  broker_.unreachable = {0};
  forget(7);
  play();
  using enum OutputTopic;
  EXPECT_THAT(order(), ElementsAre(alerts, journal)) << "of who is forgotten";
  EXPECT_EQ(committed_record(0).last_command, 7);
}

// What a fetch once told, before others went on, does not say that there is no record whose timers have run in part.
TEST_F(WorkerCommandsTest, ACommandAmidTimersWaitsUntilTheLeaderConfirmsTheEnd) {
  broker_.ends[0] = kADayLater;
  broker_.unreachable = {0};
  broker_.commit_outcomes = {CommitOutcome::committed, CommitOutcome::aborted};
  broker_.push_record(0, kADayLater, "garbage");
  step();
  broker_.ends[0] = 6;
  forget(7);
  play();
  EXPECT_EQ(committed_record(0).last_command, -1) << "it waits";
  broker_.unreachable.clear();
  play();
  EXPECT_THAT(broker_.follows, ElementsAre("0@0"));
}

// It was lost: the transactions before it had been committed, and with them what told that it had come.
TEST_F(WorkerCommandsTest, ACommandWhoseTimersAreAbortedInPartComesAgain) {
  a_day_later();
  broker_.commit_outcomes = {CommitOutcome::committed, CommitOutcome::aborted};
  forget(7);
  step();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(committed_record(0).last_command, -1);
  EXPECT_THAT(broker_.follows, ElementsAre("0@0"));
}

TEST_F(WorkerCommandsTest, ACommandThatIsAbortedAfterItsTimersComesAgain) {
  a_day_later();
  broker_.commit_outcomes = {CommitOutcome::committed, CommitOutcome::committed, CommitOutcome::aborted};
  forget(7);
  step();
  ASSERT_THAT(broker_.commits, SizeIs(2));
  EXPECT_EQ(committed_record(0).last_command, -1);
  EXPECT_THAT(broker_.follows, ElementsAre("0@0"));
}

// A replay has the timers that a record passes and the record in one piece.
TEST_F(WorkerCommandsTest, NoCommandComesBetweenTheTimersThatARecordPassesAndTheRecord) {
  broker_.ends[0] = kADayLater + 1;
  broker_.commit_outcomes = {CommitOutcome::committed, CommitOutcome::aborted};
  broker_.push_record(0, kADayLater, "garbage");
  step();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  forget(7);
  play();
  EXPECT_EQ(committed_record(0).last_command, -1) << "it waits";
  EXPECT_THAT(broker_.follows, IsEmpty());
  broker_.push_record(0, kADayLater, "garbage");
  play();
  EXPECT_THAT(broker_.follows, ElementsAre("0@0"));
  forget(7);
  play();
  using enum OutputTopic;
  EXPECT_THAT(order(), ElementsAre(alerts, alerts, alerts, dead_letter, journal, alerts, journal));
  EXPECT_EQ(committed_record(0).last_command, 7);
}

// What ends transactions has offsets too: deleted by its age it would look like commands that were never seen.
TEST_F(WorkerCommandsTest, WhatIsBehindTheLastCommandIsCommittedOnce) {
  forget(7);
  broker_.push_command_end(0, 9);
  play();
  EXPECT_EQ(committed_record(0).last_command, 8);
  broker_.commits.clear();
  broker_.push_command_end(0, 9);
  play();
  EXPECT_THAT(broker_.commits, IsEmpty());
  broker_.push_command_end(0, 11);
  play();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(committed_record(0).last_command, 10);
  EXPECT_EQ(broker_.commits[0].outputs.size(), 1U) << "nothing but the partition record";
}

TEST_F(WorkerCommandsTest, TheEndBehindACommandThatWaitsPassesNothing) {
  broker_.ends[0] = kADayLater + 1;
  broker_.commit_outcomes = {CommitOutcome::committed, CommitOutcome::aborted};
  broker_.push_record(0, kADayLater, "garbage");
  step();
  forget(7);
  broker_.push_command_end(0, 9);
  play();
  EXPECT_EQ(committed_record(0).last_command, -1);
}

}  // namespace
}  // namespace coagwatch::daemon

// What a worker does when time alone brings something about.

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
  options_.max_records = 1;
  broker_.ends[0] = 2;
  worker_.reset();
  broker_.changelog[0].clear();
  broker_.facts_of.erase(0);
  assign({0});
  for (int i = 0; i < 3; ++i) {
    const std::string subject = R"({"reference":"Patient/)" + std::to_string(i) + "\"}";
    broker_.push_record(0, 10 + 2 * i, fhir::ObservationJson().set("subject", subject).quantity("40", "10*9/L").text());
    broker_.push_record(0, 11 + 2 * i,
                        fhir::ObservationJson()
                            .set("id", R"("b1")")
                            .set("subject", subject)
                            .loinc("30226-5")
                            .quantity("60", "ug/mL")
                            .text());
  }
  play();
  broker_.commits.clear();
  broker_.ends[0] = 16;
  a_day_later();
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(3));
  EXPECT_THAT(broker_.commits, SizeIs(3));
  EXPECT_THAT(committed(OutputTopic::journal, 0), SizeIs(1)) << "one tick";
}

}  // namespace
}  // namespace coagwatch::daemon

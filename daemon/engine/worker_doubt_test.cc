// A topic that seems to end before what was applied of it: truncated, or told so by a leader of the past.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using Stage = AssignedPartition::Stage;

class WorkerDoubtTest : public WorkerTest {
 protected:
  static PartitionFacts facts(std::int64_t end, std::int32_t epoch) {
    PartitionFacts told{"topic-id", 42, 0, end};
    told.end_epoch = epoch;
    return told;
  }
  /// Of a partition of which everything up to 41 was applied.
  void assign_with(const PartitionFacts& told) {
    leave_state(0, 41, "group.me.0");
    broker_.facts_of[0] = told;
    push_assigned({0});
    play();
  }
};

TEST_F(WorkerDoubtTest, ALaterLeaderIsBelieved) {
  assign_with(facts(30, 4));
  play(seconds(20));
  EXPECT_EQ(stage(0), Stage::deciding);
  EXPECT_THAT(error(0), testing::AllOf(HasSubstr("the input ends at offset 30"), HasSubstr("asked again")));
  EXPECT_THAT(observer_.notices, ElementsAre(HasSubstr("the input ends at offset 30"))) << "once";
  EXPECT_THAT(broker_.take({"facts"}), SizeIs(testing::AllOf(testing::Ge(15U), testing::Le(21U))));
  broker_.facts_of[0] = facts(50, 5);
  play(milliseconds(1'100));
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_THAT(error(0), IsEmpty());
  EXPECT_THAT(broker_.take({"resume"}), ElementsAre("resume 0@42"));
  EXPECT_THAT(observer_.stopped, IsEmpty());
}

TEST_F(WorkerDoubtTest, WhatIsWrittenAfterATruncationHidesItNot) {
  assign_with(facts(30, 4));
  broker_.facts_of[0] = facts(50, 4);
  play(seconds(29));
  EXPECT_EQ(stage(0), Stage::deciding);
  play(seconds(2));
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("the input ends at offset 30, before the last applied offset 41"));
  EXPECT_THAT(broker_.take({"resume"}), IsEmpty());
}

TEST_F(WorkerDoubtTest, WhoTellsNoEpochIsNotBelievedEither) {
  assign_with(facts(30, -1));
  broker_.facts_of[0] = facts(50, -1);
  play(seconds(31));
  EXPECT_EQ(stage(0), Stage::stopped);
}

TEST_F(WorkerDoubtTest, AnotherErrorStopsAtOnce) {
  assign_with(facts(30, 4));
  PartitionFacts anew = facts(50, 5);
  anew.topic_id = "another";
  broker_.facts_of[0] = anew;
  play(milliseconds(1'100));
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("made anew"));
}

TEST_F(WorkerDoubtTest, CommandsAreDoubtedBySelf) {
  PartitionRecord record;
  record.last_offset = 41;
  record.topic_id = "topic-id";
  record.owner = "group.me.0";
  record.last_command = 7;
  record.commands_id = "commands";
  leave_state(0, record);
  const auto told = [](std::int64_t end, std::int32_t epoch) {
    PartitionFacts all = facts(50, 1);
    all.commands = CommandFacts{"commands", 0, end, epoch};
    return all;
  };
  broker_.facts_of[0] = told(3, 8);
  push_assigned({0});
  play(seconds(1));
  EXPECT_EQ(stage(0), Stage::deciding);
  EXPECT_THAT(error(0), HasSubstr("the topic of commands ends at offset 3"));
  broker_.facts_of[0] = told(8, 8);
  play(seconds(2));
  EXPECT_EQ(stage(0), Stage::deciding) << "the same leader";
  broker_.facts_of[0] = told(8, 9);
  play(seconds(2));
  EXPECT_EQ(stage(0), Stage::running) << "the input's epoch is another matter";
}

TEST_F(WorkerDoubtTest, AnAnswerOfThePastCoordinatorIsMarkedAgainMeanwhile) {
  assign_with(facts(30, 4));
  broker_.facts_of[0] = outdated();
  play(seconds(3));
  EXPECT_THAT(broker_.take({"mark"}), SizeIs(testing::Ge(2U)));
  broker_.facts_of[0] = facts(50, 5);
  play(seconds(2));
  EXPECT_EQ(stage(0), Stage::running);
}

TEST_F(WorkerDoubtTest, ANewAssignmentDoubtsAnew) {
  assign_with(facts(30, 4));
  play(seconds(31));
  ASSERT_EQ(stage(0), Stage::stopped);
  push_revoked({0});
  push_assigned({0});
  play(seconds(20));
  EXPECT_EQ(stage(0), Stage::deciding);
}

TEST_F(WorkerDoubtTest, AFetchOutOfRangeIsNoReasonToStopAtOnce) {
  assign_with(facts(50, 4));
  ASSERT_EQ(stage(0), Stage::running);
  broker_.take();
  garbage(0, 42, 1);
  broker_.push_out_of_range(0);
  play(milliseconds(1'500));
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_THAT(broker_.take({"begin", "abort", "commit", "mark", "facts", "resume"}),
              ElementsAre("begin", "abort", "mark 0", "facts 0", "resume 0@42"))
      << "nothing of the open transaction is kept";
  garbage(0, 42, 2);
  play();
  EXPECT_THAT(committed(OutputTopic::dead_letter, 0), SizeIs(2));
}

TEST_F(WorkerDoubtTest, WhereItIsOutOfRangeForGoodThePartitionStops) {
  assign_with(facts(50, 4));
  const auto out_of_range_for = [&](seconds time) {
    for (const auto end = broker_.elapsed() + time; broker_.elapsed() < end && stage(0) != Stage::stopped;) {
      if (stage(0) == Stage::running) broker_.push_out_of_range(0);
      play(milliseconds(300));
    }
  };
  out_of_range_for(seconds(28));
  ASSERT_NE(stage(0), Stage::stopped);
  out_of_range_for(seconds(4));
  EXPECT_THAT(observer_.stopped, ElementsAre(Pair(0, "out of range")));
}

TEST_F(WorkerDoubtTest, AfterALongTimeItIsAnotherDoubt) {
  assign_with(facts(50, 4));
  for (int i = 0; i < 4; ++i) {
    broker_.push_out_of_range(0);
    play(seconds(32));
    ASSERT_EQ(stage(0), Stage::running) << i;
  }
}

/// What comes next is gone, and that is a fact.
TEST_F(WorkerDoubtTest, WhatIsGoneByRetentionStopsItAtOnce) {
  assign_with(facts(50, 4));
  PartitionFacts later = facts(50, 4);
  later.low = 45;
  broker_.facts_of[0] = later;
  broker_.push_out_of_range(0);
  play(milliseconds(1'500));
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("offset 42 is gone from the input, which now begins at 45"));
}

}  // namespace
}  // namespace coagwatch::daemon

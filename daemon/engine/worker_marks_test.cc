// Before a worker asks where its new partitions stand, it sees to it that the answer cannot be of the past.

#include <numeric>

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Stage = AssignedPartition::Stage;

class WorkerMarksTest : public WorkerTest {
 protected:
  std::vector<std::string> asked() { return broker_.take({"mark", "facts", "mark_state", "abort", "replace"}); }
};

TEST_F(WorkerMarksTest, WhatIsNewIsMarkedAtOnceAndOnce) {
  push_assigned({0, 1});
  play();
  EXPECT_THAT(asked(), ElementsAre("replace", "mark 0 1", "facts 0", "facts 1", "mark_state 0 1"));
  push_assigned({2});
  play();
  EXPECT_THAT(asked(), ElementsAre("mark 2", "facts 2", "mark_state 2")) << "what runs is in nobody else's hands";
}

TEST_F(WorkerMarksTest, TheStateIsMarkedOnlyOnceTheOffsetsAreDefinite) {
  PartitionFacts unstable;
  unstable.unstable = true;
  broker_.facts_of[0] = unstable;
  push_assigned({0});
  play(milliseconds(1'000));
  EXPECT_THAT(broker_.take({"mark_state"}), IsEmpty());
  broker_.facts_of.erase(0);
  play();
  EXPECT_THAT(broker_.take({"mark_state"}), ElementsAre("mark_state 0"));
  EXPECT_EQ(stage(0), Stage::running);
}

TEST_F(WorkerMarksTest, AnAnswerOfThePastIsNotTakenAndMarkedAgain) {
  broker_.facts_of[0] = outdated();
  push_assigned({0, 1});
  play(milliseconds(1'100));
  EXPECT_EQ(stage(0), Stage::restoring);
  EXPECT_THAT(error(0), HasSubstr("may be cut off from the others"));
  EXPECT_EQ(stage(1), Stage::running);
  const auto calls = asked();
  EXPECT_EQ(calls[1], "mark 0 1");
  EXPECT_EQ(calls[3], "mark 0 1") << "what others would be told is of the past too";
  EXPECT_THAT(std::ranges::count(calls, "mark 0"), testing::AllOf(testing::Ge(3), testing::Le(6)));
  broker_.facts_of.erase(0);
  play();
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_THAT(error(0), IsEmpty());
}

TEST_F(WorkerMarksTest, NoAnswerIsNoReasonToMarkAgain) {
  broker_.facts_of[0] = std::nullopt;
  push_assigned({0});
  play(milliseconds(1'000));
  EXPECT_THAT(broker_.take({"mark"}), ElementsAre("mark 0"));
}

TEST_F(WorkerMarksTest, WithoutAMarkNothingIsAsked) {
  broker_.mark_outcomes.assign(100, CommitOutcome::aborted);
  push_assigned({0});
  play(milliseconds(1'000));
  EXPECT_EQ(stage(0), Stage::restoring);
  EXPECT_THAT(error(0), HasSubstr("may be cut off from the others"));
  EXPECT_THAT(broker_.take({"facts"}), IsEmpty());
  broker_.mark_outcomes.clear();
  play();
  EXPECT_EQ(stage(0), Stage::running);
}

TEST_F(WorkerMarksTest, APartitionThatCannotBeMarkedDoesNotHoldUpTheOthers) {
  broker_.unmarkable = {1};
  broker_.mark_cost = milliseconds(10'000);
  std::vector<std::int32_t> partitions(12);
  std::iota(partitions.begin(), partitions.end(), 0);
  push_assigned(partitions);
  play(milliseconds(21'000));
  for (const std::int32_t partition : partitions) {
    EXPECT_EQ(stage(partition), partition == 1 ? Stage::restoring : Stage::running) << partition;
  }
  EXPECT_THAT(error(1), HasSubstr("leader of the state topic"));
  asked();
  play(milliseconds(80'000));
  EXPECT_THAT(broker_.take({"mark_state"}), ElementsAre("mark_state 1", "mark_state 1")) << "ten seconds of forty";
}

TEST_F(WorkerMarksTest, TheProducerIsReplacedWhereItIsNotKnownWhatBecameOfAMark) {
  assign({1});
  for (const CommitOutcome outcome : {CommitOutcome::unknown, CommitOutcome::replace}) {
    broker_.mark_outcomes = {outcome};
    push_assigned({0});
    play();
    EXPECT_THAT(asked(), ElementsAre("mark 0", "replace", "mark 0", "facts 0", "mark_state 0"));
    broker_.push_event(BrokerEvent::Kind::revoked, {0});
    play();
    asked();
  }
  EXPECT_THAT(observer_.replacements, ElementsAre("start", "mark-failed", "mark-failed"));
  EXPECT_EQ(stage(1), Stage::running);
}

TEST_F(WorkerMarksTest, TheProducerIsReplacedWhereAMarkCannotBeAborted) {
  broker_.mark_outcomes = {CommitOutcome::aborted};
  broker_.abort_results = {false};
  push_assigned({0});
  play();
  EXPECT_THAT(asked(),
              ElementsAre("replace", "mark 0", "abort failed", "replace", "mark 0", "facts 0", "mark_state 0"));
}

TEST_F(WorkerMarksTest, AClockThatTheBrokersDoNotTakeIsNamed) {
  broker_.mark_outcomes.assign(3, CommitOutcome::wrong_time);
  push_assigned({0});
  play(milliseconds(9'000));
  EXPECT_THAT(worker().snapshot().problem, HasSubstr("the clock of this host"));
  EXPECT_THAT(broker_.take({"mark"}), SizeIs(2)) << "every five seconds";
  play(milliseconds(7'000));
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_THAT(worker().snapshot().problem, IsEmpty());
}

}  // namespace
}  // namespace coagwatch::daemon

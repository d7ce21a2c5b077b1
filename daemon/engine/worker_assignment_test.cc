// Assignment of a worker: taking partitions on, restoring them, giving them up.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using Stage = AssignedPartition::Stage;

/// While somebody's transaction is open that may commit an offset.
PartitionFacts unstable_facts() {
  PartitionFacts facts;
  facts.unstable = true;
  return facts;
}

class WorkerAssignmentTest : public WorkerTest {};

TEST_F(WorkerAssignmentTest, APartitionIsRestoredBeforeItRuns) {
  leave_state(4, 41, "group.me.0");
  broker_.restore_waits = {4};
  push_assigned({4});
  garbage(4, 0, 1);  // too early: nothing may be read yet
  play();
  EXPECT_THAT(broker_.take(),
              ElementsAre("replace", "accept 4", "mark 4", "facts 4", "mark_state 4", "start_reading 4@0"));
  EXPECT_EQ(stage(4), Stage::restoring);
  EXPECT_THAT(worker().snapshot().partitions.front().error, HasSubstr("open transaction on the state topic"));
  broker_.restore_waits.clear();
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("stop_reading 4", "resume 4@42"));
  EXPECT_EQ(stage(4), Stage::running);
  EXPECT_THAT(observer_.restores, ElementsAre(Pair(4, 1)));
  EXPECT_THAT(broker_.commits, IsEmpty());
}

TEST_F(WorkerAssignmentTest, WithoutAnythingItBeginsAtTheStart) {
  broker_.facts_of[0] = PartitionFacts{"topic-id", std::nullopt, 17, 100};
  push_assigned({0});
  play();
  EXPECT_THAT(broker_.take({"resume"}), ElementsAre("resume 0@17"));
}

TEST_F(WorkerAssignmentTest, WhatTheBrokerCannotAnswerIsAskedAgain) {
  broker_.facts_of[0] = std::nullopt;
  push_assigned({0});
  play(milliseconds(1'000));
  EXPECT_THAT(broker_.take({"facts"}), SizeIs(testing::AllOf(testing::Ge(4), testing::Le(8))));
  EXPECT_EQ(stage(0), Stage::restoring);
  EXPECT_THAT(worker().snapshot().partitions.front().error, HasSubstr("find-hanging"));
  broker_.facts_of[0] = PartitionFacts{"topic-id", std::nullopt, 0, 100};
  play();
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_THAT(worker().snapshot().partitions.front().error, IsEmpty());
}

TEST_F(WorkerAssignmentTest, StateThatDoesNotFitTheInputStopsThePartition) {
  leave_state(0, 41, "group.me.0");
  broker_.facts_of[0]->topic_id = "another";
  push_assigned({0, 1});
  play();
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("made anew"));
  EXPECT_EQ(stage(1), Stage::running);
  garbage(0, 42, 1);
  play();
  EXPECT_THAT(broker_.commits, IsEmpty());
}

TEST_F(WorkerAssignmentTest, WhatOthersWroteWhileTheBrokerToldNothingIsRead) {
  leave_state(0, 41, "group.me.0");
  broker_.facts_of[0] = broker_.facts_of[1] = std::nullopt;
  push_assigned({0, 1});
  play();
  ASSERT_EQ(stage(0), Stage::restoring);
  ASSERT_EQ(stage(1), Stage::restoring);
  // Meanwhile another process has owned the partitions and given them back.
  leave_state(0, 59, "group.other.0");
  leave_state(1, 7, "group.other.0");
  play(milliseconds(1'000));
  EXPECT_THAT(broker_.take({"resume"}), testing::UnorderedElementsAre("resume 0@60", "resume 1@8"));
  EXPECT_THAT(observer_.second_looks, IsEmpty());
  EXPECT_THAT(observer_.stopped, IsEmpty());
}

// Its offsets were taken before we asked, and its records come after that: a command moves no offset of the input.
TEST_F(WorkerAssignmentTest, WhatTheLastOwnerStillCommitsIsRead) {
  leave_state(0, 41, "group.other.0");
  broker_.facts_of[0] = unstable_facts();
  push_assigned({0});
  play(milliseconds(400));
  ASSERT_EQ(stage(0), Stage::restoring);
  PartitionRecord record;
  record.last_offset = 41;
  record.topic_id = "topic-id";
  record.rule_set = settings_.rules->hash;
  record.rule_set_sequence = 3;
  record.owner = "group.other.0";
  record.last_command = 7;
  leave_state(0, record);
  broker_.follows.clear();
  play(milliseconds(1'000));
  ASSERT_EQ(stage(0), Stage::running);
  EXPECT_THAT(broker_.follows, ElementsAre("0@8"));
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty()) << "it was waited for less than half a second";
}

TEST_F(WorkerAssignmentTest, AnOwnerWhoseOffsetsStayOpenIsFenced) {
  leave_state(0, 41, "group.other.0");
  broker_.facts_of[0] = unstable_facts();
  push_assigned({0});
  play(milliseconds(2'000));
  EXPECT_THAT(broker_.take({"fence"}), ElementsAre("fence group.other.0"));
  EXPECT_EQ(stage(0), Stage::restoring);
}

TEST_F(WorkerAssignmentTest, WhereTheBrokerTellsNothingNobodyIsFenced) {
  leave_state(0, 41, "group.other.0");
  broker_.facts_of[0] = std::nullopt;
  push_assigned({0});
  play(milliseconds(2'000));
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty());
}

// Each vain question may hold up what runs for a second.
TEST_F(WorkerAssignmentTest, QuestionsInVainLeaveTimeForWhatRuns) {
  broker_.facts_cost = milliseconds(1'000);
  for (const std::int32_t partition : {0, 1, 2, 3}) broker_.facts_of[partition] = std::nullopt;
  broker_.facts_of[4] = PartitionFacts{"topic-id", std::nullopt, 0, 1'000'000};
  push_assigned({0, 1, 2, 3, 4});
  play(milliseconds(40'000));
  EXPECT_EQ(stage(4), Stage::running) << "it was asked for in its turn";
  const auto asked = broker_.take({"facts"});
  EXPECT_THAT(asked, SizeIs(testing::AllOf(testing::Ge(8U), testing::Le(12U)))) << "one second in four";
  EXPECT_EQ(std::set<std::string>(asked.begin(), asked.end()).size(), 5U);
}

TEST_F(WorkerAssignmentTest, NobodyIsAskedWhileATransactionIsOpen) {
  options_.gather = milliseconds(100);
  assign({0});
  garbage(0, 0, 1);
  step();
  push_assigned({1});
  broker_.take({"mark", "facts", "commit"});
  play(milliseconds(300));
  EXPECT_THAT(broker_.take({"mark", "facts", "commit"}), ElementsAre(HasSubstr("commit"), "mark 1", "facts 1"));
}

TEST_F(WorkerAssignmentTest, ACommitAheadOfTheStateStopsThePartitionAfterASecondLook) {
  leave_state(0, 41, "group.me.0");
  broker_.facts_of[0]->committed = 60;
  push_assigned({0});
  play(milliseconds(2'000));
  EXPECT_THAT(broker_.take({"start_reading", "facts", "resume"}),
              ElementsAre("facts 0", "start_reading 0@0", "facts 0", "start_reading 0@0"));
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("ahead of the state"));
}

TEST_F(WorkerAssignmentTest, ACorruptChangelogStopsThePartition) {
  broker_.changelog[0].emplace_back("Patient/1", "\x09garbage");
  push_assigned({0});
  play();
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("restore: changelog format 9, which asks for"));
  EXPECT_THAT(broker_.take({"stop_reading", "resume"}), ElementsAre("stop_reading 0"));
}

TEST_F(WorkerAssignmentTest, AChangelogThatCannotBeReadStopsThePartition) {
  broker_.restore_fails[0] = "not authorized";
  push_assigned({0});
  play();
  EXPECT_EQ(error(0), "restore: not authorized");
}

TEST_F(WorkerAssignmentTest, ALowerSequenceHoldsThePartition) {
  leave_state(0, 41, "group.other.0", 4);
  leave_state(1, 41, "group.other.0", 3);
  leave_state(2, 41, "group.other.0", 2);
  push_assigned({0, 1, 2});
  play();
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("ruleset.sequence 4, this worker has 3"));
  EXPECT_EQ(stage(1), Stage::running);
  EXPECT_EQ(stage(2), Stage::running);
  EXPECT_THAT(broker_.take({"resume"}), ElementsAre("resume 1@42", "resume 2@42"));
}

TEST_F(WorkerAssignmentTest, ADeadOwnersTransactionIsFencedOnceAfterHalfASecond) {
  leave_state(0, 41, "group.other.0");
  broker_.restore_waits = {0};
  push_assigned({0});
  play(milliseconds(0));
  const auto start = broker_.elapsed();
  while (broker_.take({"fence"}).empty()) {
    ASSERT_LT(broker_.elapsed() - start, milliseconds(600));
    step();
  }
  EXPECT_GE(broker_.elapsed() - start, milliseconds(495));
  play(milliseconds(20'000));
  EXPECT_THAT(broker_.take({"fence", "resume"}), IsEmpty()) << "once; and the end of the changelog is waited for";
  EXPECT_EQ(stage(0), Stage::restoring);
  broker_.restore_waits.clear();
  play();
  EXPECT_EQ(stage(0), Stage::running);
}

TEST_F(WorkerAssignmentTest, AShortWaitFencesNobody) {
  leave_state(0, 41, "group.other.0");
  broker_.restore_waits = {0};
  push_assigned({0});
  play(milliseconds(480));
  broker_.restore_waits.clear();
  play();
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty());
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_THAT(observer_.hidden,
              ElementsAre(testing::AllOf(testing::Ge(milliseconds(460)), testing::Le(milliseconds(500)))));
}

TEST_F(WorkerAssignmentTest, AnOwnerOfSeveralPartitionsIsFencedOnce) {
  for (const std::int32_t partition : {0, 1, 2}) leave_state(partition, 41, "group.other.0");
  leave_state(3, 41, "group.third.0");
  broker_.restore_waits = {0, 1, 2, 3};
  push_assigned({0, 1, 2, 3});
  play(milliseconds(20'000));
  EXPECT_THAT(broker_.take({"fence"}), ElementsAre("fence group.other.0", "fence group.third.0"));
}

TEST_F(WorkerAssignmentTest, AnOwnerMayBeFencedAgainWhenTheFirstTimeIsPast) {
  leave_state(0, 41, "group.other.0");
  broker_.restore_waits = {0};
  push_assigned({0});
  play(milliseconds(1'000));
  EXPECT_THAT(broker_.take({"fence"}), SizeIs(1));
  push_revoked({0});
  push_assigned({0});
  play(milliseconds(60'000));
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty());
  play(milliseconds(60'000));
  EXPECT_THAT(broker_.take({"fence"}), ElementsAre("fence group.other.0"));
}

TEST_F(WorkerAssignmentTest, WhereTheBrokersDoNotTellOfMembersTheyAreSoonAskedAgain) {
  leave_state(0, 41, "group.other.0");
  broker_.restore_waits = {0};
  broker_.members_known = false;
  push_assigned({0});
  play(milliseconds(2'000));
  EXPECT_THAT(broker_.take({"fence"}), SizeIs(1));
  broker_.members_known = true;
  play(milliseconds(1'000));
  EXPECT_THAT(broker_.take({"fence"}), SizeIs(1));
  play(milliseconds(20'000));
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty()) << "now it is done";
}

TEST_F(WorkerAssignmentTest, OurOwnIdIsNeverFenced) {
  leave_state(0, 41, broker_.own_id);
  broker_.restore_waits = {0};
  push_assigned({0});
  play(milliseconds(5'000));
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty());
}

TEST_F(WorkerAssignmentTest, NobodyIsFencedWhereNoOwnerIsKnown) {
  broker_.restore_waits = {0};
  push_assigned({0});
  play(milliseconds(5'000));
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty());
}

TEST_F(WorkerAssignmentTest, RevocationCommitsFirst) {
  assign({0, 1});
  garbage(0, 0, 2);
  garbage(1, 0, 3);
  push_revoked({1});
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("begin", "commit 0@2 1@3", "release 1"));
  garbage(1, 3, 1);  // on its way when the partition went
  garbage(0, 2, 1);
  play();
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 0@3"));
}

TEST_F(WorkerAssignmentTest, AnAbortDuringRevocationRewindsWhatIsKept) {
  assign({0, 1});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  garbage(0, 0, 2);
  garbage(1, 0, 3);
  push_revoked({1});
  play();
  EXPECT_THAT(broker_.take({"commit", "abort", "rewind", "release"}),
              ElementsAre("commit 0@2 1@3", "abort", "rewind 0@0", "rewind 1@0", "release 1"));
  garbage(0, 0, 3);
  play();
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(0, 3));
  EXPECT_THAT(committed(OutputTopic::dead_letter, 1), IsEmpty());
}

TEST_F(WorkerAssignmentTest, AnUnknownOutcomeDuringRevocationRestoresWhatIsKept) {
  leave_state(0, 41, broker_.own_id);
  assign({0, 1});
  broker_.commit_outcomes = {CommitOutcome::unknown};
  garbage(0, 42, 2);
  garbage(1, 0, 3);
  push_revoked({1});
  play();
  EXPECT_THAT(broker_.take({"release", "replace", "start_reading", "resume"}),
              ElementsAre("release 1", "replace", "start_reading 0@0", "resume 0@42"));
}

TEST_F(WorkerAssignmentTest, LostPartitionsAreNotCommitted) {
  assign({0, 1});
  garbage(0, 0, 2);
  garbage(1, 0, 3);
  broker_.push_event(BrokerEvent::Kind::lost, {0, 1});
  play();
  EXPECT_THAT(broker_.take({"commit", "abort", "release"}), ElementsAre("abort", "release 0 1"));
  EXPECT_THAT(broker_.commits, IsEmpty());
  EXPECT_THAT(worker().snapshot().partitions, IsEmpty());
}

TEST_F(WorkerAssignmentTest, AfterALossEverythingIsRestoredAgain) {
  assign({0});
  sick_patient(0, 0);
  play();
  broker_.push_event(BrokerEvent::Kind::lost, {0});
  push_assigned({0});
  broker_.calls.clear();
  play();
  EXPECT_THAT(broker_.take({"start_reading", "resume"}), ElementsAre("start_reading 0@0", "resume 0@2"));
  EXPECT_EQ(shown(0).patients, 1U);
}

TEST_F(WorkerAssignmentTest, ARestoreInProgressIsGivenUpWithItsPartition) {
  broker_.restore_waits = {0};
  push_assigned({0});
  play();
  broker_.calls.clear();
  push_revoked({0});
  play();
  EXPECT_THAT(broker_.take(), testing::UnorderedElementsAre("stop_reading 0", "release 0"));
}

TEST_F(WorkerAssignmentTest, AStoppedPartitionStartsAfreshWithItsNextAssignment) {
  broker_.restore_fails[0] = "not authorized";
  push_assigned({0});
  play();
  ASSERT_EQ(stage(0), Stage::stopped);
  broker_.restore_fails.clear();
  push_revoked({0});
  push_assigned({0});
  play();
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_EQ(error(0), "");
}

TEST_F(WorkerAssignmentTest, TheOthersGoOnWhileOneRestores) {
  assign({0});
  broker_.restore_waits = {1};
  push_assigned({1});
  garbage(0, 0, 1);
  play();
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 0@1"));
  EXPECT_EQ(stage(1), Stage::restoring);
}

}  // namespace
}  // namespace coagwatch::daemon

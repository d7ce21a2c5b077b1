// Another rule set while a worker runs.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Stage = AssignedPartition::Stage;

class WorkerScoringTest : public WorkerTest {
 protected:
  static Scoring other(std::uint64_t sequence = 3) {
    Scoring scoring = test_scoring("isth-2001", {{"version: 1.0.0", "version: 1.0.1"}}, "another");
    rules::RuleSet rules = *scoring.rules;
    rules.sequence = sequence;
    scoring.rules = std::make_shared<const rules::RuleSet>(std::move(rules));
    return scoring;
  }
};

TEST_F(WorkerScoringTest, IsTakenOnlyBetweenTransactions) {
  assign({0, 1});
  garbage(0, 0, 1);
  while (!broker_.script_done()) step();
  ASSERT_THAT(broker_.commits, IsEmpty()) << "it is open still";
  worker().change_scoring(other());
  garbage(0, 1, 1);
  step();
  EXPECT_THAT(observer_.rule_sets, IsEmpty());
  play();
  EXPECT_THAT(observer_.rule_sets, ElementsAre("another"));
  EXPECT_EQ(committed_record(0).rule_set, "0123456789abcdef");
  EXPECT_EQ(committed_record(0).last_offset, 1);
  garbage(0, 2, 1);
  play();
  EXPECT_EQ(committed_record(0).rule_set, "another");
  EXPECT_THAT(committed(OutputTopic::journal, 0),
              ElementsAre(HasSubstr(R"("after-offset":-1,"rule-set":"0123456789abcdef")"),
                          HasSubstr(R"("after-offset":1,"rule-set":"another")")));
  EXPECT_THAT(committed(OutputTopic::journal, 1), IsEmpty()) << "nothing was scored there";
  EXPECT_THAT(observer_.rule_sets, SizeIs(1));
}

TEST_F(WorkerScoringTest, IsTakenByAnIdleWorkerToo) {
  assign({0});
  worker().change_scoring(other(7));
  play();
  EXPECT_THAT(observer_.rule_sets, ElementsAre("another"));
  EXPECT_EQ(worker().snapshot().rules->hash, "another");
  EXPECT_EQ(worker().snapshot().rules->sequence, 7U);
  EXPECT_THAT(broker_.commits, IsEmpty());
}

TEST_F(WorkerScoringTest, TheLastOfSeveralCounts) {
  assign({0});
  worker().change_scoring(other(4));
  worker().change_scoring(other(5));
  garbage(0, 0, 1);
  play();
  EXPECT_EQ(committed_record(0).rule_set_sequence, 5U);
  EXPECT_THAT(observer_.rule_sets, SizeIs(1));
}

TEST_F(WorkerScoringTest, PatientsGoOnWithWhatIsKnownOfThem) {
  assign({0});
  sick_patient(0, 0);
  play();
  ASSERT_THAT(committed(OutputTopic::alerts, 0), SizeIs(1));
  worker().change_scoring(other());
  broker_.push_record(0, 2, fhir::ObservationJson().set("id", R"("c1")").loinc("3255-7").quantity("3", "g/L").text());
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(1)) << "the same episode";
  const std::vector<std::string> statuses = committed(OutputTopic::status, 0);
  EXPECT_THAT(statuses.front(), Not(HasSubstr(R"("isth-2001":{"version":"1.0.1")")));
  EXPECT_THAT(statuses.back(), HasSubstr(R"("isth-2001":{"version":"1.0.1")"));
  EXPECT_THAT(statuses.back(), HasSubstr("Observation/b1"));
}

TEST_F(WorkerScoringTest, AnAbortedTransactionIsRepeatedUnderTheNewSet) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  garbage(0, 0, 1);
  play();
  worker().change_scoring(other());
  garbage(0, 0, 1);
  play();
  EXPECT_THAT(committed(OutputTopic::journal, 0), ElementsAre(HasSubstr(R"("rule-set":"another")")));
}

TEST_F(WorkerScoringTest, ARaisedSequenceFreesAHeldPartition) {
  PartitionRecord record;
  record.last_offset = 41;
  record.topic_id = "topic-id";
  record.rule_set = "of the other";
  record.rule_set_sequence = 4;
  record.owner = "group.other.0";
  leave_state(0, record);
  broker_.push_event(BrokerEvent::Kind::assigned, {0});
  play();
  ASSERT_EQ(stage(0), Stage::stopped);
  worker().change_scoring(other(3));
  play();
  EXPECT_EQ(stage(0), Stage::stopped) << "not high enough";
  worker().change_scoring(other(4));
  play();
  EXPECT_EQ(stage(0), Stage::running);
  EXPECT_EQ(error(0), "");
  EXPECT_EQ(shown(0).next, 42);
}

TEST_F(WorkerScoringTest, WhatStoppedForAnotherReasonStaysStopped) {
  broker_.restore_fails[0] = "not authorized";
  broker_.push_event(BrokerEvent::Kind::assigned, {0});
  play();
  worker().change_scoring(other(9));
  play();
  EXPECT_EQ(error(0), "restore: not authorized");
}

}  // namespace
}  // namespace coagwatch::daemon

// Transactions of a worker: when they end, what is in them, and what follows when they fail.

#include "daemon/engine/worker.h"

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using Stage = AssignedPartition::Stage;

TEST_F(WorkerTest, AnIdleWorkerOpensNoTransaction) {
  assign({0});
  play(milliseconds(5'000));
  EXPECT_THAT(broker_.take({"begin", "commit", "abort"}), IsEmpty());
}

TEST_F(WorkerTest, OneTransactionHoldsOutputsStateAndOffsets) {
  assign({0});
  sick_patient(0, 5);
  garbage(0, 7, 1);
  play();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_THAT(broker_.commits[0].offsets, ElementsAre(Pair(0, 8)));
  std::vector<OutputTopic> topics;
  for (const auto& output : broker_.commits[0].outputs) topics.push_back(output.topic);
  EXPECT_THAT(topics, ElementsAre(OutputTopic::journal, OutputTopic::alerts, OutputTopic::dead_letter,
                                  OutputTopic::state, OutputTopic::status, OutputTopic::state));
  EXPECT_EQ(broker_.commits[0].outputs.back().key, kPartitionRecordKey);
  const PartitionRecord record = committed_record(0);
  EXPECT_EQ(record.last_offset, 7);
  EXPECT_EQ(record.owner, broker_.own_id);
  EXPECT_EQ(record.topic_id, "topic-id");
  EXPECT_EQ(record.rule_set, settings_.rules->hash);
  EXPECT_EQ(record.rule_set_sequence, 3U);
  EXPECT_THAT(observer_.committed, ElementsAre(Pair(0, 3)));
  EXPECT_THAT(observer_.latencies, ElementsAre(std::chrono::microseconds(99'994'000)));
  EXPECT_EQ(shown(0).next, 8);
  EXPECT_EQ(shown(0).patients, 1U);
}

TEST_F(WorkerTest, AnIdleTransactionGathersForTwoMilliseconds) {
  assign({0});
  const auto start = broker_.elapsed();
  garbage(0, 0, 1);
  step();
  EXPECT_THAT(broker_.commits, IsEmpty()) << "more may come at once";
  garbage(0, 1, 1);
  play();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_THAT(broker_.commits[0].offsets, ElementsAre(Pair(0, 2)));
  EXPECT_EQ(broker_.commits[0].at - start, milliseconds(2));
}

TEST_F(WorkerTest, UnderLoadATransactionIsOpenForTheLongestTime) {
  options_.max_open = milliseconds(50);
  broker_.record_cost = std::chrono::microseconds(20);
  assign({0});
  garbage(0, 0, 10'000);
  const auto start = broker_.elapsed();
  play();
  ASSERT_THAT(broker_.commits, SizeIs(testing::Ge(3)));
  for (std::size_t i = 0; i + 1 < broker_.commits.size(); ++i) {
    const auto open = broker_.commits[i].at - (i == 0 ? start : broker_.commits[i - 1].at);
    EXPECT_GE(open, milliseconds(50));
    EXPECT_LE(open, milliseconds(61)) << "a drain of 512 records more";
  }
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(0, 10'000));
}

/// One Bundle may take as long as thousands of Observations.
TEST_F(WorkerTest, ATransactionOfSlowRecordsEndsAfterTheLongestTime) {
  broker_.record_cost = milliseconds(40);
  assign({0});
  garbage(0, 0, 600);
  const auto start = broker_.elapsed();
  play();
  ASSERT_THAT(broker_.commits, SizeIs(testing::Ge(100)));
  EXPECT_LE(broker_.commits[0].at - start, milliseconds(180)) << "the longest time, and one record more";
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(0, 600));
}

TEST_F(WorkerTest, ATransactionHasALimitOfPatientsWithinAStepToo) {
  options_.max_touched = 3;
  assign({0});
  for (int i = 0; i < 10; ++i) {
    broker_.push_record(
        0, i, fhir::ObservationJson().set("subject", R"({"reference":"Patient/)" + std::to_string(i) + "\"}").text());
  }
  play();
  ASSERT_THAT(broker_.commits, SizeIs(4));
  EXPECT_THAT(broker_.commits[0].offsets, ElementsAre(Pair(0, 3)));
}

TEST_F(WorkerTest, ATransactionHasALimitOfRecords) {
  options_.max_records = 10;
  assign({0});
  garbage(0, 0, 25);
  play();
  ASSERT_THAT(broker_.commits, SizeIs(3));
  EXPECT_THAT(broker_.commits[0].offsets, ElementsAre(Pair(0, 10)));
  EXPECT_THAT(broker_.commits[1].offsets, ElementsAre(Pair(0, 20)));
  EXPECT_THAT(broker_.commits[2].offsets, ElementsAre(Pair(0, 25)));
}

TEST_F(WorkerTest, ATransactionHasALimitOfPatients) {
  options_.max_touched = 3;
  assign({0, 1});
  const auto patient = [](int i) {
    return fhir::ObservationJson().set("subject", R"({"reference":"Patient/)" + std::to_string(i) + "\"}").text();
  };
  broker_.push_record(0, 0, patient(0));
  broker_.push_record(1, 0, patient(1));
  step();
  EXPECT_THAT(broker_.commits, IsEmpty());
  broker_.push_record(1, 1, patient(2));
  step();
  EXPECT_THAT(broker_.commits, SizeIs(1)) << "counted over all partitions";
}

/// Such as a right that was withdrawn for a moment.
TEST_F(WorkerTest, AFetchThatFailsForNowIsShownAndStopsNothing) {
  assign({0, 1});
  broker_.push_event(BrokerEvent::Kind::delayed, {0}, "input topic in partition 0: TOPIC_AUTHORIZATION_FAILED");
  play();
  EXPECT_EQ(stage(0), AssignedPartition::Stage::running);
  EXPECT_THAT(error(0), testing::HasSubstr("TOPIC_AUTHORIZATION_FAILED"));
  EXPECT_EQ(error(1), "");
  garbage(0, 0, 1);
  play(std::chrono::seconds(11));
  EXPECT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(error(0), "") << "it has passed";
}

TEST_F(WorkerTest, OnlyTouchedPartitionsAreInTheCommit) {
  assign({0, 1, 2});
  garbage(2, 7, 3);
  garbage(0, 4, 1);
  play();
  garbage(1, 9, 1);
  play();
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 0@5 2@10", "commit 1@10"));
}

TEST_F(WorkerTest, AnAbortRewindsWhatWasTouched) {
  assign({0, 1});
  garbage(0, 0, 3);
  play();
  broker_.calls.clear();
  broker_.commit_outcomes = {CommitOutcome::aborted};
  garbage(0, 3, 2);
  play();
  EXPECT_THAT(broker_.take({"commit", "abort", "rewind", "replace", "pause"}),
              ElementsAre("commit 0@5", "abort", "rewind 0@3"));
  EXPECT_EQ(shown(0).next, 3);
  garbage(0, 3, 4);
  play();
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(0, 7)) << "each once, in order";
  EXPECT_THAT(observer_.committed, ElementsAre(Pair(0, 3), Pair(0, 4))) << "what was aborted is not counted";
}

TEST_F(WorkerTest, AnAbortTakesThePatientsBackToo) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  sick_patient(0, 0);
  play();
  EXPECT_THAT(broker_.commits, IsEmpty());
  sick_patient(0, 0);
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(1));
  EXPECT_THAT(observer_.latencies, SizeIs(1));
}

TEST_F(WorkerTest, ARewindThatFailsIsTriedAgainBeforeAnythingIsRead) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  broker_.rewind_results = {false};
  broker_.resume_results = {false, false};
  garbage(0, 0, 2);
  while (broker_.take({"rewind"}).empty()) step();
  garbage(0, 2, 1);  // on its way already: it must not get in front
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("resume 0@0 failed", "resume 0@0 failed", "resume 0@0"));
  garbage(0, 0, 3);
  play();
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(0, 3));
}

TEST_F(WorkerTest, WhenTheAbortFailsTheProducerIsReplacedBeforeAnythingIsRead) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  broker_.abort_results = {false};
  garbage(0, 0, 1);
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("begin", "commit 0@1", "abort failed", "pause 0", "replace", "resume 0@0"));
}

TEST_F(WorkerTest, AFencedProducerIsReplaced) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::replace};
  garbage(0, 0, 1);
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("begin", "commit 0@1", "pause 0", "replace", "resume 0@0"))
      << "nothing to abort: the producer is finished";
  EXPECT_THAT(observer_.replacements, ElementsAre("start", "fenced-or-fatal"));
}

TEST_F(WorkerTest, AnIndefiniteResultReplacesTheProducerBeforeTheNextTransaction) {
  assign({0});
  garbage(0, 0, 1);
  play();
  broker_.calls.clear();
  broker_.suspect = true;
  garbage(0, 1, 1);
  play();
  EXPECT_THAT(broker_.take({"begin", "replace", "commit"}), ElementsAre("replace", "begin", "commit 0@2"));
  EXPECT_THAT(observer_.replacements, ElementsAre("start", "indefinite-result"));
}

TEST_F(WorkerTest, AnOpenTransactionIsFinishedBeforeASuspectProducerGoes) {
  assign({0});
  garbage(0, 0, 1);
  step();
  broker_.suspect = true;
  play();
  EXPECT_THAT(broker_.take({"begin", "replace", "commit"}), ElementsAre("begin", "commit 0@1", "replace"));
}

TEST_F(WorkerTest, AnUnknownOutcomeThatWasCommittedIsReadBack) {
  assign({0, 1});
  garbage(1, 0, 1);
  play();
  broker_.calls.clear();
  broker_.commit_outcomes = {CommitOutcome::unknown};
  sick_patient(0, 0);
  step();
  step();
  ASSERT_THAT(broker_.take({"commit"}), ElementsAre("commit 0@2"));
  broker_.make_visible({{0, 2}});
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("replace", "mark 0", "facts 0", "mark_state 0", "start_reading 0@0",
                                          "stop_reading 0", "resume 0@2"))
      << "the untouched partition goes on as it was";
  EXPECT_EQ(shown(0).patients, 1U);
  EXPECT_THAT(observer_.restores.back(), Pair(0, 2)) << "the patient and the partition record";
}

TEST_F(WorkerTest, AnUnknownOutcomeThatWasAbortedIsDoneAgain) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::unknown};
  sick_patient(0, 0);
  play();
  EXPECT_THAT(broker_.take({"resume"}), ElementsAre("resume 0@0"));
  EXPECT_EQ(shown(0).patients, 0U);
  sick_patient(0, 0);
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(1));
}

TEST_F(WorkerTest, NothingIsRestoredBeforeTheNewProducerMadeTheOutcomeDefinite) {
  assign({0});
  garbage(0, 0, 1);
  play();
  broker_.take();
  broker_.commit_outcomes = {CommitOutcome::unknown};
  broker_.replace_results = {false, false};
  garbage(0, 1, 1);
  play(milliseconds(5'000));
  EXPECT_THAT(broker_.take({"replace", "start_reading"}),
              ElementsAre("replace failed", "replace failed", "replace", "start_reading 0@0"));
}

TEST_F(WorkerTest, AProducerThatCannotBeHadIsAskedForLessAndLessOften) {
  broker_.replace_results.assign(1'000, false);
  play(milliseconds(30'000));
  const std::size_t asked = broker_.take({"replace"}).size();
  EXPECT_GE(asked, 6U);
  EXPECT_LE(asked, 12U);
  EXPECT_FALSE(worker().snapshot().producer_ready);
}

TEST_F(WorkerTest, WhenBeginFailsEveryPartitionIsPositionedAgain) {
  assign({0, 1});
  broker_.begin_results = {false};
  garbage(0, 3, 2);
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("begin failed", "pause 0", "pause 1", "replace", "resume 0@0", "resume 1@0"));
  EXPECT_THAT(broker_.commits, IsEmpty()) << "the record in hand and those behind it come again";
  garbage(0, 3, 2);
  play();
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(3, 5));
}

TEST_F(WorkerTest, ARecordThatCannotBeQueuedAbortsTheTransaction) {
  assign({0, 1});
  garbage(1, 0, 1);
  int failures = 1;
  broker_.produce_outcome = [&](const ScriptedBroker::Output& output) {
    const bool fails = output.topic == OutputTopic::dead_letter && output.value == "garbage 7" && failures-- > 0;
    return fails ? ProduceOutcome::failed : ProduceOutcome::queued;
  };
  garbage(0, 7, 2);
  play();
  EXPECT_THAT(broker_.take({"commit", "abort", "rewind"}), ElementsAre("abort", "rewind 0@0", "rewind 1@0"));
  EXPECT_THAT(observer_.outcomes, ElementsAre(CommitOutcome::aborted));
  garbage(1, 0, 1);
  garbage(0, 7, 2);
  play();
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(7, 9));
  EXPECT_EQ(committed(OutputTopic::dead_letter, 1), garbage_values(0, 1));
}

TEST_F(WorkerTest, ARecordTooLargeForItsTopicStopsItsPartitionOnly) {
  assign({0, 1});
  broker_.produce_outcome = [](const ScriptedBroker::Output& output) {
    return output.topic == OutputTopic::alerts && output.partition == 0 ? ProduceOutcome::too_large
                                                                        : ProduceOutcome::queued;
  };
  garbage(1, 0, 1);
  sick_patient(0, 4);
  play();
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("alerts topic is larger than the topic takes (caused by input offset 5)"));
  EXPECT_THAT(error(0), Not(HasSubstr("Patient"))) << "no patient data";
  EXPECT_THAT(observer_.stopped, ElementsAre(Pair(0, error(0))));
  EXPECT_THAT(broker_.take({"abort", "rewind", "pause"}), ElementsAre("pause 0", "abort", "rewind 1@0"));
  garbage(1, 0, 2);
  garbage(0, 4, 1);
  play();
  EXPECT_EQ(committed(OutputTopic::dead_letter, 1), garbage_values(0, 2));
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 1@2"));
}

TEST_F(WorkerTest, AStateTooLargeForItsTopicStopsItsPartitionOnly) {
  assign({0, 1});
  broker_.produce_outcome = [](const ScriptedBroker::Output& output) {
    return output.topic == OutputTopic::state && output.partition == 0 ? ProduceOutcome::too_large
                                                                       : ProduceOutcome::queued;
  };
  garbage(1, 0, 1);
  sick_patient(0, 4);
  play();
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("state topic"));
  EXPECT_THAT(broker_.take({"commit", "abort", "rewind"}), ElementsAre("abort", "rewind 1@0"));
  garbage(1, 0, 1);
  play();
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 1@1"));
}

TEST_F(WorkerTest, ARejectedTransactionIsNotTriedAgain) {
  assign({0, 1});
  broker_.commit_outcomes = {CommitOutcome::rejected};
  garbage(0, 0, 1);
  play();
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_THAT(error(0), HasSubstr("rejected"));
  EXPECT_EQ(stage(1), Stage::running);
  EXPECT_THAT(broker_.take({"abort", "rewind", "resume"}), ElementsAre("abort"));
  garbage(1, 0, 1);
  play();
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 1@1"));
}

TEST_F(WorkerTest, ARuleSetIsJournaledOnceForEachPartition) {
  assign({0, 1});
  garbage(0, 4, 1);
  play();
  garbage(0, 5, 1);
  garbage(1, 0, 1);
  play();
  EXPECT_THAT(committed(OutputTopic::journal, 0),
              ElementsAre(R"({"version":1,"kind":"rule-set","after-offset":-1,"rule-set":"0123456789abcdef",)"
                          R"("sequence":3})"));
  EXPECT_THAT(committed(OutputTopic::journal, 1), SizeIs(1));
}

TEST_F(WorkerTest, AnActivationThatWasAbortedIsJournaledAgain) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  garbage(0, 0, 1);
  play();
  garbage(0, 0, 1);
  play();
  EXPECT_THAT(committed(OutputTopic::journal, 0), SizeIs(1));
}

TEST_F(WorkerTest, ARecordThatWasAppliedBeforeMovesNothing) {
  assign({0});
  garbage(0, 0, 5);
  play();
  garbage(0, 2, 1);
  play();
  EXPECT_EQ(shown(0).next, 5);
  EXPECT_EQ(broker_.facts_of[0]->committed, 5);
  EXPECT_THAT(committed(OutputTopic::dead_letter, 0), SizeIs(5));
}

TEST_F(WorkerTest, StoppingCommitsWhatIsOpen) {
  assign({0});
  garbage(0, 0, 1);
  step();
  worker().stop();
  EXPECT_THAT(broker_.take(), ElementsAre("begin", "commit 0@1", "close"));
}

TEST_F(WorkerTest, AnErrorOfTheConsumerStopsItsPartition) {
  assign({0, 1});
  garbage(0, 0, 1);
  garbage(1, 0, 1);
  broker_.push_event(BrokerEvent::Kind::failed, {0}, "offset out of range");
  play();
  EXPECT_EQ(stage(0), Stage::stopped);
  EXPECT_EQ(error(0), "offset out of range");
  EXPECT_THAT(broker_.take({"commit", "abort", "rewind"}), ElementsAre("abort", "rewind 1@0"));
}

TEST_F(WorkerTest, AnErrorOfTheGroupShowsUntilAnAssignmentOrACommit) {
  assign({0});
  broker_.push_event(BrokerEvent::Kind::failed, {}, "not authorized");
  play();
  EXPECT_EQ(worker().snapshot().problem, "not authorized");
  garbage(0, 0, 1);
  play();
  EXPECT_EQ(worker().snapshot().problem, "") << "what commits can work";
  broker_.push_event(BrokerEvent::Kind::failed, {}, "not authorized");
  broker_.push_event(BrokerEvent::Kind::assigned, {1});
  play();
  EXPECT_EQ(worker().snapshot().problem, "");
}

TEST_F(WorkerTest, WhatComesAfterAHaltIsNotProcessedAlsoWhereThatWasWaitedFor) {
  assign({0});
  garbage(0, 0, 5);
  broker_.meanwhile = [this] { worker().halt("no more"); };
  play();
  EXPECT_THAT(broker_.take({"begin", "commit"}), IsEmpty());
  EXPECT_EQ(error(0), "no more");
}

TEST_F(WorkerTest, HaltedItCommitsNothingMore) {
  assign({0, 1});
  garbage(0, 0, 2);
  step();
  worker().halt("mend it");
  play();
  EXPECT_THAT(broker_.take({"commit", "abort"}), ElementsAre("abort"));
  for (const std::int32_t partition : {0, 1}) {
    EXPECT_EQ(stage(partition), Stage::stopped);
    EXPECT_EQ(error(partition), "mend it");
  }
  broker_.push_event(BrokerEvent::Kind::assigned, {2});
  play();
  EXPECT_EQ(stage(2), Stage::stopped);
}

// A transactional input ends with the markers of its transactions, which nobody is shown.
TEST_F(WorkerTest, WhatNobodyIsShownIsPassed) {
  assign({0, 1});
  garbage(0, 0, 3);
  broker_.push_end(0, 5);
  play();
  EXPECT_EQ(shown(0).next, 5);
  garbage(1, 0, 1);
  play();
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 0@5", "commit 1@1"));
  EXPECT_EQ(committed_record(0).last_offset, 4);
  broker_.push_end(0, 9);
  play();
  EXPECT_THAT(broker_.take({"commit"}), IsEmpty()) << "which is worth no transaction";
  EXPECT_EQ(shown(0).next, 9);
  worker().stop();
  EXPECT_THAT(broker_.take({"commit"}), ElementsAre("commit 0@9"));
  EXPECT_EQ(committed_record(0).last_offset, 8);
}

}  // namespace
}  // namespace coagwatch::daemon

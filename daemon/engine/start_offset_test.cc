#include "daemon/engine/start_offset.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

PartitionRecord state_at(std::int64_t last) {
  PartitionRecord record;
  record.last_offset = last;
  record.topic_id = "topic-a";
  record.owner = "coagwatch.one.0";
  return record;
}

PartitionFacts facts(std::optional<std::int64_t> committed, std::int64_t low, std::int64_t end) {
  return {"topic-a", committed, low, end};
}

TEST(StartOffset, FirstStartBeginsWhereTheTopicBegins) {
  EXPECT_EQ(decide_start(facts(std::nullopt, 7, 20), PartitionRecord{}).offset, 7);
}

TEST(StartOffset, AnotherNumberOfPartitionsIsRefused) {
  PartitionFacts found = facts(11, 0, 20);
  found.partitions = 6;
  PartitionRecord record = state_at(10);
  EXPECT_EQ(decide_start(found, record, "in").offset, 11) << "it was not known before";
  record.partitions = 6;
  EXPECT_EQ(decide_start(found, record, "in").offset, 11);
  record.partitions = 4;
  EXPECT_NE(decide_start(found, record, "in").error.find("in has 6 partitions, and patients were divided among 4"),
            std::string::npos);
  // A partition that is new has neither state nor commit of its own.
  PartitionFacts fresh = facts(std::nullopt, 0, 20);
  fresh.partitions = 6;
  fresh.divided_among = 4;
  EXPECT_NE(decide_start(fresh, PartitionRecord{}, "in").error, "");
  fresh.divided_among = 6;
  EXPECT_EQ(decide_start(fresh, PartitionRecord{}, "in").offset, 0);
}

TEST(StartOffset, TheStateOfAnotherTopicIsRefused) {
  PartitionRecord record = state_at(10);
  record.input_topic = "fhir.observations";
  EXPECT_EQ(decide_start(facts(11, 0, 20), record, "fhir.observations").offset, 11);
  EXPECT_NE(decide_start(facts(11, 0, 20), record, "coagwatch.by-patient").error.find("input.keyed-by-patient"),
            std::string::npos);
}

TEST(StartOffset, AStateThatIsNotWholeIsRefused) {
  PartitionRecord record;
  record.input_topic = kUnfinishedState;
  record.owner = "coagwatch.repartition";
  EXPECT_NE(decide_start(facts(std::nullopt, 0, 20), record, "in").error.find("delete the new topics"),
            std::string::npos);
}

TEST(StartOffset, GoesOnAtTheCommittedOffset) {
  EXPECT_EQ(decide_start(facts(11, 0, 20), state_at(10)).offset, 11);
  EXPECT_EQ(decide_start(facts(11, 0, 11), state_at(10)).offset, 11) << "nothing new to read is no error";
}

TEST(StartOffset, StateWithoutCommitGoesOnAfterTheState) {
  EXPECT_EQ(decide_start(facts(std::nullopt, 0, 20), state_at(10)).offset, 11);
}

TEST(StartOffset, ACommitBehindTheStateIsReadAgain) {
  EXPECT_EQ(decide_start(facts(5, 0, 20), state_at(10)).offset, 5);
}

TEST(StartOffset, ACommitAheadOfTheStateStops) {
  const StartDecision decision = decide_start(facts(12, 0, 20), state_at(10));
  EXPECT_EQ(decision.offset, -1);
  EXPECT_NE(decision.error.find("ahead of the state"), std::string::npos);
  EXPECT_TRUE(decision.overtaken);
}

TEST(StartOffset, ACommitWithoutStateStops) {
  const StartDecision decision = decide_start(facts(12, 0, 20), PartitionRecord{});
  EXPECT_NE(decision.error.find("history is missing"), std::string::npos);
  EXPECT_TRUE(decision.overtaken);
}

TEST(StartOffset, AnotherTopicStops) {
  PartitionFacts other = facts(11, 0, 20);
  other.topic_id = "topic-b";
  EXPECT_NE(decide_start(other, state_at(10)).error.find("made anew"), std::string::npos);
  other.topic_id.clear();
  EXPECT_EQ(decide_start(other, state_at(10)).offset, 11) << "a broker without topic ids cannot tell";
}

TEST(StartOffset, ALogThatEndsBeforeTheStateStops) {
  const StartDecision decision = decide_start(facts(11, 0, 10), state_at(10));
  EXPECT_NE(decision.error.find("truncated"), std::string::npos);
  EXPECT_FALSE(decision.overtaken) << "reading the state again would not bring records back";
}

TEST(StartOffset, AStartBelowTheLogStops) {
  EXPECT_EQ(decide_start(facts(11, 11, 20), state_at(10)).offset, 11);
  EXPECT_NE(decide_start(facts(11, 12, 20), state_at(10)).error.find("is gone"), std::string::npos);
}

PartitionFacts source_facts(std::optional<std::int64_t> committed, std::string was) {
  PartitionFacts found = facts(committed, 3, 20);
  found.committed_topic_id = std::move(was);
  return found;
}

TEST(SourceStartOffset, GoesOnAtTheCommittedOffsetOrBegins) {
  EXPECT_EQ(decide_source_start(source_facts(11, "topic-a"), "in", 0, 4).offset, 11);
  EXPECT_EQ(decide_source_start(source_facts(11, ""), "in", 0, 4).offset, 11) << "an older version's commit";
  EXPECT_EQ(decide_source_start(source_facts({}, ""), "in", 0, 4).offset, 3);
  PartitionFacts untold = source_facts(11, "topic-b");
  untold.topic_id.clear();
  EXPECT_EQ(decide_source_start(untold, "in", 0, 4).offset, 11) << "the broker tells no identities";
}

TEST(SourceStartOffset, AnotherTopicOfTheSameNameStops) {
  for (const std::optional<std::int64_t> committed : {std::optional<std::int64_t>(11), std::optional<std::int64_t>()}) {
    const StartDecision decision = decide_source_start(source_facts(committed, "topic-b"), "in", 2, 4);
    EXPECT_EQ(decision.offset, -1);
    EXPECT_NE(decision.error.find("topic in was deleted and made anew"), std::string::npos) << decision.error;
    EXPECT_NE(decision.error.find("README.md"), std::string::npos) << "what to do";
  }
}

TEST(SourceStartOffset, CommitsThatAreGoneStop) {
  PartitionFacts lost = source_facts({}, "");
  lost.commits_lost = true;
  const StartDecision decision = decide_source_start(lost, "in", 0, 4);
  EXPECT_EQ(decision.offset, -1);
  EXPECT_NE(decision.error.find("offsets.retention.minutes"), std::string::npos) << decision.error;
}

TEST(SourceStartOffset, WhatIsNotThereAnyMoreStops) {
  EXPECT_NE(decide_source_start(source_facts(21, "topic-a"), "in", 0, 4).error.find("truncated"), std::string::npos);
  EXPECT_NE(decide_source_start(source_facts(2, "topic-a"), "in", 0, 4).error.find("never seen"), std::string::npos);
  PartitionFacts divided = source_facts(11, "topic-a");
  divided.divided_among = 6;
  EXPECT_NE(decide_source_start(divided, "in", 0, 4).error, "");
}

PartitionRecord commands_until(std::int64_t last, std::string id = "commands-a") {
  PartitionRecord record = state_at(10);
  record.last_command = last;
  record.commands_id = std::move(id);
  return record;
}

TEST(CommandsProblem, NoneWhereTheTopicHasWhatComesNext) {
  EXPECT_EQ(commands_problem({"commands-a", 0, 6}, commands_until(5)).error, "");
  EXPECT_EQ(commands_problem({"commands-a", 6, 6}, commands_until(5)).error, "") << "what was applied may go";
  EXPECT_EQ(commands_problem({"", 0, 9}, commands_until(5)).error, "") << "the broker tells no identities";
}

TEST(CommandsProblem, AnotherTopicOrWhatIsGoneStops) {
  EXPECT_NE(commands_problem({"commands-b", 0, 900}, commands_until(5)).error.find("made anew"), std::string::npos);
  EXPECT_NE(commands_problem({"commands-a", 0, 5}, commands_until(5)).error.find("truncated"), std::string::npos);
  EXPECT_NE(commands_problem({"commands-a", 0, 5}, commands_until(5, "")).error.find("truncated"), std::string::npos);
  EXPECT_NE(commands_problem({"commands-a", 7, 9}, commands_until(5)).error.find("begins at 7"), std::string::npos);
  EXPECT_NE(commands_problem({"commands-a", 1, 9}, commands_until(-1)).error.find("begins at 1"), std::string::npos);
}

/// Its offsets are those of the last command, and what was behind it is no command.
TEST(CommandsProblem, ARecordOfAnOlderVersionTakesTheTopicAsItIs) {
  PartitionRecord record = commands_until(5, "");
  ASSERT_EQ(commands_problem({"commands-a", 9, 12}, record).error, "");
  take_commands({"commands-a", 9, 12}, record);
  EXPECT_EQ(record.commands_id, "commands-a");
  EXPECT_EQ(record.last_command, 8);
  record = commands_until(5, "");
  take_commands({"commands-a", 0, 12}, record);
  EXPECT_EQ(record.last_command, 5);
}

}  // namespace
}  // namespace coagwatch::daemon

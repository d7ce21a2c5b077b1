#include "daemon/engine/rebase.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

using Kind = RebaseDecision::Kind;

PartitionRecord state_at(std::int64_t last) {
  PartitionRecord record;
  record.last_offset = last;
  record.topic_id = "topic-a";
  record.owner = "coagwatch.one.0";
  record.input_topic = "in";
  record.partitions = 4;
  record.unfinished_tick = last;
  record.time = rules::Timestamp{77};
  record.last_command = 3;
  return record;
}

PartitionFacts facts(std::string topic, std::optional<std::int64_t> committed, std::int64_t low, std::int64_t end) {
  PartitionFacts found{std::move(topic), committed, low, end};
  found.partitions = 4;
  return found;
}

TEST(Rebase, WhatCouldGoOnIsLeftAlone) {
  EXPECT_EQ(decide_rebase(facts("topic-a", 11, 0, 20), state_at(10), "in", {}).kind, Kind::nothing);
  EXPECT_EQ(decide_rebase(facts("topic-a", std::nullopt, 0, 20), PartitionRecord{}, "in", {}).kind, Kind::nothing);
}

TEST(Rebase, ATopicMadeAnewIsAcceptedFromItsStart) {
  const RebaseDecision decision = decide_rebase(facts("topic-b", 11, 5, 20), state_at(10), "in", {});
  ASSERT_EQ(decision.kind, Kind::accepted) << decision.why;
  EXPECT_NE(decision.why.find("made anew"), std::string::npos);
  EXPECT_EQ(decision.record.topic_id, "topic-b");
  EXPECT_EQ(decision.record.last_offset, 4);
  EXPECT_EQ(decision.record.unfinished_tick, -1) << "it named an offset of the old topic";
  EXPECT_EQ(decision.record.time, rules::Timestamp{77}) << "time does not go back";
  EXPECT_EQ(decision.record.last_command, 3);
}

TEST(Rebase, OrFromAnOffsetThatIsThere) {
  EXPECT_EQ(decide_rebase(facts("topic-b", 11, 5, 20), state_at(10), "in", 12).record.last_offset, 11);
  EXPECT_EQ(decide_rebase(facts("topic-b", 11, 5, 20), state_at(10), "in", 20).kind, Kind::accepted) << "its end";
  const RebaseDecision beyond = decide_rebase(facts("topic-b", 11, 5, 20), state_at(10), "in", 21);
  EXPECT_EQ(beyond.kind, Kind::refused);
  EXPECT_NE(beyond.why.find("offset 21 is not there: the input has 5 to 20"), std::string::npos) << beyond.why;
  EXPECT_EQ(decide_rebase(facts("topic-b", 11, 5, 20), state_at(10), "in", 4).kind, Kind::refused);
}

TEST(Rebase, ATruncatedTopicIsAccepted) {
  EXPECT_EQ(decide_rebase(facts("topic-a", 11, 0, 6), state_at(10), "in", 6).record.last_offset, 5);
  EXPECT_EQ(decide_rebase(facts("topic-a", 11, 15, 20), state_at(10), "in", {}).record.last_offset, 14)
      << "what came next is gone";
}

TEST(Rebase, WhatTheInputHasNothingToDoWithIsRefused) {
  EXPECT_EQ(decide_rebase(facts("topic-a", 15, 0, 20), state_at(10), "in", {}).kind, Kind::refused)
      << "the state is behind what was committed";
  EXPECT_EQ(decide_rebase(facts("topic-a", 15, 0, 20), PartitionRecord{}, "in", {}).kind, Kind::refused)
      << "the state is gone";
  EXPECT_EQ(decide_rebase(facts("topic-b", 11, 0, 20), state_at(10), "other", {}).kind, Kind::refused)
      << "another topic is configured";
  PartitionFacts grown = facts("topic-b", 11, 0, 20);
  grown.partitions = 6;
  EXPECT_EQ(decide_rebase(grown, state_at(10), "in", {}).kind, Kind::refused) << "patients go elsewhere";
}

TEST(Rebase, CommandsThatWereLostAreAccepted) {
  PartitionFacts found = facts("topic-a", 11, 0, 20);
  PartitionRecord record = state_at(10);
  record.commands_id = "commands-a";
  found.commands = CommandFacts{"commands-a", 0, 4};
  EXPECT_EQ(decide_rebase(found, record, "in", {}).kind, Kind::nothing);

  found.commands = CommandFacts{"commands-b", 2, 9};
  const RebaseDecision anew = decide_rebase(found, record, "in", {});
  ASSERT_EQ(anew.kind, Kind::accepted) << anew.why;
  EXPECT_NE(anew.why.find("topic of commands was deleted and made anew"), std::string::npos) << anew.why;
  EXPECT_EQ(anew.record.commands_id, "commands-b");
  EXPECT_EQ(anew.record.last_command, 1) << "all that is there is new";
  EXPECT_EQ(anew.record.last_offset, 10) << "the input goes on where it was";
  EXPECT_EQ(anew.record.unfinished_tick, 10);
  EXPECT_EQ(decide_rebase(found, record, "in", 5).kind, Kind::refused) << "the input was not lost";

  found.commands = CommandFacts{"commands-a", 0, 2};
  EXPECT_EQ(decide_rebase(found, record, "in", {}).record.last_command, 1) << "all that is left was applied";
  found.commands = CommandFacts{"commands-a", 8, 9};
  EXPECT_EQ(decide_rebase(found, record, "in", {}).record.last_command, 7) << "the first that is kept";
}

TEST(Rebase, CommandsAndInputAreAcceptedTogether) {
  PartitionFacts found = facts("topic-b", 11, 5, 20);
  PartitionRecord record = state_at(10);
  record.commands_id = "commands-a";
  found.commands = CommandFacts{"commands-b", 0, 9};
  const RebaseDecision decision = decide_rebase(found, record, "in", {});
  ASSERT_EQ(decision.kind, Kind::accepted) << decision.why;
  EXPECT_EQ(decision.record.last_offset, 4);
  EXPECT_EQ(decision.record.last_command, -1);
  EXPECT_EQ(decision.record.commands_id, "commands-b");
}

}  // namespace
}  // namespace coagwatch::daemon

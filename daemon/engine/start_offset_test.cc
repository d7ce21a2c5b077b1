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

}  // namespace
}  // namespace coagwatch::daemon

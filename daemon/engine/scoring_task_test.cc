#include "daemon/engine/scoring_task.h"

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

/// The group has committed its place, and the state says nothing of a record yet.
TEST(ScoringTask, AnInputWhoseBeginningIsGoneMayBeginWithACommand) {
  PartitionFacts facts;
  facts.topic_id = "topic-id";
  facts.partitions = 1;
  facts.low = facts.end = 500;
  ScoringTask task(0, test_fold_settings());
  ASSERT_EQ(task.decide(facts).offset, 500);
  facts.committed = 500;
  const StartDecision again = task.decide(facts);
  EXPECT_EQ(again.offset, 500) << again.error;
  EXPECT_FALSE(again.overtaken);
}

TEST(ScoringTask, NothingOfANewInputCountsAsRead) {
  PartitionFacts facts;
  facts.topic_id = "topic-id";
  facts.partitions = 1;
  ScoringTask task(0, test_fold_settings());
  EXPECT_EQ(task.decide(facts).offset, 0);
  facts.end = 7;
  facts.committed = 3;
  EXPECT_TRUE(task.decide(facts).overtaken) << "somebody has read what the state does not know";
}

}  // namespace
}  // namespace coagwatch::daemon

// Transactions that fail again and again, and partitions that cannot be positioned.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WorkerFailuresTest : public WorkerTest {
 protected:
  /// A transaction of the partition's next record, which fails.
  void fail_once(std::int32_t partition, milliseconds idle = milliseconds(50)) {
    broker_.commit_outcomes = {CommitOutcome::aborted};
    garbage(partition, 0, 1);
    play(idle);
  }
};

TEST_F(WorkerFailuresTest, APartitionWhoseTransactionsFailInARowRestsLongerEachTime) {
  assign({0});
  fail_once(0);
  fail_once(0);
  EXPECT_THAT(broker_.take({"rewind", "pause", "resume"}), ElementsAre("rewind 0@0", "rewind 0@0"));
  fail_once(0, milliseconds(50));
  EXPECT_THAT(broker_.take({"rewind", "pause", "resume"}), ElementsAre("pause 0")) << "100 ms";
  play(milliseconds(100));
  EXPECT_THAT(broker_.take({"rewind", "pause", "resume"}), ElementsAre("resume 0@0"));
  fail_once(0, milliseconds(150));
  EXPECT_THAT(broker_.take({"resume"}), IsEmpty()) << "200 ms";
  play(milliseconds(100));
  EXPECT_THAT(broker_.take({"resume"}), ElementsAre("resume 0@0"));
  EXPECT_THAT(error(0), IsEmpty());
  fail_once(0, milliseconds(300));
  EXPECT_THAT(error(0), HasSubstr("the last 5 transactions with it failed"));
  play(milliseconds(200));
  garbage(0, 0, 1);
  play(milliseconds(300));
  EXPECT_THAT(error(0), IsEmpty());
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(0, 1));
  fail_once(0);
  EXPECT_THAT(broker_.take({"rewind"}), ElementsAre("rewind 0@1")) << "it counts anew";
}

TEST_F(WorkerFailuresTest, ItRestsForFiveSecondsAtMost) {
  assign({0});
  for (int i = 0; i < 40; ++i) fail_once(0, milliseconds(5'100));
  broker_.calls.clear();
  fail_once(0, milliseconds(4'900));
  EXPECT_THAT(broker_.take({"resume"}), IsEmpty());
  play(milliseconds(200));
  EXPECT_THAT(broker_.take({"resume"}), ElementsAre("resume 0@0"));
}

TEST_F(WorkerFailuresTest, TheOthersGoOnWhileItRests) {
  assign({0, 1});
  for (int i = 0; i < 4; ++i) fail_once(0, milliseconds(i < 3 ? 300 : 50));
  garbage(1, 0, 2);
  play(milliseconds(50));
  EXPECT_EQ(committed(OutputTopic::dead_letter, 1), garbage_values(0, 2));
  EXPECT_THAT(committed(OutputTopic::dead_letter, 0), IsEmpty());
}

TEST_F(WorkerFailuresTest, APartitionThatCannotBePositionedSaysSoAfterAWhile) {
  broker_.push_event(BrokerEvent::Kind::assigned, {0});
  broker_.resume_results.assign(1'100, false);
  play(milliseconds(9'000));
  EXPECT_EQ(stage(0), AssignedPartition::Stage::positioning);
  EXPECT_THAT(error(0), IsEmpty());
  play(milliseconds(1'500));
  EXPECT_THAT(error(0), HasSubstr("from offset 0 on"));
  broker_.resume_results.clear();
  play();
  EXPECT_EQ(stage(0), AssignedPartition::Stage::running);
  EXPECT_THAT(error(0), IsEmpty());
}

}  // namespace
}  // namespace coagwatch::daemon

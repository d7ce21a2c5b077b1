// Another process under the same name: the worker that is told of it writes nothing more.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class WorkerConflictTest : public WorkerTest {
 protected:
  void push_conflict() { broker_.push_event(BrokerEvent::Kind::conflict, {}, "another process uses instance x"); }
};

TEST_F(WorkerConflictTest, WhatIsOpenIsAbortedAndNothingIsBegunAgain) {
  assign({0, 1});
  garbage(0, 0, 3);
  push_conflict();
  play();
  EXPECT_EQ(worker().snapshot().conflict, "another process uses instance x");
  garbage(0, 0, 3);
  garbage(1, 0, 3);
  play(milliseconds(120'000));
  worker().stop();
  EXPECT_THAT(broker_.take({"begin", "commit", "replace", "resume", "rewind", "close"}), ElementsAre("begin", "close"));
  EXPECT_THAT(broker_.commits, IsEmpty());
}

TEST_F(WorkerConflictTest, ItIsSaidWithoutDelayAndAsTheReason) {
  assign({0});
  push_conflict();
  step();
  EXPECT_EQ(worker().snapshot().conflict, "another process uses instance x");
  EXPECT_EQ(worker().snapshot().problem, "another process uses instance x");
  broker_.push_event(BrokerEvent::Kind::assigned, {1});
  play();
  EXPECT_EQ(worker().snapshot().problem, "another process uses instance x");
}

TEST_F(WorkerConflictTest, NothingIsRestoredAfterIt) {
  assign({0});
  push_conflict();
  broker_.push_event(BrokerEvent::Kind::assigned, {1});
  play();
  broker_.push_event(BrokerEvent::Kind::revoked, {0});
  play();
  EXPECT_THAT(broker_.take(), ElementsAre("accept 1", "release 0")) << "the group is answered, no more";
}

TEST_F(WorkerConflictTest, WhatWasCommittedBeforeStays) {
  assign({0});
  garbage(0, 0, 2);
  play();
  push_conflict();
  play();
  worker().stop();
  EXPECT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(committed(OutputTopic::dead_letter, 0), garbage_values(0, 2));
}

TEST_F(WorkerConflictTest, AFencingAloneIsNone) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::replace};
  garbage(0, 0, 2);
  play();
  EXPECT_EQ(worker().snapshot().conflict, "");
  EXPECT_THAT(broker_.take({"commit", "replace", "resume"}), ElementsAre("commit 0@2", "replace", "resume 0@0"));
}

}  // namespace
}  // namespace coagwatch::daemon

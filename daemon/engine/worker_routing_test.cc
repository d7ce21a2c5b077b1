// A worker of the router stage, which has no state.

#include "daemon/engine/routing_task.h"
#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RoutingWorkerTest : public testing::Test {
 protected:
  void assign(const std::string& committed_by) {
    PartitionFacts facts;
    facts.topic_id = "topic-id";
    facts.committed = 7;
    facts.end = 100;
    facts.committed_by = committed_by;
    broker_.facts_of[0] = facts;
    broker_.push_event(BrokerEvent::Kind::assigned, {0});
    for (int i = 0; i < 20; ++i) worker_.step();
  }
  ScriptedBroker broker_;
  RecordingObserver observer_;
  Worker worker_{broker_,
                 nullptr,
                 std::make_unique<RoutingTasks>(std::vector<std::string>{"in"}, 4, test_fold_settings()),
                 observer_,
                 {}};
};

TEST_F(RoutingWorkerTest, ShutsOutWhoeverCommittedLast) {
  assign("group-router.other.0");
  EXPECT_THAT(broker_.take({"fence", "resume"}), UnorderedElementsAre("fence group-router.other.0", "resume 0@7"));
}

TEST_F(RoutingWorkerTest, ShutsOutNobodyWhereItWasItself) {
  assign(broker_.own_id);
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty());
}

TEST_F(RoutingWorkerTest, ShutsOutNobodyWhereNobodyIsTold) {
  assign("");
  EXPECT_THAT(broker_.take({"fence"}), IsEmpty());
}

}  // namespace
}  // namespace coagwatch::daemon

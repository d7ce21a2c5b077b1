// The second form of alerts, on a topic of its own.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using WorkerNotificationsTest = WorkerTest;

TEST_F(WorkerNotificationsTest, AreOff) {
  assign({0});
  sick_patient(0, 0);
  play();
  EXPECT_THAT(committed(OutputTopic::alerts, 0), SizeIs(1));
  EXPECT_THAT(committed(OutputTopic::notifications, 0), IsEmpty());
}

TEST_F(WorkerNotificationsTest, ComeInTheTransactionOfTheirAlertWhereTheSiteSaysSo) {
  settings_.notifications = true;
  assign({0});
  sick_patient(0, 0);
  play();
  ASSERT_THAT(committed(OutputTopic::notifications, 0), SizeIs(1));
  EXPECT_THAT(committed(OutputTopic::notifications, 0)[0], HasSubstr(R"("type":"history")"));
  for (const ScriptedBroker::Commit& commit : broker_.commits) {
    const auto of = [&](OutputTopic topic) {
      return std::ranges::count(commit.outputs, topic, &ScriptedBroker::Output::topic);
    };
    EXPECT_EQ(of(OutputTopic::notifications), of(OutputTopic::alerts));
  }
}

}  // namespace
}  // namespace coagwatch::daemon

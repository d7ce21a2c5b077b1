// The open episodes that a worker reports: those of the committed patients of the partitions that it owns.

#include "daemon/engine/worker_fixture.h"

namespace coagwatch::daemon {
namespace {

class WorkerEpisodesTest : public WorkerTest {
 protected:
  std::uint64_t open(std::string_view criterion = "isth-2001") {
    const WorkerSnapshot snapshot = worker().snapshot();
    const auto& criteria = settings_.rules->criteria;
    for (std::size_t i = 0; i < criteria.size(); ++i) {
      if (criteria[i].id == criterion) return snapshot.open_episodes.at(i);
    }
    ADD_FAILURE() << criterion;
    return 0;
  }
};

TEST_F(WorkerEpisodesTest, AreCountedOverPartitionsOnceCommitted) {
  assign({0, 1});
  EXPECT_EQ(open(), 0U);
  sick_patient(0, 0);
  sick_patient(1, 0);
  play();
  EXPECT_EQ(open(), 2U);
  broker_.push_event(BrokerEvent::Kind::revoked, {1});
  play();
  EXPECT_EQ(open(), 1U);
}

TEST_F(WorkerEpisodesTest, AnAbortLeavesThemAsTheyWere) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  sick_patient(0, 0);
  play();
  EXPECT_EQ(open(), 0U);
  sick_patient(0, 0);
  play();
  EXPECT_EQ(open(), 1U);
}

TEST_F(WorkerEpisodesTest, AreTheSameAfterARestore) {
  assign({0});
  sick_patient(0, 0);
  play();
  broker_.push_event(BrokerEvent::Kind::lost, {0});
  play();
  EXPECT_EQ(open(), 0U) << "somebody else's now";
  assign({0});
  EXPECT_EQ(open(), 1U);
}

TEST_F(WorkerEpisodesTest, AreReadAgainAfterAnUnknownOutcome) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::unknown};
  sick_patient(0, 0);
  play();
  EXPECT_EQ(open(), 0U);
  sick_patient(0, 0);
  play();
  EXPECT_EQ(open(), 1U);
  broker_.push_record(0, 2, fhir::ObservationJson().set("id", R"("c1")").quantity("300", "10*9/L").text());
  play();
  EXPECT_EQ(open("jmhw"), 0U);
}

}  // namespace
}  // namespace coagwatch::daemon

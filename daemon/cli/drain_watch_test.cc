#include "daemon/cli/drain_watch.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

using State = DrainWatch::State;
using Stage = AssignedPartition::Stage;

std::vector<WorkerSnapshot> worker(Stage stage, std::int64_t next, std::optional<std::int64_t> end) {
  WorkerSnapshot snapshot;
  snapshot.assigned = snapshot.producer_ready = true;
  WorkerSnapshot::Partition& partition = snapshot.partitions.emplace_back();
  partition.number = 2;
  partition.stage = stage;
  partition.next = next;
  partition.end = end;
  return {snapshot};
}

TEST(DrainWatch, IsDoneOnceNothingHasComeForAWhileAtTheEnd) {
  DrainWatch watch;
  DrainWatch::Clock::time_point now;
  const auto after = [&](int seconds) { return now += std::chrono::seconds(seconds); };
  EXPECT_EQ(watch.look(worker(Stage::restoring, -1, std::nullopt), 1, now), State::working);
  EXPECT_EQ(watch.look(worker(Stage::running, 7, std::nullopt), 1, after(5)), State::working) << "the end is not known";
  EXPECT_EQ(watch.look(worker(Stage::running, 7, 9), 1, after(5)), State::working);
  EXPECT_EQ(watch.look(worker(Stage::running, 9, 9), 1, after(5)), State::working) << "just now";
  EXPECT_EQ(watch.look(worker(Stage::running, 12, 12), 1, after(2)), State::working) << "something came";
  EXPECT_EQ(watch.look(worker(Stage::running, 12, 12), 1, after(2)), State::working);
  EXPECT_EQ(watch.look(worker(Stage::running, 12, 12), 1, after(1)), State::done);
}

TEST(DrainWatch, WaitsForAnAssignmentWhichMayBeEmpty) {
  DrainWatch watch;
  const DrainWatch::Clock::time_point now;
  WorkerSnapshot none;
  none.producer_ready = true;
  EXPECT_EQ(watch.look({none}, 0, now), State::working);
  EXPECT_EQ(watch.look({none}, 0, now + std::chrono::minutes(1)), State::working);
  none.assigned = true;
  EXPECT_EQ(watch.look({none}, 0, now + std::chrono::minutes(2)), State::working);
  EXPECT_EQ(watch.look({none}, 0, now + std::chrono::minutes(3)), State::done);
}

TEST(DrainWatch, IsNotDoneWhileOthersHavePartitions) {
  DrainWatch watch;
  const DrainWatch::Clock::time_point now;
  EXPECT_EQ(watch.look(worker(Stage::running, 9, 9), 3, now), State::working);
  EXPECT_EQ(watch.problem(), "") << "who was killed is missed first";
  EXPECT_EQ(watch.look(worker(Stage::running, 9, 9), 3, now + std::chrono::seconds(4)), State::working);
  EXPECT_EQ(watch.problem(), "other members of the group have 2 of 3 partitions: end every process of it");
  EXPECT_EQ(watch.look(worker(Stage::running, 9, 9), 3, now + std::chrono::seconds(60)), State::stopped);
  // Those of it came to us, and are to be drained too.
  auto workers = worker(Stage::running, 9, 9);
  for (int p = 3; p < 5; ++p) workers[0].partitions.emplace_back(workers[0].partitions[0]).number = p;
  EXPECT_EQ(watch.look(workers, 3, now + std::chrono::seconds(61)), State::working);
  EXPECT_EQ(watch.look(workers, 3, now + std::chrono::seconds(64)), State::done);
}

TEST(DrainWatch, TellsOfAPartitionThatHasStopped) {
  DrainWatch watch;
  auto workers = worker(Stage::stopped, 3, 9);
  workers[0].partitions[0].error = "records were lost";
  EXPECT_EQ(watch.look(workers, 1, {}), State::stopped);
  EXPECT_EQ(watch.problem(), "partition 2: records were lost");
}

}  // namespace
}  // namespace coagwatch::daemon

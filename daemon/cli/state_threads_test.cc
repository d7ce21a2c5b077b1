#include "daemon/cli/state_threads.h"

#include <gtest/gtest.h>

#include "daemon/engine/scoring_task.h"
#include "daemon/engine/scripted_broker.h"
#include "daemon/fold/fold_fixture.h"

namespace coagwatch::daemon {
namespace {

constexpr std::int32_t kPartitions = 7;

std::vector<StateThreads::Part> parts(std::size_t count) {
  std::vector<StateThreads::Part> made;
  for (std::size_t i = 0; i < count; ++i) {
    auto topic = std::make_unique<ScriptedBroker>();
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
      PartitionRecord record;
      record.last_offset = partition;
      record.owner = "group.worker." + std::to_string(partition);
      std::string encoded;
      encode_partition_record(record, encoded);
      topic->changelog[partition].emplace_back(kPartitionRecordKey, encoded);
    }
    made.push_back({std::move(topic), std::make_unique<ScoringTasks>(test_fold_settings())});
  }
  return made;
}

std::unique_ptr<PartitionTask> await(StateThreads& states, ClaimId claim) {
  states.settle(claim, 0);
  while (states.progress(claim).state != ClaimProgress::State::complete) std::this_thread::yield();
  return states.take(claim);
}

TEST(StateThreads, SeveralWorkersGetEachPartitionTheyClaim) {
  for (const std::size_t count : {1U, 3U}) {
    CopyObserver observer;
    StateThreads states(parts(count), kPartitions, {}, observer);
    std::vector<std::thread> workers;
    for (std::int32_t worker = 0; worker < 3; ++worker) {
      workers.emplace_back([&states, worker] {
        for (int round = 0; round < 20; ++round) {
          for (std::int32_t partition = worker; partition < kPartitions; partition += 3) {
            if (round % 5 == 0) states.give_up(states.claim(partition));
            std::unique_ptr<PartitionTask> task = await(states, states.claim(partition));
            ASSERT_EQ(task->owner(), "group.worker." + std::to_string(partition));
            states.give_back(partition, std::move(task));
            static_cast<void>(states.standbys());
          }
        }
      });
    }
    for (std::thread& worker : workers) worker.join();
    states.stop();
  }
}

TEST(StateThreads, EveryPartitionHasItsStandby) {
  CopyObserver observer;
  StateThreads states(parts(2), kPartitions, {}, observer);
  while (states.standbys().size() < kPartitions) std::this_thread::yield();
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    EXPECT_EQ(states.standbys()[static_cast<std::size_t>(partition)].partition, partition);
  }
}

TEST(StateThreads, WhoeverTakesAPartitionAfterTheEndDoesNotFail) {
  CopyObserver observer;
  StateThreads states(parts(2), 0, {}, observer);
  const ClaimId claim = states.claim(4);
  states.stop();
  states.give_up(claim);
}

}  // namespace
}  // namespace coagwatch::daemon

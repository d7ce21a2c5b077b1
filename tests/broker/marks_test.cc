// What a worker commits before it asks where its new partitions stand (daemon/engine/README.md, "Answers of the past").

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "daemon/fold/state_codec.h"
#include "tests/broker/daemon_process.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr int kPartitions = 3;

class Marks : public testing::Test {
 protected:
  static DaemonProcess::Options options() {
    DaemonProcess::Options out;
    out.input = unique_name("input");
    out.prefix = unique_name("marks");
    create_topic(out.input, kPartitions);
    return out;
  }
  DaemonProcess daemon_{options()};
  const std::string group_ = daemon_.options().prefix;
  const std::string commands_ = commands_topic(group_);
};

TEST_F(Marks, StandInTheGroupAndInEachPartitionOfTheState) {
  daemon_.start();
  ASSERT_TRUE(daemon_.wait_ready()) << daemon_.log();
  EXPECT_EQ(daemon_.terminate(), 0);
  std::set<int> marked;
  for (const Record& record : read_topic(state_topic(group_))) {
    if (record.key != daemon::kMarkKey) continue;
    EXPECT_FALSE(record.value);
    marked.insert(record.partition);
  }
  EXPECT_EQ(marked.size(), kPartitions);
  int places = 0;
  for (const std::int64_t offset : committed_offsets(group_, commands_)) places += offset >= 0 ? 1 : 0;
  EXPECT_GT(places, 0);
  EXPECT_EQ(group_lag(group_, daemon_.options().input), 0) << "nothing was processed";
}

/// What the group tells does not hold the mark, as of a coordinator that has not heard of it: somebody writes over it
/// all the time.
TEST_F(Marks, AnAnswerWithoutItIsNotTaken) {
  daemon_.start();
  ASSERT_TRUE(daemon_.wait_ready()) << daemon_.log();
  const std::string older = "older than what this worker has committed";
  std::atomic<bool> writing{true};
  std::thread writer([&] {
    TestProducer producer(unique_name("writer"));
    while (writing) {
      producer.begin();
      for (int p = 0; p < kPartitions; ++p) producer.send_offset(group_, commands_, p, 0);
      producer.commit();
    }
  });
  // Now and then a worker is told before the next one comes.
  for (int i = 0; i < 20 && daemon_.log().find(older) == std::string::npos; ++i) {
    EXPECT_EQ(daemon_.terminate(), 0);
    daemon_.start();
    const auto end = std::chrono::steady_clock::now() + milliseconds(3'000);
    while (std::chrono::steady_clock::now() < end && daemon_.log().find(older) == std::string::npos) {
      std::this_thread::sleep_for(milliseconds(20));
    }
  }
  EXPECT_THAT(daemon_.log(), HasSubstr(older));
  writing = false;
  writer.join();
  EXPECT_TRUE(daemon_.wait_ready()) << daemon_.get("/readyz").second;
  EXPECT_EQ(daemon_.terminate(), 0);
}

}  // namespace
}  // namespace coagwatch::test

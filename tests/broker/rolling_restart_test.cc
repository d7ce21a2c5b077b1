#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr int kPartitions = 4;

DaemonProcess::Options member(const std::string& input, const std::string& prefix, const std::string& instance) {
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = prefix;
  options.instance = instance;
  return options;
}

/// Ends a daemon in order and starts it again; waits until it works.
void restart(DaemonProcess& daemon) {
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  daemon.start();
  EXPECT_TRUE(daemon.wait_ready()) << daemon.log();
}

TEST(RollingRestart, UnderLoadNothingIsLostOrDoubled) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("rolling");
  create_topic(input, kPartitions);
  DaemonProcess one(member(input, prefix, "one"));
  DaemonProcess two(member(input, prefix, "two"));
  one.start();
  two.start();
  ASSERT_TRUE(one.wait_ready()) << one.log();
  ASSERT_TRUE(two.wait_ready()) << two.log();
  Feeder feeder(input, sample_feed(20'000, 200, kPartitions, 5), 100, milliseconds(1000));
  for (int i = 0; i < 3; ++i) {
    restart(one);
    restart(two);
  }
  EXPECT_FALSE(feeder.done()) << "the feed ended before the restarts did";
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(prefix, input, 60));
  EXPECT_EQ(one.terminate(), 0);
  EXPECT_EQ(two.terminate(), 0);
  expect_same_as_offline(one);
}

TEST(RollingRestart, TwoWorkersInAProcessShareThePartitions) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("workers");
  create_topic(input, kPartitions);
  DaemonProcess::Options options = member(input, prefix, "one");
  options.extra = "workers: 2\n";
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  Feeder feeder(input, sample_feed(8'000, 100, kPartitions, 6), 100, milliseconds(1000));
  for (const char* worker : {"0", "1"}) {
    EXPECT_TRUE(daemon.wait_for(
        "/status", std::string(R"("worker":)") + worker + R"(,"stage":"scoring","ready":true,"partitions":[{)"))
        << daemon.get("/status").second;
  }
  restart(daemon);
  EXPECT_FALSE(feeder.done()) << "the feed ended before the restart did";
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(prefix, input, 60));
  EXPECT_EQ(daemon.terminate(), 0);
  expect_same_as_offline(daemon);
}

TEST(RollingRestart, AMemberWithoutPartitionsIsReadyAndTakesOver) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("surplus");
  create_topic(input, 1);
  DaemonProcess one(member(input, prefix, "one"));
  DaemonProcess two(member(input, prefix, "two"));
  one.start();
  ASSERT_TRUE(one.wait_ready()) << one.log();
  two.start();
  ASSERT_TRUE(two.wait_ready()) << two.log();
  Feeder feeder(input, sample_feed(2'000, 50, 1, 12), 100, milliseconds(200));
  EXPECT_EQ(one.terminate(), 0) << one.log();
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(prefix, input, 60)) << two.log();
  EXPECT_EQ(two.terminate(), 0) << two.log();
  expect_same_as_offline(two);
}

}  // namespace
}  // namespace coagwatch::test

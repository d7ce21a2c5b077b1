// Topics that get more partitions while the daemon runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/broker/daemon_process.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

class PartitionGrowth : public testing::Test {
 protected:
  [[nodiscard]] DaemonProcess::Options options(bool keyed) const {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.keyed = keyed;
    return options;
  }
  void send(const std::vector<Record>& feed) const {
    TestProducer producer;
    for (const Record& record : feed) producer.send(input_, record);
    producer.flush();
  }

  const std::string input_ = unique_name("input");
  const std::string prefix_ = unique_name("growth");
};

TEST_F(PartitionGrowth, OfTheScoredTopicStopsEverythingWithTheReason) {
  create_topic(input_, 4);
  DaemonProcess daemon(options(true));
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  send(sample_feed(500, 20, 4, 1));
  ASSERT_TRUE(wait_until_consumed(prefix_, input_, 30));
  const std::size_t alerts = read_topic(alerts_topic(prefix_)).size();
  ASSERT_GT(alerts, 0U);
  add_partitions(input_, 6);
  const std::string why = "has 6 partitions, and patients were divided among 4";
  ASSERT_TRUE(daemon.wait_for("/readyz", why)) << daemon.get("/readyz").second << daemon.log();
  EXPECT_EQ(daemon.get("/readyz").first, 503);
  // Whoever sends goes on, and divides patients anew.
  send(sample_feed(500, 20, 6, 2));
  EXPECT_FALSE(wait_until_consumed(prefix_, input_, 3));
  EXPECT_EQ(daemon.terminate(), 0);
  EXPECT_EQ(read_topic(alerts_topic(prefix_)).size(), alerts);
  // A start notices at once: first the other topics that are not as many, then what is known of the patients.
  daemon.start();
  EXPECT_EQ(daemon.wait(30), 2);
  EXPECT_THAT(daemon.log(), HasSubstr("has 4 partitions, the input topic " + input_ + " has 6"));
  for (const char* role : {".alerts", ".status", ".state", ".dead-letter", ".journal", ".commands"}) {
    add_partitions(prefix_ + role, 6);
  }
  daemon.start();
  ASSERT_TRUE(daemon.wait_for("/readyz", why)) << daemon.get("/readyz").second;
  EXPECT_FALSE(wait_until_consumed(prefix_, input_, 3));
  const std::string status = daemon.get("/status").second;
  EXPECT_THAT(status, Not(HasSubstr(R"("stage":"running")"))) << "new partitions have no state that could tell";
  EXPECT_EQ(daemon.terminate(), 0);
  EXPECT_EQ(read_topic(alerts_topic(prefix_)).size(), alerts);
}

TEST_F(PartitionGrowth, OfATopicThatTheRouterReadsIsTakenAlong) {
  create_topic(input_, 2);
  DaemonProcess::Options grown = options(false);
  grown.properties = "topic.metadata.refresh.interval.ms: 2000";
  DaemonProcess daemon(grown);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  send(sample_feed(500, 20, 2, 1));
  ASSERT_TRUE(wait_until_consumed(prefix_ + "-router", input_, 30));
  add_partitions(input_, 5);
  send(sample_feed(500, 20, 5, 2));
  ASSERT_TRUE(wait_until_consumed(prefix_ + "-router", input_, 60)) << daemon.log();
  EXPECT_TRUE(daemon.wait_ready()) << daemon.get("/readyz").second;
  EXPECT_TRUE(wait_without_lag({&daemon}, by_patient_topic(prefix_), partition_count(by_patient_topic(prefix_))));
  EXPECT_EQ(daemon.terminate(), 0);
  expect_same_as_offline(daemon);
}

}  // namespace
}  // namespace coagwatch::test

// What operators and brokers do to what a router stage reads, and to its committed offsets: it must stop with a clear
// reason rather than skip or repeat records.

#include <gtest/gtest.h>

#include <set>

#include "tests/broker/daemon_process.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

class RouterAccidents : public testing::Test {
 protected:
  void SetUp() override {
    create_topic(first_, 1);
    create_topic(second_, 2);
  }
  static void send(const std::string& topic, std::size_t records, std::uint32_t seed) {
    TestProducer producer;
    for (const Record& record : sample_feed(records, 5, 1, seed)) producer.send(topic, record);
    producer.flush();
  }
  /// Runs until all that there is was routed.
  void run_and_stop() {
    daemon_.start();
    ASSERT_TRUE(daemon_.wait_ready()) << daemon_.get("/readyz").second << daemon_.log();
    ASSERT_TRUE(wait_until_consumed(group_, first_, 60));
    ASSERT_TRUE(wait_until_consumed(group_, second_, 60));
    ASSERT_EQ(daemon_.terminate(), 0);
  }
  /// Places of what was routed of a topic.
  [[nodiscard]] std::multiset<std::string> routed(const std::string& topic) const {
    std::multiset<std::string> places;
    for (const Record& record : read_topic(by_patient_topic(prefix_))) {
      const std::string place = record.header("coagwatch-source");
      if (place.starts_with(topic + "/")) places.insert(place);
    }
    return places;
  }

  const std::string first_ = unique_name("lab");
  const std::string second_ = unique_name("poct");
  const std::string prefix_ = unique_name("accident");
  const std::string group_ = prefix_ + "-router";
  DaemonProcess daemon_{[this] {
    DaemonProcess::Options options;
    options.input = first_ + ", " + second_;
    options.prefix = prefix_;
    options.keyed = false;
    return options;
  }()};
};

/// Its commits went with it; those of the other topic say which one it was.
TEST_F(RouterAccidents, OneOfTwoTopicsMadeAnewStopsUntilSomebodySaysWhereItGoesOn) {
  send(first_, 50, 3);
  send(second_, 50, 4);
  run_and_stop();
  const auto before = routed(second_);
  delete_topic(second_);
  create_topic(second_, 2);
  send(second_, 30, 5);
  for (int start = 0; start < 2; ++start) {
    send(first_, 10, 6);
    daemon_.start();
    EXPECT_TRUE(daemon_.wait_for("/readyz", second_ + " was deleted and made anew")) << daemon_.get("/readyz").second;
    EXPECT_TRUE(wait_until_consumed(group_, first_, 60)) << "the other one goes on, and is not heard of again";
    EXPECT_EQ(daemon_.terminate(), 0);
  }
  EXPECT_EQ(routed(second_), before);
  for (int p = 0; p < 2; ++p) set_offset(group_, second_, p, 0);
  run_and_stop();
  EXPECT_GT(routed(second_).size(), before.size() + 20);
}

TEST_F(RouterAccidents, CommitsThatHaveExpiredStopTheRouterUntilSomebodySaysWhereItGoesOn) {
  send(first_, 50, 3);
  run_and_stop();
  const auto before = routed(first_);
  ASSERT_GT(before.size(), 40U);
  delete_group(group_);
  send(first_, 10, 4);
  daemon_.start();
  EXPECT_TRUE(daemon_.wait_for("/readyz", "committed offsets are gone")) << daemon_.get("/readyz").second;
  EXPECT_EQ(daemon_.terminate(), 0);
  EXPECT_EQ(routed(first_), before);
  set_offset(group_, first_, 0, 50);
  run_and_stop();
  const auto after = routed(first_);
  EXPECT_GT(after.size(), before.size());
  EXPECT_EQ(std::set<std::string>(after.begin(), after.end()).size(), after.size()) << "nothing is routed twice";
}

}  // namespace
}  // namespace coagwatch::test

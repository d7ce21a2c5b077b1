// An input that ends before what the group has committed (daemon/engine/README.md, "Answers of the past").

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/own_kafka.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

class EarlyEnd : public testing::Test {
 protected:
  void SetUp() override {
    kafka_.start();
    create_topic(input_, 1);
    send(3);
    set_offset(group_, input_, 0, 5);
    daemon_.start();
    ASSERT_TRUE(daemon_.wait_for("/readyz", doubted_, 20)) << daemon_.get("/readyz").second << daemon_.log();
    send(5);
  }
  void send(std::size_t records) const {
    TestProducer producer;
    for (const Record& record : sample_feed(records, 5, 1, 7)) producer.send(input_, record);
    producer.flush();
  }
  [[nodiscard]] std::size_t routed() const { return read_topic(by_patient_topic(prefix_)).size(); }

  const std::string doubted_ = "asked again for half a minute";
  OwnKafka kafka_;
  const std::string input_ = unique_name("lab");
  const std::string prefix_ = unique_name("early");
  const std::string group_ = prefix_ + "-router";
  DaemonProcess daemon_{[this] {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.keyed = false;
    return options;
  }()};
};

TEST_F(EarlyEnd, ALaterLeaderIsBelieved) {
  std::this_thread::sleep_for(std::chrono::seconds(3));
  EXPECT_THAT(daemon_.get("/readyz").second, HasSubstr(doubted_)) << "the one that told it has told more since";
  kafka_.kill();
  kafka_.start();
  ASSERT_TRUE(daemon_.wait_ready(60)) << daemon_.get("/readyz").second << daemon_.log();
  EXPECT_TRUE(wait_until_consumed(group_, input_, 30)) << daemon_.log();
  EXPECT_EQ(routed(), 3U) << "of 8 records those behind the offset 5";
  EXPECT_EQ(daemon_.terminate(), 0);
}

TEST_F(EarlyEnd, WhereNoneComesThePartitionStops) {
  EXPECT_TRUE(daemon_.wait_for("/readyz", "stopped", 60)) << daemon_.get("/readyz").second;
  EXPECT_THAT(daemon_.get("/readyz").second, HasSubstr("before the group's committed offset 5"));
  EXPECT_EQ(routed(), 0U);
  EXPECT_EQ(daemon_.terminate(), 0);
}

}  // namespace
}  // namespace coagwatch::test

// What a partition's leader tells of its end, by librdkafka's mock cluster.
//
// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include <gtest/gtest.h>

#include <thread>

#include "daemon/kafka/mock_kafka.h"
#include "daemon/kafka/partition_probe.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

class ConfirmedEnd : public testing::Test {
 protected:
  void SetUp() override {
    kafka_.create_topic("in");
    ClientSettings settings;
    settings.brokers = kafka_.brokers();
    settings.group = "group";
    settings.client_id = "client";
    std::string error;
    probe_ = PartitionProbe::create(settings, std::make_shared<RateLimitedLog>(nullptr), error);
    ASSERT_TRUE(probe_) << error;
  }
  std::optional<std::int64_t> end() { return probe_->confirmed_end(0, "in", 0); }
  /// Within some time.
  bool is_told() {
    const auto until = Clock::now() + milliseconds(20'000);
    while (end() != 0) {
      if (Clock::now() >= until) return false;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return true;
  }

  MockKafka kafka_;
  std::unique_ptr<PartitionProbe> probe_;
};

TEST_F(ConfirmedEnd, IsForgottenWithinASecondOfABrokenLink) {
  ASSERT_TRUE(is_told());
  rd_kafka_mock_broker_set_down(kafka_.get(), 1);
  EXPECT_EQ(end(), 0) << "told a moment ago";
  std::this_thread::sleep_for(milliseconds(1'010));
  const auto start = Clock::now();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(end(), std::nullopt);
  EXPECT_LT(Clock::now() - start, milliseconds(150)) << "waited for once";
  rd_kafka_mock_broker_set_up(kafka_.get(), 1);
  EXPECT_TRUE(is_told());
}

TEST_F(ConfirmedEnd, IsForgottenWhereThePartitionIsPositioned) {
  ASSERT_TRUE(is_told());
  rd_kafka_mock_broker_set_down(kafka_.get(), 1);
  probe_->forget_end(0);
  EXPECT_EQ(end(), std::nullopt);
}

/// What is told late is of the past, and of another position.
TEST_F(ConfirmedEnd, ALateAnswerDoesNotCount) {
  ASSERT_TRUE(is_told());
  probe_->forget_end(0);
  rd_kafka_mock_broker_set_rtt(kafka_.get(), 1, 300);
  ASSERT_EQ(end(), std::nullopt);
  probe_->forget_end(0);
  rd_kafka_mock_broker_set_down(kafka_.get(), 1);
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_EQ(end(), std::nullopt);
}

TEST_F(ConfirmedEnd, IsToldOfTheEndAsItIsNow) {
  ASSERT_TRUE(is_told());
  std::string error;
  ClientSettings settings;
  settings.brokers = kafka_.brokers();
  const auto producer = Client::create(RD_KAFKA_PRODUCER, make_conf(ClientRole::probe, settings, error), "p",
                                       std::make_shared<RateLimitedLog>(nullptr), {}, error);
  ASSERT_TRUE(producer) << error;
  const TopicHandle topic(rd_kafka_topic_new(producer->get(), "in", nullptr));
  rd_kafka_produce(topic.get(), 0, RD_KAFKA_MSG_F_COPY, nullptr, 0, nullptr, 0, nullptr);
  ASSERT_EQ(rd_kafka_flush(producer->get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  std::this_thread::sleep_for(milliseconds(1'010));
  const auto until = Clock::now() + milliseconds(20'000);
  while (end() != 1) ASSERT_LT(Clock::now(), until);
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif

// What becomes of commands on their way from the topic, by librdkafka's mock cluster.
//
// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include "daemon/kafka/command_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "daemon/kafka/mock_kafka.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;
using Kind = BrokerEvent::Kind;

class CommandReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    kafka_.create_topic("commands");
    ClientSettings settings;
    settings.brokers = kafka_.brokers();
    settings.group = "group";
    settings.client_id = "client";
    // What a broker answers is asked for again at once.
    settings.user = {{"fetch.error.backoff.ms", "10"}};
    reader_ = std::make_unique<CommandReader>(settings, "commands", std::make_shared<RateLimitedLog>(nullptr));
  }

  void write(const std::vector<std::string>& values) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    ASSERT_EQ(rd_kafka_conf_set(conf, "bootstrap.servers", kafka_.brokers().c_str(), nullptr, 0), RD_KAFKA_CONF_OK);
    rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, "commands", nullptr);
    for (std::string value : values) {
      EXPECT_EQ(rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, value.data(), value.size(), nullptr, 0, nullptr), 0);
    }
    rd_kafka_topic_destroy(topic);
    EXPECT_EQ(rd_kafka_flush(producer, 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(producer);
  }

  /// The next event, within some time.
  Kind next() {
    const auto until = Clock::now() + milliseconds(20'000);
    while (Clock::now() < until) {
      if (const BrokerEvent* event = reader_->poll()) {
        if (event->kind == Kind::command) read_.emplace_back(event->record.value.value_or(""));
        if (event->kind == Kind::command_end) end_ = event->offset;
        error_ = event->error;
        out_of_range_ = event->out_of_range;
        return event->kind;
      }
      std::this_thread::sleep_for(milliseconds(5));
    }
    return Kind::none;
  }

  MockKafka kafka_;
  std::unique_ptr<CommandReader> reader_;
  std::vector<std::string> read_;
  std::int64_t end_ = -1;
  std::string error_;
  bool out_of_range_ = false;
};

TEST_F(CommandReaderTest, TellsEachOneAndThenTheEnd) {
  write({"a", "b"});
  ASSERT_TRUE(reader_->follow(0, 0));
  EXPECT_EQ(next(), Kind::command);
  EXPECT_EQ(next(), Kind::command);
  EXPECT_THAT(read_, ElementsAre("a", "b"));
}

TEST_F(CommandReaderTest, FollowedAnewGoesOnFromThere) {
  write({"a", "b", "c"});
  ASSERT_TRUE(reader_->follow(0, 0));
  EXPECT_EQ(next(), Kind::command);
  ASSERT_TRUE(reader_->follow(0, 2));
  EXPECT_EQ(next(), Kind::command);
  EXPECT_THAT(read_, ElementsAre("a", "c"));
}

TEST_F(CommandReaderTest, AnOffsetThatIsGoneFailsThePartition) {
  write({"a"});
  ASSERT_TRUE(reader_->follow(0, 17));
  EXPECT_EQ(next(), Kind::failed);
  EXPECT_THAT(error_, HasSubstr("coagwatch state rebase"));
  EXPECT_TRUE(out_of_range_);
  reader_->unfollow(0);
  ASSERT_TRUE(reader_->follow(0, 0));
  EXPECT_EQ(next(), Kind::command) << "where the answer was one of the past";
  EXPECT_FALSE(out_of_range_);
}

/// librdkafka would go on behind it, and nobody would know of a patient who was to be forgotten.
TEST_F(CommandReaderTest, WhatCannotBeReadFailsThePartition) {
  write({"a"});
  kafka_.answer(Request::fetch, RD_KAFKA_RESP_ERR_INVALID_MSG);
  ASSERT_TRUE(reader_->follow(0, 0));
  EXPECT_EQ(next(), Kind::failed);
  EXPECT_THAT(error_, HasSubstr("must not be passed over"));
  EXPECT_FALSE(out_of_range_);
}

TEST_F(CommandReaderTest, WhatMayPassIsAskedForAgain) {
  write({"a"});
  kafka_.answer(Request::fetch, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  ASSERT_TRUE(reader_->follow(0, 0));
  EXPECT_EQ(next(), Kind::command);
  EXPECT_THAT(read_, ElementsAre("a"));
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif  // __SANITIZE_THREAD__

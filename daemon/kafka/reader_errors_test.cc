// Errors of the requests of whoever reads the state topic, played by librdkafka's mock cluster to the real StateReader.
//
// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <thread>

#include "daemon/kafka/client.h"
#include "daemon/kafka/partition_probe.h"
#include "daemon/kafka/reader_rows.h"
#include "daemon/kafka/state_reader.h"

namespace coagwatch::daemon::kafka {

void PrintTo(const ReaderRow& row, std::ostream* out) {
  *out << request_name(row.request) << ": " << failure_name(row.failure, row.code);
}

namespace {

using std::chrono::milliseconds;

constexpr int kTries = 500;

/// A reader of a topic with records `a` and `b`.
class ReaderErrors : public testing::TestWithParam<ReaderRow>, public ChangelogSink {
 protected:
  void SetUp() override {
    kafka_.create_topic("state");
    ClientSettings settings;
    settings.brokers = kafka_.brokers();
    settings.group = "group";
    settings.client_id = "client";
    std::string error;
    const auto producer = Client::create(RD_KAFKA_PRODUCER, make_conf(ClientRole::admin, settings, error), "p",
                                         std::make_shared<RateLimitedLog>(nullptr), {}, error);
    ASSERT_TRUE(producer) << error;
    TopicHandle topic(rd_kafka_topic_new(producer->get(), "state", nullptr));
    write(topic.get(), "a");
    write(topic.get(), "b");
    ASSERT_EQ(rd_kafka_flush(producer->get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    topic.reset();
    probe_ = PartitionProbe::create(settings, std::make_shared<RateLimitedLog>(nullptr), error);
    ASSERT_TRUE(probe_) << error;
    reader_ = StateReader::create(settings, "state", nullptr, error);
    ASSERT_TRUE(reader_) << error;
  }
  static void write(rd_kafka_topic_t* topic, const char* key) {
    char value[] = "v";
    ASSERT_EQ(rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, value, 1, key, 1, nullptr), 0);
  }
  void fail() const {
    kafka_.forget();
    kafka_.answer(GetParam().request, GetParam().code);
  }
  /// Whether the broker tells the bounds, and the right ones. The mock cluster knows no identities of topics, so the
  /// reader's bounds() has no answer here.
  bool bounds_within(milliseconds timeout) {
    const auto found = probe_->watermarks("state", 0, timeout);
    EXPECT_TRUE(!found || (found->low == 0 && found->end == 2));
    return found.has_value();
  }
  void changelog_record(std::int32_t /*partition*/, const ChangelogRecord& record) override { keys_ += record.key; }

  MockKafka kafka_;
  std::unique_ptr<PartitionProbe> probe_;
  std::unique_ptr<StateReader> reader_;
  std::string keys_;
};

TEST_P(ReaderErrors, AreAnsweredAsThePageSays) {
  if (GetParam().request == Request::list_offsets) {
    ASSERT_TRUE(bounds_within(milliseconds(20'000)));
    fail();
    EXPECT_EQ(bounds_within(milliseconds(250)), GetParam().answer == ReaderAnswer::goes_on);
    EXPECT_GT(kafka_.asked(Request::list_offsets), 0) << "it never failed";
    EXPECT_TRUE(bounds_within(milliseconds(20'000)));
    return;
  }
  fail();
  reader_->start_reading(0, GetParam().code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE ? 100 : 0);
  ChangelogPosition found;
  for (int i = 0; i < kTries && !found.at_stable_end && found.error.empty(); ++i) {
    found = reader_->read(0, *this, milliseconds(20));
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_GT(kafka_.asked(Request::fetch), 0) << "it never failed";
  if (GetParam().answer == ReaderAnswer::ends) {
    EXPECT_NE(found.error.find("state partition 0"), std::string::npos) << found.error;
    EXPECT_EQ(keys_, "");
    return;
  }
  EXPECT_EQ(found.error, "");
  EXPECT_EQ(keys_, "ab") << "each once, in order";
  EXPECT_EQ(found.next, 2);
}
INSTANTIATE_TEST_SUITE_P(, ReaderErrors, testing::ValuesIn(make_reader_rows()),
                         [](const testing::TestParamInfo<ReaderRow>& row) { return test_name(row.param); });

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif  // __SANITIZE_THREAD__

// Errors of the consumer's requests, played by librdkafka's mock cluster to the real InputConsumer.
//
// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "daemon/kafka/error_rows.h"
#include "daemon/kafka/input_consumer.h"
#include "daemon/kafka/kafka_broker.h"

namespace coagwatch::daemon::kafka {

void PrintTo(const MemberRow& row, std::ostream* out) {
  *out << request_name(row.request) << ": " << failure_name(row.failure, row.code);
}

namespace {

using std::chrono::milliseconds;
using Kind = BrokerEvent::Kind;

/// A member of the group on a mock cluster, which gets the one partition there is.
class MemberErrors : public testing::TestWithParam<MemberRow> {
 protected:
  void SetUp() override {
    if (GetParam().consumer_protocol && !library_has_consumer_protocol()) {
      GTEST_SKIP() << "librdkafka " << rd_kafka_version_str();
    }
    kafka_.create_topic("in");
    rd_kafka_mock_group_initial_rebalance_delay_ms(kafka_.get(), 0);
    ClientSettings settings;
    settings.brokers = kafka_.brokers();
    settings.group = "group";
    settings.client_id = "client";
    settings.membership.consumer_protocol = GetParam().consumer_protocol;
    if (!GetParam().consumer_protocol) settings.user = {{"heartbeat.interval.ms", "100"}};
    rd_kafka_mock_set_group_consumer_heartbeat_interval_ms(kafka_.get(), 100);
    std::string error;
    // What the group asks first fails before there is an assignment.
    if (GetParam().request == Request::join_group || GetParam().request == Request::sync_group) fail();
    consumer_ = InputConsumer::create(settings, {"in"}, std::make_shared<RateLimitedLog>(nullptr), error);
    ASSERT_TRUE(consumer_) << error;
  }
  void TearDown() override {
    if (consumer_) consumer_->close(milliseconds(300));
  }
  void fail() const {
    kafka_.forget();
    kafka_.answer(GetParam().request, GetParam().code, GetParam().failure == Failure::unanswered ? 1'000 : 1);
  }
  /// The next event of this kind within so much time. Others on the way are kept in `seen_`.
  bool await(Kind kind, milliseconds within) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < end) {
      event_ = consumer_->poll(milliseconds(20));
      if (event_.kind == kind) return true;
      if (event_.kind == Kind::assigned) {
        // Of a rebalance that changed nothing.
        EXPECT_TRUE(event_.partitions.empty());
        consumer_->accept(event_.partitions);
        continue;
      }
      // That it was read to its end is no answer to anything.
      if (event_.kind != Kind::none && event_.kind != Kind::end) seen_.push_back(event_);
    }
    return false;
  }
  /// Until it has failed as it should: who asks again has had the answer. Whether it was told as a failure.
  bool await_until_met() {
    for (int i = 0; i < 200 && kafka_.asked(GetParam().request) < 2; ++i) {
      if (await(Kind::failed, milliseconds(50))) return true;
    }
    EXPECT_GT(kafka_.asked(GetParam().request), 1) << "it never failed";
    return await(Kind::failed, milliseconds(200));
  }
  /// Takes the partition and lets it flow from `offset`.
  void flow(std::int64_t offset) {
    ASSERT_TRUE(await(Kind::assigned, milliseconds(15'000)));
    const std::vector<std::int32_t> partitions = event_.partitions;
    ASSERT_EQ(partitions, std::vector<std::int32_t>{0});
    consumer_->accept(partitions);
    bool flows = false;
    for (int i = 0; i < 500 && !flows; ++i) {
      flows = consumer_->resume_at(0, offset);
      if (!flows) consumer_->poll(milliseconds(10));
    }
    ASSERT_TRUE(flows);
  }
  void expect_failure(bool of_partition) {
    const auto failed =
        std::find_if(seen_.begin(), seen_.end(), [](const BrokerEvent& event) { return event.kind == Kind::failed; });
    ASSERT_NE(failed, seen_.end());
    EXPECT_EQ(failed->partitions.empty(), !of_partition) << failed->error;
    EXPECT_NE(failed->error.find(rd_kafka_err2name(GetParam().code)), std::string::npos) << failed->error;
  }
  void play_before_assignment() {
    ASSERT_NO_FATAL_FAILURE(flow(0));
    if (GetParam().answer == MemberAnswer::failed) {
      expect_failure(false);
    } else {
      EXPECT_TRUE(seen_.empty()) << seen_.front().error;
    }
  }
  bool ask_committed(milliseconds timeout) {
    constexpr std::int32_t kPartition = 0;
    std::vector<GroupOffset> offsets;
    return consumer_->committed({&kPartition, 1}, nullptr, timeout, offsets) == CommittedAnswer::told;
  }
  void play_offset_fetch() {
    ASSERT_NO_FATAL_FAILURE(flow(0));
    fail();
    const bool told_now = GetParam().answer == MemberAnswer::told;
    EXPECT_EQ(ask_committed(milliseconds(told_now ? 5'000 : 1'000)), told_now);
    kafka_.answer_well(Request::offset_fetch);
    bool told = false;
    for (int i = 0; i < 20 && !told; ++i) told = ask_committed(milliseconds(1'000));
    EXPECT_TRUE(told) << "the next time, or soon after";
  }
  void play_delay() {
    ASSERT_TRUE(await(Kind::delayed, milliseconds(5'000)));
    EXPECT_EQ(event_.partitions, std::vector<std::int32_t>{0});
    EXPECT_NE(event_.error.find(rd_kafka_err2name(GetParam().code)), std::string::npos) << event_.error;
    EXPECT_TRUE(seen_.empty());
    std::string error;
    ClientSettings settings;
    settings.brokers = kafka_.brokers();
    const auto producer = Client::create(RD_KAFKA_PRODUCER, make_conf(ClientRole::probe, settings, error), "p",
                                         std::make_shared<RateLimitedLog>(nullptr), {}, error);
    ASSERT_TRUE(producer) << error;
    const TopicHandle topic(rd_kafka_topic_new(producer->get(), "in", nullptr));
    rd_kafka_produce(topic.get(), 0, RD_KAFKA_MSG_F_COPY, nullptr, 0, nullptr, 0, nullptr);
    EXPECT_TRUE(await(Kind::record, milliseconds(10'000))) << "it goes on by itself";
  }
  void play_back_in_range() {
    consumer_->pause(0);
    bool flows = false;
    for (int i = 0; i < 500 && !flows; ++i) {
      flows = consumer_->resume_at(0, 0);
      if (!flows) consumer_->poll(milliseconds(10));
    }
    ASSERT_TRUE(flows);
    EXPECT_TRUE(await(Kind::end, milliseconds(10'000))) << "it is read again from where it is told to";
  }
  void play_while_running() {
    const bool out_of_range = GetParam().code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
    ASSERT_NO_FATAL_FAILURE(flow(out_of_range ? 1'000 : 0));
    // librdkafka drops what a fetch met that had begun before it was sent elsewhere.
    const bool flowed = GetParam().request != Request::fetch || out_of_range || await(Kind::end, milliseconds(15'000));
    ASSERT_TRUE(flowed);
    if (!out_of_range) fail();
    if (GetParam().answer == MemberAnswer::lost) {
      ASSERT_TRUE(await(Kind::lost, milliseconds(5'000)));
      EXPECT_EQ(event_.partitions, std::vector<std::int32_t>{0});
      consumer_->release(std::vector<std::int32_t>{0});
      return;
    }
    if (GetParam().answer == MemberAnswer::ended) {
      ASSERT_TRUE(await(Kind::conflict, milliseconds(5'000)));
      EXPECT_NE(event_.error.find(rd_kafka_err2name(GetParam().code)), std::string::npos) << event_.error;
      return;
    }
    if (GetParam().answer == MemberAnswer::delayed) return play_delay();
    const bool fails = GetParam().answer == MemberAnswer::failed_partition;
    const bool failed = out_of_range ? await(Kind::failed, milliseconds(5'000)) : await_until_met();
    EXPECT_EQ(failed, fails) << event_.error;
    EXPECT_TRUE(!failed || event_.partitions == std::vector<std::int32_t>{0});
    EXPECT_TRUE(seen_.empty());
    EXPECT_EQ(event_.out_of_range, out_of_range);
    if (out_of_range) play_back_in_range();
  }

  MockKafka kafka_;
  std::unique_ptr<InputConsumer> consumer_;
  BrokerEvent event_;
  std::vector<BrokerEvent> seen_;
};

TEST_P(MemberErrors, AreAnsweredAsThePageSays) {
  switch (GetParam().request) {
    case Request::join_group:
    case Request::sync_group:
      return play_before_assignment();
    case Request::offset_fetch:
      return play_offset_fetch();
    default:
      return play_while_running();
  }
}
std::string name_of(const testing::TestParamInfo<MemberRow>& row) { return test_name(row.param); }
INSTANTIATE_TEST_SUITE_P(, MemberErrors, testing::ValuesIn(make_member_rows()), name_of);
// For a librdkafka that has it: CTest runs these with one (tests/broker/newer_rdkafka).
INSTANTIATE_TEST_SUITE_P(ConsumerProtocol, MemberErrors, testing::ValuesIn(make_consumer_protocol_rows()), name_of);

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif

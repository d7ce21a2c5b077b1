// Every error of the producer's requests, played by librdkafka's mock cluster to the real TxnProducer.
//
// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <thread>

#include "daemon/kafka/error_rows.h"
#include "daemon/kafka/txn_producer.h"

namespace coagwatch::daemon::kafka {

void PrintTo(const ErrorRow& row, std::ostream* out) {
  *out << request_name(row.request) << ": " << failure_name(row.failure, row.code);
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of the rows that wait for it; others keep the daemon's, so that a slow machine makes nothing suspect.
constexpr milliseconds kSocketTimeout{1'000};

Properties user(const ErrorRow& row) {
  if (row.failure != Failure::late) return {};
  return {{"socket.timeout.ms", std::to_string(kSocketTimeout.count())}};
}

/// A producer on a mock cluster, used as the worker uses it.
class Errors : public testing::TestWithParam<ErrorRow> {
 protected:
  void SetUp() override {
    kafka_.create_topic("out");
    kafka_.create_topic("in");
  }
  void fail(const ErrorRow& row) const {
    kafka_.forget();
    switch (row.failure) {
      case Failure::once:
      case Failure::lost:
        kafka_.answer(row.request, row.code);
        break;
      case Failure::late:
        kafka_.answer_late(row.request, kSocketTimeout + milliseconds(300));
        break;
      case Failure::unanswered:
        kafka_.answer(row.request, row.code, 2'000);
        break;
    }
  }
  /// One transaction of one record.
  CommitOutcome transaction() {
    EXPECT_TRUE(producer_.begin());
    OutputRecord record;
    record.key = "k";
    record.value = "v";
    EXPECT_EQ(producer_.produce(record), ProduceOutcome::queued);
    const PartitionListHandle offsets(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(offsets.get(), "in", 0)->offset = 5;
    const GroupMetadataHandle member(rd_kafka_consumer_group_metadata_new("group"));
    return producer_.commit(*offsets, *member);
  }
  /// What the worker does before the next transaction (daemon/engine/README.md).
  void recover(CommitOutcome outcome) {
    bool replace = outcome == CommitOutcome::replace || outcome == CommitOutcome::unknown;
    if (outcome == CommitOutcome::aborted || outcome == CommitOutcome::rejected || outcome == CommitOutcome::wrong_time)
      replace = !producer_.abort();
    if (!replace && !producer_.suspect()) return;
    EXPECT_LE(tries(), 2);
  }
  /// How often replace() had to be asked.
  int tries() {
    for (int i = 1; i < 10; ++i) {
      if (producer_.replace()) return i;
    }
    return 10;
  }
  static std::set<CommitOutcome> expected(Answer answer) {
    switch (answer) {
      case Answer::aborted:
        return {CommitOutcome::aborted};
      case Answer::rejected:
        return {CommitOutcome::rejected};
      case Answer::wrong_time:
        return {CommitOutcome::wrong_time};
      case Answer::replace_or_unknown:
        return {CommitOutcome::replace, CommitOutcome::unknown};
      case Answer::replace:
        return {CommitOutcome::replace};
      case Answer::unknown:
        return {CommitOutcome::unknown};
      case Answer::committed:
      case Answer::ready:
      case Answer::retried:
        break;
    }
    return {CommitOutcome::committed};
  }

  MockKafka kafka_;
  TxnProducer producer_{{.client = {.brokers = kafka_.brokers(),
                                    .group = "group",
                                    .client_id = "client",
                                    .transactional_id = "id",
                                    .membership = {},
                                    .max_batch_bytes = 0,
                                    .user = user(GetParam())},
                         .topics = {"out"},
                         .max_record_bytes = {}},
                        std::make_shared<RateLimitedLog>(nullptr)};
};

TEST_P(Errors, AreAnsweredAsThePageSays) {
  const ErrorRow& row = GetParam();
  if (row.answer == Answer::ready || row.answer == Answer::retried) {
    fail(row);
    const int needed = tries();
    EXPECT_LE(needed, 2);
    EXPECT_TRUE(row.answer == Answer::ready || needed == 2);
    EXPECT_GT(kafka_.asked(row.request), 0) << "it never failed";
  } else {
    ASSERT_TRUE(producer_.replace());
    fail(row);
    const CommitOutcome outcome = transaction();
    EXPECT_GT(kafka_.asked(row.request), 0) << "it never failed";
    EXPECT_TRUE(expected(row.answer).contains(outcome)) << static_cast<int>(outcome);
    EXPECT_EQ(producer_.suspect(), row.suspect);
    kafka_.answer_well(row.request);
    recover(outcome);
  }
  EXPECT_EQ(transaction(), CommitOutcome::committed) << "nothing of it is left in the next transaction";
  EXPECT_FALSE(producer_.suspect());
}
INSTANTIATE_TEST_SUITE_P(, Errors, testing::ValuesIn(make_error_rows()),
                         [](const testing::TestParamInfo<ErrorRow>& row) { return test_name(row.param); });

/// Whose id another process uses too.
class Takeover : public Errors {};

TEST_P(Takeover, IsWaitedForAndThenSeen) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(producer_.replace());
    fail(GetParam());
    transaction();
    EXPECT_FALSE(producer_.taken_over());
  }
  const auto fenced = std::chrono::steady_clock::now();
  EXPECT_FALSE(producer_.replace()) << "the other one would be fenced before the group has told which is to end";
  while (!producer_.replace() && std::chrono::steady_clock::now() < fenced + seconds(30)) {
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_GE(std::chrono::steady_clock::now(), fenced + seconds(3));
  fail(GetParam());
  transaction();
  EXPECT_TRUE(producer_.taken_over());
  EXPECT_FALSE(producer_.replace()) << "that would only fence the other one";
}
INSTANTIATE_TEST_SUITE_P(, Takeover,
                         testing::Values(ErrorRow{Request::add_offsets, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                                                  Failure::once, Answer::replace, false},
                                         ErrorRow{Request::end_txn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Failure::once,
                                                  Answer::unknown, false}),
                         [](const testing::TestParamInfo<ErrorRow>& row) { return test_name(row.param); });

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif

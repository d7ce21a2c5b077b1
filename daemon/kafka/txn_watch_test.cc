// TxnWatch against librdkafka's mock cluster: no broker, but real requests, answers and timeouts.
//
// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include "daemon/kafka/txn_watch.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <thread>

#include "daemon/kafka/client.h"
#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::int16_t kEndTxn = 26;
constexpr int kTimeoutMillis = 20'000;

class TxnWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    rd_kafka_conf_t* host_conf = rd_kafka_conf_new();
    host_ = rd_kafka_new(RD_KAFKA_PRODUCER, host_conf, nullptr, 0);
    ASSERT_NE(host_, nullptr);
    cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    ASSERT_NE(cluster_, nullptr);
    rd_kafka_mock_topic_create(cluster_, "out", 1, 1);
    rd_kafka_mock_coordinator_set(cluster_, "transaction", "id", 1);

    ConfHandle conf(rd_kafka_conf_new());
    set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_));
    set(conf, "transactional.id", "id");
    set(conf, "socket.timeout.ms", "1000");
    set(conf, "retry.backoff.ms", "10");
    Client::Callbacks callbacks;
    callbacks.watch_transactions = true;
    std::string error;
    client_ = Client::create(RD_KAFKA_PRODUCER, std::move(conf), "test", std::make_shared<RateLimitedLog>(nullptr),
                             std::move(callbacks), error);
    ASSERT_NE(client_, nullptr) << error;
    ASSERT_FALSE(Error::take(rd_kafka_init_transactions(client_->get(), kTimeoutMillis)));
  }

  void TearDown() override {
    client_.reset();
    if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
    if (host_ != nullptr) rd_kafka_destroy(host_);
  }

  static void set(const ConfHandle& conf, const char* key, const char* value) {
    ASSERT_EQ(rd_kafka_conf_set(conf.get(), key, value, nullptr, 0), RD_KAFKA_CONF_OK) << key;
  }

  /// Begins a transaction and puts one record into it.
  void begin() {
    ASSERT_FALSE(Error::take(rd_kafka_begin_transaction(client_->get())));
    ASSERT_EQ(rd_kafka_producev(client_->get(), RD_KAFKA_VTYPE_TOPIC, "out", RD_KAFKA_VTYPE_PARTITION, std::int32_t{0},
                                RD_KAFKA_VTYPE_VALUE, "v", std::size_t{1}, RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY,
                                RD_KAFKA_VTYPE_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  Error commit() { return Error::take(rd_kafka_commit_transaction(client_->get(), kTimeoutMillis)); }

  rd_kafka_t* host_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  std::unique_ptr<Client> client_;
};

TEST_F(TxnWatchTest, ACleanCommitIsNotSuspect) {
  client_->watch().expect_end();
  EXPECT_FALSE(client_->watch().end_sent());
  begin();
  ASSERT_FALSE(commit());
  EXPECT_TRUE(client_->watch().end_sent());
  EXPECT_FALSE(client_->watch().indefinite());
  client_->watch().expect_end();
  EXPECT_FALSE(client_->watch().end_sent());
}

TEST_F(TxnWatchTest, AnEndTxnThatTimedOutIsSuspectThoughTheCommitSucceeds) {
  begin();
  // The first EndTxn is answered too late; librdkafka repeats it and reports success.
  rd_kafka_mock_broker_push_request_error_rtts(cluster_, 1, kEndTxn, 1, RD_KAFKA_RESP_ERR_NO_ERROR, 3'000);
  ASSERT_FALSE(commit());
  EXPECT_TRUE(client_->watch().indefinite());
  EXPECT_GE(client_->watch().indefinite_results(), 1U);
}

TEST_F(TxnWatchTest, ALostConnectionIsSuspect) {
  begin();
  rd_kafka_mock_broker_push_request_error_rtts(cluster_, 1, kEndTxn, 1, RD_KAFKA_RESP_ERR__TRANSPORT, 0);
  ASSERT_FALSE(commit());
  EXPECT_TRUE(client_->watch().indefinite());
}

TEST_F(TxnWatchTest, ADefiniteErrorIsNotSuspect) {
  begin();
  rd_kafka_mock_push_request_errors(cluster_, kEndTxn, 1, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS);
  ASSERT_FALSE(commit());
  EXPECT_FALSE(client_->watch().indefinite());
}

TEST_F(TxnWatchTest, AFailedDeliverySendsNoEnd) {
  client_->watch().expect_end();
  rd_kafka_mock_push_request_errors(cluster_, /*Produce*/ 0, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  begin();
  const Error error = commit();
  ASSERT_TRUE(error);
  EXPECT_TRUE(error.requires_abort);
  EXPECT_FALSE(client_->watch().end_sent());
  EXPECT_FALSE(Error::take(rd_kafka_abort_transaction(client_->get(), kTimeoutMillis)));
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif

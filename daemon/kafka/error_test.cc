#include "daemon/kafka/error.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon::kafka {
namespace {

TEST(KafkaError, NullIsSuccess) {
  EXPECT_FALSE(Error::take(nullptr));
  EXPECT_FALSE(Error::of(RD_KAFKA_RESP_ERR_NO_ERROR));
}

TEST(KafkaError, TakesOverCodeNameAndText) {
  const Error error = Error::take(rd_kafka_error_new(RD_KAFKA_RESP_ERR__STATE, "no transaction"));
  ASSERT_TRUE(error);
  EXPECT_EQ(error.code, RD_KAFKA_RESP_ERR__STATE);
  EXPECT_EQ(error.text, "_STATE (no transaction)");
  EXPECT_FALSE(error.fatal);
  EXPECT_FALSE(error.retriable);
  EXPECT_FALSE(error.requires_abort);
}

TEST(KafkaError, AFencedCodeIsFatal) {
  EXPECT_TRUE(Error::of(RD_KAFKA_RESP_ERR__FENCED).fatal);
  EXPECT_TRUE(Error::of(RD_KAFKA_RESP_ERR__FATAL).fatal);
  EXPECT_FALSE(Error::of(RD_KAFKA_RESP_ERR__STATE).fatal);
}

TEST(KafkaError, DescribesByNameAndMeaning) {
  EXPECT_EQ(describe(RD_KAFKA_RESP_ERR__TRANSPORT), "_TRANSPORT (Local: Broker transport failure)");
}

TEST(KafkaError, SizeAndContentAreRejections) {
  EXPECT_TRUE(is_rejection(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE));
  EXPECT_TRUE(is_rejection(RD_KAFKA_RESP_ERR_INVALID_RECORD));
  EXPECT_FALSE(is_rejection(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP)) << "by another clock, or later, it is taken";
  EXPECT_FALSE(is_rejection(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT));
  EXPECT_FALSE(is_rejection(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS));
  EXPECT_TRUE(is_end_of_reading(RD_KAFKA_RESP_ERR__BAD_MSG)) << "it would be skipped";
  EXPECT_TRUE(is_end_of_reading(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE));
  EXPECT_FALSE(is_end_of_reading(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED));
  EXPECT_FALSE(is_end_of_reading(RD_KAFKA_RESP_ERR_UNKNOWN));
}

TEST(KafkaError, LostAnswersAreIndefinite) {
  EXPECT_TRUE(is_indefinite(RD_KAFKA_RESP_ERR__TIMED_OUT));
  EXPECT_TRUE(is_indefinite(RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE));
  EXPECT_TRUE(is_indefinite(RD_KAFKA_RESP_ERR__TRANSPORT));
  EXPECT_TRUE(is_indefinite(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT));
  EXPECT_FALSE(is_indefinite(RD_KAFKA_RESP_ERR_NO_ERROR));
  EXPECT_FALSE(is_indefinite(RD_KAFKA_RESP_ERR_INVALID_TXN_STATE));
}

TEST(KafkaError, UnreachableIsNotDenied) {
  EXPECT_TRUE(is_unreachable(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN));
  EXPECT_TRUE(is_unreachable(RD_KAFKA_RESP_ERR__TIMED_OUT));
  EXPECT_FALSE(is_unreachable(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED));
  EXPECT_FALSE(is_unreachable(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART));
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

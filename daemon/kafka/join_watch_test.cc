// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include "daemon/kafka/join_watch.h"

#include <gtest/gtest.h>

#include "daemon/kafka/client_config.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::seconds;
using Finding = JoinWatch::Finding;

/// A consumer that reaches no broker.
class JoinWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    ClientSettings settings;
    settings.brokers = "127.0.0.1:1";
    settings.group = "group";
    settings.client_id = "client";
    std::string error;
    ConfHandle conf = make_conf(ClientRole::input, settings, error);
    ASSERT_EQ(error, "");
    char text[512];
    consumer_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf.release(), text, sizeof text);
    ASSERT_NE(consumer_, nullptr) << text;
  }
  void TearDown() override { rd_kafka_destroy_flags(consumer_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }

  rd_kafka_t* consumer_ = nullptr;
  JoinWatch::Clock::time_point now_ = JoinWatch::Clock::now();
};

TEST_F(JoinWatchTest, SaysOnceThatItIsNoMember) {
  JoinWatch watch(true);
  EXPECT_EQ(watch.look(consumer_, now_), Finding::nothing);
  EXPECT_EQ(watch.look(consumer_, now_ + seconds(19)), Finding::nothing);
  EXPECT_EQ(watch.look(consumer_, now_ + seconds(21)), Finding::no_protocol);
  EXPECT_EQ(watch.look(consumer_, now_ + seconds(60)), Finding::nothing);
}

TEST_F(JoinWatchTest, SaysNothingOfAMemberThatHadARebalance) {
  JoinWatch watch(true);
  EXPECT_EQ(watch.look(consumer_, now_), Finding::nothing);
  watch.assigned();
  EXPECT_EQ(watch.look(consumer_, now_ + seconds(60)), Finding::nothing);
}

TEST_F(JoinWatchTest, SaysNothingWhereLibrdkafkaTellsAll) {
  JoinWatch watch(false);
  EXPECT_EQ(watch.look(consumer_, now_), Finding::nothing);
  EXPECT_EQ(watch.look(consumer_, now_ + seconds(60)), Finding::nothing);
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif

// Topics that are deleted, or deleted and made anew, while the daemon runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/broker/daemon_process.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

constexpr int kPartitions = 2;

class TopicWatch : public testing::Test {
 protected:
  void SetUp() override { create_topic(input_, kPartitions); }
  [[nodiscard]] DaemonProcess::Options options(bool keyed) const {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.keyed = keyed;
    return options;
  }
  void send(unsigned seed) const {
    TestProducer producer;
    for (const Record& record : sample_feed(400, 20, kPartitions, seed)) producer.send(input_, record);
    producer.flush();
  }
  /// Runs it until it has processed something.
  void run(DaemonProcess& daemon, const std::string& group) {
    daemon.start();
    ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
    send(1);
    ASSERT_TRUE(wait_until_consumed(group, input_, 30)) << daemon.log();
  }

  const std::string input_ = unique_name("input");
  const std::string prefix_ = unique_name("watch");
};

TEST_F(TopicWatch, AnInputThatIsMadeAnewStopsEverything) {
  DaemonProcess daemon(options(true));
  ASSERT_NO_FATAL_FAILURE(run(daemon, prefix_));
  delete_topic(input_);
  create_topic(input_, kPartitions);
  ASSERT_TRUE(daemon.wait_for("/readyz", "was deleted and made anew under us")) << daemon.get("/readyz").second;
  EXPECT_EQ(daemon.get("/readyz").first, 503);
  const std::size_t letters = read_topic(prefix_ + ".dead-letter").size();
  send(2);
  EXPECT_FALSE(wait_until_consumed(prefix_, input_, 3));
  EXPECT_EQ(read_topic(prefix_ + ".dead-letter").size(), letters);
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  daemon.start();
  EXPECT_TRUE(daemon.wait_for("/readyz", "coagwatch state rebase accepts it")) << daemon.get("/readyz").second;
}

TEST_F(TopicWatch, SoDoesOneThatTheRouterReads) {
  DaemonProcess daemon(options(false));
  ASSERT_NO_FATAL_FAILURE(run(daemon, prefix_ + "-router"));
  delete_topic(input_);
  create_topic(input_, kPartitions);
  ASSERT_TRUE(daemon.wait_for("/readyz", "was deleted and made anew under us")) << daemon.get("/readyz").second;
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
}

TEST_F(TopicWatch, AStateTopicThatIsDeletedStopsEverything) {
  DaemonProcess daemon(options(true));
  ASSERT_NO_FATAL_FAILURE(run(daemon, prefix_));
  delete_topic(prefix_ + ".state");
  ASSERT_TRUE(daemon.wait_for("/readyz", prefix_ + ".state was deleted")) << daemon.get("/readyz").second;
  EXPECT_EQ(daemon.get("/readyz").first, 503);
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  daemon.start();
  EXPECT_TRUE(daemon.wait_for("/readyz", "patient history is missing")) << daemon.get("/readyz").second;
}

TEST_F(TopicWatch, AnInputThatIsMissingIsTold) {
  DaemonProcess daemon(options(true));
  ASSERT_NO_FATAL_FAILURE(run(daemon, prefix_));
  delete_topic(input_);
  EXPECT_TRUE(daemon.wait_for("/readyz", input_ + " does not exist any more")) << daemon.get("/readyz").second;
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
}

}  // namespace
}  // namespace coagwatch::test

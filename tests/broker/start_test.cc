#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

DaemonProcess::Options options(const std::string& input, const std::string& prefix) {
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = prefix;
  return options;
}

/// As options(), with topics that must be there already.
DaemonProcess::Options strict(const std::string& input, const std::string& prefix) {
  DaemonProcess::Options made = options(input, prefix);
  made.create_topics = false;
  return made;
}

void create_outputs(const std::string& prefix, int partitions) {
  const std::vector<std::pair<std::string, std::string>> compacted = {{"cleanup.policy", "compact"}};
  create_topic(alerts_topic(prefix), partitions);
  create_topic(status_topic(prefix), partitions, compacted);
  create_topic(state_topic(prefix), partitions, compacted);
  create_topic(dead_letter_topic(prefix), partitions);
  create_topic(prefix + ".journal", partitions);
  create_topic(commands_topic(prefix), partitions);
}

/// The daemon ends by itself with exit code 2 and names the topic.
void expect_refusal(DaemonProcess& daemon, const std::string& topic, const std::string& text) {
  daemon.start();
  EXPECT_EQ(daemon.wait(30), 2) << daemon.log();
  EXPECT_THAT(daemon.log(), HasSubstr(topic));
  EXPECT_THAT(daemon.log(), HasSubstr(text));
}

TEST(Start, ABrokerThatIsDownIsWaitedFor) {
  DaemonProcess::Options away = options(unique_name("input"), unique_name("down"));
  away.brokers = "127.0.0.1:1";
  DaemonProcess daemon(away);
  daemon.start();
  std::this_thread::sleep_for(std::chrono::seconds(5));
  EXPECT_EQ(daemon.get("/livez").first, 200) << "live";
  EXPECT_EQ(daemon.get("/readyz").first, 503) << "but not ready";
  EXPECT_THAT(daemon.get("/readyz").second, HasSubstr("broker"));
  EXPECT_THAT(daemon.log(), HasSubstr("127.0.0.1:1"));
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
}

TEST(Start, AMissingInputTopicIsNamed) {
  const std::string input = unique_name("missing");
  DaemonProcess daemon(strict(input, unique_name("start")));
  expect_refusal(daemon, input, "does not exist");
}

TEST(Start, AMissingOutputTopicIsNamed) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("start");
  create_topic(input, 2);
  create_outputs(prefix, 2);
  delete_topic(alerts_topic(prefix));
  DaemonProcess daemon(strict(input, prefix));
  expect_refusal(daemon, alerts_topic(prefix), "does not exist");
}

TEST(Start, AnotherPartitionCountIsNamed) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("start");
  create_topic(input, 3);
  create_outputs(prefix, 2);
  DaemonProcess daemon(strict(input, prefix));
  expect_refusal(daemon, state_topic(prefix), "partitions");
}

TEST(Start, AStateTopicThatIsNotCompactedIsNamed) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("start");
  create_topic(input, 1);
  create_topic(alerts_topic(prefix), 1);
  create_topic(status_topic(prefix), 1, {{"cleanup.policy", "compact"}});
  create_topic(state_topic(prefix), 1);
  create_topic(dead_letter_topic(prefix), 1);
  create_topic(prefix + ".journal", 1);
  create_topic(commands_topic(prefix), 1);
  DaemonProcess daemon(strict(input, prefix));
  expect_refusal(daemon, state_topic(prefix), "compact");
}

TEST(Start, TopicsThatAreRightAreTaken) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("start");
  create_topic(input, 2);
  create_outputs(prefix, 2);
  DaemonProcess daemon(strict(input, prefix));
  daemon.start();
  EXPECT_TRUE(daemon.wait_ready()) << daemon.log();
  EXPECT_EQ(daemon.terminate(), 0);
}

TEST(Start, ABadConfigurationIsRefusedWithItsPlace) {
  DaemonProcess::Options bad = options("in", unique_name("start"));
  bad.extra = "kafak: 1\n";
  DaemonProcess daemon(bad);
  daemon.start();
  EXPECT_EQ(daemon.wait(10), 2);
  EXPECT_THAT(daemon.log(), HasSubstr("kafka")) << "the nearest known key";
}

TEST(Start, AnInputTopicMadeAnewStopsItsPartition) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("start");
  create_topic(input, 1);
  DaemonProcess daemon(options(input, prefix));
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  TestProducer producer;
  for (const Record& record : sample_feed(50, 5, 1, 3)) producer.send(input, record);
  producer.flush();
  ASSERT_TRUE(wait_until_consumed(prefix, input, 30));
  EXPECT_EQ(daemon.terminate(), 0);
  delete_topic(input);
  create_topic(input, 1);
  for (const Record& record : sample_feed(80, 5, 1, 4)) producer.send(input, record);
  producer.flush();
  daemon.start();
  EXPECT_FALSE(daemon.wait_ready(10));
  EXPECT_THAT(daemon.get("/readyz").second, HasSubstr("stopped"));
  EXPECT_THAT(daemon.get("/status").second, testing::AnyOf(HasSubstr("made anew"), HasSubstr("state")));
  EXPECT_EQ(daemon.terminate(), 0);
}

}  // namespace
}  // namespace coagwatch::test

// A broker that is not there yet, and one that goes away: the daemon waits for it and goes on.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/own_kafka.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr int kPartitions = 2;

DaemonProcess::Options options(const std::string& input) {
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = unique_name("away");
  return options;
}

TEST(BrokerAway, OneThatComesUpLaterIsFound) {
  OwnKafka kafka;
  const std::string input = unique_name("input");
  DaemonProcess daemon(options(input));
  daemon.start();
  EXPECT_TRUE(daemon.wait_for("/readyz", "waiting for the broker at " + kafka.address(), 10)) << daemon.log();
  EXPECT_EQ(daemon.get("/livez").first, 200);
  EXPECT_EQ(daemon.get("/readyz").first, 503);
  kafka.start();
  ASSERT_TRUE(daemon.wait_ready(60)) << daemon.log();
  // The daemon has made the topic, too.
  const int partitions = partition_count(input);
  TestProducer producer;
  for (const Record& record : sample_feed(2'000, 20, partitions, 7)) producer.send(input, record);
  producer.flush();
  EXPECT_TRUE(wait_until_consumed(daemon.options().prefix, input, 30)) << daemon.log();
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  expect_same_as_offline(daemon);
}

/// Takes connections and says nothing.
class SilentServer {
 public:
  SilentServer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 100), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentServer() { close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  const int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string address_;
};

TEST(BrokerAway, WhoeverWaitsForOneThatSaysNothingCanBeEnded) {
  const SilentServer server;
  DaemonProcess::Options given = options(unique_name("input"));
  given.brokers = server.address();
  DaemonProcess daemon(given);
  daemon.start();
  ASSERT_TRUE(daemon.wait_for("/livez", "true", 10)) << daemon.log();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_EQ(daemon.terminate(3), 0) << daemon.log();
}

// Killed between two transactions: Kafka 4.3 alone on a node may let one hang for ever that was open, since while it
// starts it takes partitions without a leader for deleted ones and skips their markers. The daemon then waits, rightly,
// and somebody has to end that transaction (kafka-transactions.sh abort).
TEST(BrokerAway, OneThatIsKilledInMidStreamIsWaitedFor) {
  OwnKafka kafka;
  kafka.start();
  const std::string input = unique_name("input");
  create_topic(input, kPartitions);
  DaemonProcess daemon(options(input));
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  std::vector<Record> feed = sample_feed(6'000, 100, kPartitions, 8);
  const std::vector<Record> rest(feed.begin() + 3'000, feed.end());
  feed.resize(3'000);
  Feeder(input, feed, 200, milliseconds(20)).join();
  ASSERT_TRUE(wait_until_consumed(daemon.options().prefix, input, 30)) << daemon.log();
  std::this_thread::sleep_for(milliseconds(500));
  kafka.kill();
  EXPECT_TRUE(daemon.wait_for("/readyz", "no answer from the brokers", 15)) << daemon.get("/readyz").second;
  EXPECT_EQ(daemon.get("/readyz").first, 503);
  Feeder feeder(input, rest, 200, milliseconds(20));
  EXPECT_EQ(daemon.get("/livez").first, 200);
  kafka.start();
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(daemon.options().prefix, input, 90)) << daemon.log();
  EXPECT_TRUE(daemon.wait_ready()) << daemon.log();
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  EXPECT_EQ(daemon.log().find(R"("starting")"), daemon.log().rfind(R"("starting")")) << "it never started anew";
  expect_same_as_offline(daemon);
}

/// The test run's broker, stopped by SIGSTOP while this lives.
class HangingBroker {
 public:
  HangingBroker() {
    std::ifstream(TEST_STATE "/kafka/pid") >> pid_;
    EXPECT_GT(pid_, 1);
    if (pid_ <= 1) return;
    EXPECT_EQ(::kill(pid_, SIGSTOP), 0);
  }
  ~HangingBroker() {
    if (pid_ > 1) ::kill(pid_, SIGCONT);
  }
  HangingBroker(const HangingBroker&) = delete;
  HangingBroker& operator=(const HangingBroker&) = delete;

 private:
  pid_t pid_ = 0;
};

TEST(BrokerAway, OneThatHangsUnderLoadIsWaitedFor) {
  const std::string input = unique_name("input");
  create_topic(input, kPartitions);
  DaemonProcess daemon(options(input));
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  Feeder feeder(input, sample_feed(10'000, 100, kPartitions, 9), 100, milliseconds(200));
  ASSERT_TRUE(daemon.wait_for("/metrics", "coagwatch_alerts_total{")) << "no work was done before";
  EXPECT_FALSE(feeder.done());
  {
    // Less than its own controller's patience with it.
    const HangingBroker broker;
    std::this_thread::sleep_for(std::chrono::seconds(6));
    EXPECT_EQ(daemon.get("/livez").first, 200);
  }
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(daemon.options().prefix, input, 90)) << daemon.log();
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  expect_same_as_offline(daemon);
}

}  // namespace
}  // namespace coagwatch::test

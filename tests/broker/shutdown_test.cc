// The end of the process where Kafka does not answer.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/own_kafka.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

constexpr int kPartitions = 2;

/// In the middle of the work: what is open can neither be committed nor aborted any more.
TEST(Shutdown, EndsInTimeWhereTheBrokerIsGone) {
  OwnKafka kafka;
  kafka.start();
  DaemonProcess::Options options;
  options.input = unique_name("input");
  options.prefix = unique_name("shutdown");
  create_topic(options.input, kPartitions);
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  Feeder feeder(options.input, sample_feed(10'000, 100, kPartitions, 5), 200, std::chrono::milliseconds(20));
  ASSERT_TRUE(daemon.wait_for("/metrics", "coagwatch_alerts_total{")) << "no work was done before";
  kafka.kill();
  daemon.send_signal(SIGTERM);
  const int code = daemon.wait(30);
  EXPECT_TRUE(code == 0 || code == 1) << code << daemon.log();
  EXPECT_NE(daemon.log().find("\"stopping\""), std::string::npos);
  kafka.start();
  feeder.join();
}

}  // namespace
}  // namespace coagwatch::test

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/broker/daemon_process.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

/// What /metrics says, once it says this; else what it said last.
std::string metrics_with(const DaemonProcess& daemon, const std::string& line) {
  (void)daemon.wait_for("/metrics", line, 5);
  return daemon.get("/metrics").second;
}

TEST(OpenEpisodes, AreInTheMetricsAlsoAfterARestart) {
  const std::string one = "coagwatch_episodes_open{criterion=\"isth-2001\"} 1\n";
  const std::string none = "coagwatch_episodes_open{criterion=\"isth-2001\"} 0\n";
  DaemonProcess::Options options;
  options.input = unique_name("input");
  options.prefix = unique_name("episodes");
  create_topic(options.input, 2);
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  EXPECT_THAT(metrics_with(daemon, none), HasSubstr(none));

  const std::string patient = "Patient/1";
  const std::string time = "2026-01-02T08:00:00Z";
  TestProducer producer;
  producer.send(options.input, patient_record(patient, observation("a", patient, "777-3", "40", "10*9/L", time), 2));
  producer.send(options.input, patient_record(patient, observation("b", patient, "30226-5", "60", "ug/mL", time), 2));
  producer.flush();
  EXPECT_THAT(metrics_with(daemon, one), HasSubstr(one));
  EXPECT_EQ(daemon.terminate(), 0);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  EXPECT_THAT(metrics_with(daemon, one), HasSubstr(one));
  EXPECT_EQ(daemon.terminate(), 0);
}

}  // namespace
}  // namespace coagwatch::test

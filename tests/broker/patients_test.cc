#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/broker/daemon_process.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

/// What the daemon says of a patient, once it says this; else what it said last.
std::string patient_with(const DaemonProcess& daemon, const std::string& part) {
  const std::string path = "/api/v1/patients/Patient%2F1";
  (void)daemon.wait_for(path, part, 5);
  return daemon.get(path).second;
}

TEST(Patients, AreExplainedByTheDaemonAlsoAfterARestart) {
  const std::string decided = R"("decisions":[{"kind":"onset","criterion":"isth-2001")";
  DaemonProcess::Options options;
  options.input = unique_name("input");
  options.prefix = unique_name("patients");
  create_topic(options.input, 2);
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  EXPECT_EQ(daemon.get("/api/v1/patients/Patient%2F1").first, 404);

  const std::string patient = "Patient/1";
  const std::string time = "2026-01-02T08:00:00Z";
  TestProducer producer;
  producer.send(options.input, patient_record(patient, observation("a", patient, "777-3", "40", "10*9/L", time), 2));
  producer.send(options.input, patient_record(patient, observation("b", patient, "30226-5", "60", "ug/mL", time), 2));
  producer.flush();
  const std::string text = patient_with(daemon, decided);
  EXPECT_THAT(text, HasSubstr(decided));
  EXPECT_THAT(text, HasSubstr(R"("patient":"Patient/1")"));
  EXPECT_THAT(text, HasSubstr(R"("alerts":[{"kind":"onset","criteria":["isth-2001")"));
  EXPECT_EQ(daemon.terminate(), 0);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  EXPECT_EQ(patient_with(daemon, decided), text);
  EXPECT_EQ(daemon.get("/api/v1/patients/Patient/1").second, text) << "the key as it is";
  EXPECT_EQ(daemon.get("/api/v1/patients/Patient/2").first, 404);
  EXPECT_EQ(daemon.terminate(), 0);
}

}  // namespace
}  // namespace coagwatch::test

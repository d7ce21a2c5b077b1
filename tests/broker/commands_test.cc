// Commands: patients who are one in two partitions, and patients who are to be forgotten.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Commands : public testing::Test {
 protected:
  void SetUp() override {
    create_topic(input_, 4);
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.instance = "one";
    options.keyed = false;
    options.short_session = true;
    options.extra = "workers: 2\n";
    daemon_ = std::make_unique<DaemonProcess>(options);
    daemon_->start();
    ASSERT_TRUE(daemon_->wait_ready()) << daemon_->log();
  }
  void send(const std::string& resource) {
    TestProducer producer;
    Record record;
    record.value = resource;
    producer.send(input_, record);
    producer.flush();
  }
  void send_result(const std::string& patient, const std::string& id, const std::string& loinc,
                   const std::string& value, const std::string& unit) {
    send(R"({"resourceType":"Observation","id":")" + id + R"(","status":"final","subject":{"reference":"Patient/)" +
         patient + R"("},"code":{"coding":[{"system":"http://loinc.org","code":")" + loinc +
         R"("}]},"effectiveDateTime":"2026-01-02T08:00:00Z","valueQuantity":{"value":)" + value +
         R"(,"system":"http://unitsofmeasure.org","code":")" + unit + R"("}})");
  }
  /// The last status of each patient who has one.
  [[nodiscard]] std::map<std::string, std::string> statuses() const {
    std::map<std::string, std::string> all;
    for (const Record& record : read_topic(status_topic(prefix_))) {
      if (record.value) {
        all[*record.key] = *record.value;
      } else {
        all.erase(*record.key);
      }
    }
    return all;
  }
  template <typename Done>
  [[nodiscard]] bool wait_for(const Done& done) const {
    for (int i = 0; i < 150; ++i) {
      if (done(statuses())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return false;
  }
  [[nodiscard]] std::vector<std::string> alerts() const {
    std::vector<std::string> all;
    for (const Record& record : read_topic(alerts_topic(prefix_))) {
      all.push_back(*record.key + " " + record.header("coagwatch-alert"));
    }
    return all;
  }

  std::string input_ = unique_name("input");
  std::string prefix_ = unique_name("commands");
  std::unique_ptr<DaemonProcess> daemon_;
};

// Of four partitions Patient/old has one and Patient/newer another.
TEST_F(Commands, APatientOfTwoPartitionsIsOneAndIsForgottenAsOne) {
  send_result("old", "p1", "777-3", "40", "10*9/L");
  send_result("newer", "f1", "30226-5", "60", "ug/mL");
  ASSERT_TRUE(wait_for([](const auto& all) { return all.size() == 2; }));
  EXPECT_THAT(alerts(), IsEmpty());
  send(
      R"({"resourceType":"Patient","id":"old","link":[{"other":{"reference":"Patient/newer"},"type":"replaced-by"}]})");
  EXPECT_TRUE(wait_for([](const auto& all) { return all.size() == 1; })) << daemon_->log();
  EXPECT_THAT(statuses()["Patient/newer"], AllOf(HasSubstr("Observation/p1"), Not(HasSubstr("merge-pending"))));
  EXPECT_THAT(alerts(), ElementsAre("Patient/newer onset"));

  // What both partitions know is in their states, and what each is to do in the topic of commands.
  daemon_->kill();
  daemon_->start();
  ASSERT_TRUE(daemon_->wait_ready()) << daemon_->log();
  send_result("old", "p2", "777-3", "30", "10*9/L");
  EXPECT_TRUE(wait_for([](const auto& all) {
    return all.size() == 1 && all.begin()->second.find("Observation/p2") != std::string::npos;
  })) << daemon_->log();

  const Outcome forgotten = run_program("forget --patient Patient/newer -c " + daemon_->config_file());
  EXPECT_EQ(forgotten.code, 0) << forgotten.err;
  EXPECT_EQ(forgotten.out, "4 partitions of " + commands_topic(prefix_) + " are told to forget the patient\n");
  EXPECT_TRUE(wait_for([](const auto& all) { return all.empty(); })) << daemon_->log();
  EXPECT_EQ(alerts().back(), "Patient/newer closure");
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_EQ(daemon_->terminate(), 0) << daemon_->log();
  const Outcome dumped = run_program("state dump -c " + daemon_->config_file());
  EXPECT_EQ(dumped.code, 0) << dumped.err;
  EXPECT_THAT(dumped.out, Not(HasSubstr("Patient/"))) << "of nobody is anything left";
  expect_same_as_offline(*daemon_, true);
  EXPECT_THAT(daemon_->log(), Not(HasSubstr("Patient/")));
}

TEST(CommandsTopic, ThatDoesNotExistIsNamed) {
  DaemonProcess::Options options;
  options.input = unique_name("input");
  options.prefix = unique_name("none");
  const DaemonProcess never_started(options);
  const Outcome outcome = run_program("forget --patient Patient/1 -c " + never_started.config_file());
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("topic " + commands_topic(options.prefix) + " does not exist"));
}

}  // namespace
}  // namespace coagwatch::test

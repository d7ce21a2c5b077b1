#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

constexpr const char* kPatient = "Patient/17";

/// The four results of a panel in full-blown DIC (worked case W01), at one time.
std::vector<std::string> bad_panel(const std::string& patient, const std::string& id) {
  const std::string time = "2026-01-02T08:00:00Z";
  return {observation(id + "a", patient, "777-3", "40", "10*9/L", time),
          observation(id + "b", patient, "30226-5", "60", "ug/mL", time),
          observation(id + "c", patient, "3255-7", "0.8", "g/L", time),
          observation(id + "d", patient, "5902-2", "20.4", "s", time)};
}

class EndToEnd : public testing::Test {
 protected:
  explicit EndToEnd(int partitions = 2) : partitions_(partitions) { create_topic(input_, partitions_); }

  DaemonProcess::Options options(const std::string& instance = "one") const {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.instance = instance;
    return options;
  }
  void send(const std::vector<std::string>& values, const std::string& patient = kPatient) {
    TestProducer producer;
    for (const std::string& value : values) producer.send(input_, patient_record(patient, value, partitions_));
    producer.flush();
  }
  bool consumed(int seconds = 30) const { return wait_until_consumed(prefix_, input_, seconds); }

  const int partitions_;
  const std::string input_ = unique_name("input");
  const std::string prefix_ = unique_name("e2e");
};

TEST_F(EndToEnd, APanelBecomesOneAlertWithItsReasons) {
  DaemonProcess daemon(options());
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  send(bad_panel(kPatient, "x"));
  ASSERT_TRUE(consumed());
  const std::vector<Record> alerts = read_topic(alerts_topic(prefix_));
  ASSERT_FALSE(alerts.empty());
  // Others follow, as more of the panel comes.
  const Record& onset = alerts.front();
  EXPECT_EQ(onset.key, kPatient);
  EXPECT_EQ(onset.partition, patient_record(kPatient, "", partitions_).partition);
  EXPECT_EQ(onset.header("coagwatch-alert"), "onset");
  EXPECT_EQ(onset.header("coagwatch-priority"), "interruptive");
  EXPECT_THAT(onset.header("coagwatch-source"), HasSubstr(input_ + "/"));
  EXPECT_THAT(*onset.value, HasSubstr(R"("resourceType":"Bundle")"));
  EXPECT_THAT(*onset.value, HasSubstr("Observation/xa"));
  EXPECT_EQ(daemon.get("/livez").first, 200);
  EXPECT_THAT(daemon.get("/metrics").second, HasSubstr(R"(coagwatch_alerts_total{)"));
  EXPECT_THAT(daemon.get("/status").second, HasSubstr(R"("stage":"running")"));
  EXPECT_EQ(daemon.get("/version").first, 200);
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  EXPECT_THAT(daemon.log(), testing::Not(HasSubstr(kPatient))) << "no patient in the log";
}

TEST_F(EndToEnd, ARestartGoesOnWhereItStopped) {
  DaemonProcess daemon(options());
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  std::vector<std::string> panel = bad_panel(kPatient, "x");
  send({panel[0], panel[1]});
  ASSERT_TRUE(consumed());
  EXPECT_EQ(daemon.terminate(), 0);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  send({panel[2], panel[3]});
  ASSERT_TRUE(consumed());
  EXPECT_EQ(daemon.terminate(), 0);
  expect_same_as_offline(daemon);
  EXPECT_FALSE(read_topic(alerts_topic(prefix_)).empty()) << "the first half of the panel was remembered";
}

TEST_F(EndToEnd, BadInputIsDeadLetteredAndItsNeighboursAreScored) {
  DaemonProcess daemon(options());
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  const std::string good = observation("ok", kPatient, "777-3", "40", "10*9/L", "2026-01-02T08:00:00Z");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "{\"a\":";
  // The list of the issue, each with the reason that it must end with.
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "malformed-json"},
      {with("777-3", "777-\xff"), "invalid-utf8"},
      {good.substr(0, good.size() / 2), "malformed-json"},
      {deep, "too-deep"},
      {with(R"("value":40)", R"("value":"40")"), "invalid-value"},
      {with(R"("unit":"10*9/L","system":"http://unitsofmeasure.org","code":"10*9/L")", R"("unit":"furlong")"),
       "unknown-unit"},
      {with(R"("subject":{"reference":"Patient/17"},)", ""), "no-subject"},
      {with(R"("effectiveDateTime":"2026-01-02T08:00:00Z",)", ""), "no-time"},
      {with(R"("status":"final")", R"("status":"appended")"), "invalid-status"},
      {with(R"("status":"final")", R"("status":"final","status":"final")"), "duplicate-key"},
      {with(R"("value":40)", R"("value":NaN)"), "malformed-json"},
  };
  std::vector<std::string> values;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    values.push_back(bad[i].first);
    values.push_back(observation("n" + std::to_string(i), kPatient, "777-3", "40", "10*9/L",
                                 "2026-01-02T08:" + std::to_string(10 + i) + ":00Z"));
  }
  send(values);
  ASSERT_TRUE(consumed());
  const std::vector<Record> dead = read_topic(dead_letter_topic(prefix_));
  ASSERT_EQ(dead.size(), bad.size());
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(dead[i].header("coagwatch-reason"), bad[i].second) << i;
    EXPECT_EQ(dead[i].value.value_or(""), bad[i].first) << i;
    EXPECT_EQ(dead[i].key, kPatient) << i;
  }
  const std::vector<Record> status = read_topic(status_topic(prefix_));
  ASSERT_FALSE(status.empty());
  EXPECT_THAT(*status.back().value, HasSubstr("Observation/n" + std::to_string(bad.size() - 1)));
  EXPECT_EQ(daemon.terminate(), 0);
}

TEST_F(EndToEnd, ATenMegabyteRecordIsNamedAndCut) {
  const std::string input = unique_name("large");
  create_topic(input, 1, {{"max.message.bytes", "12000000"}});
  DaemonProcess::Options large = options();
  large.input = input;
  DaemonProcess daemon(large);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  TestProducer producer;
  Record record;
  record.key = kPatient;
  record.value = R"({"resourceType":"Observation","note":")" + std::string(10'000'000, 'x') + "\"}";
  producer.send(input, record);
  record.value = bad_panel(kPatient, "x")[0];
  producer.send(input, record);
  producer.flush();
  ASSERT_TRUE(wait_until_consumed(prefix_, input, 60)) << daemon.log();
  const std::vector<Record> dead = read_topic(dead_letter_topic(prefix_));
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].header("coagwatch-reason"), "too-large");
  EXPECT_EQ(dead[0].header("coagwatch-truncated"), "true");
  EXPECT_EQ(dead[0].header("coagwatch-sha256").size(), 64U);
  EXPECT_EQ(read_topic(status_topic(prefix_)).size(), 1U);
}

TEST_F(EndToEnd, AbortedInputIsNeverSeen) {
  DaemonProcess daemon(options());
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  const std::vector<std::string> panel = bad_panel(kPatient, "x");
  {
    TestProducer producer(unique_name("txn"));
    producer.begin();
    for (const std::string& value : bad_panel("Patient/aborted", "y")) {
      producer.send(input_, patient_record("Patient/aborted", value, partitions_));
    }
    producer.abort();
    producer.begin();
    for (const std::string& value : panel) producer.send(input_, patient_record(kPatient, value, partitions_));
    producer.commit();
  }
  // Plain records end the log, so that the group can stand at its end.
  for (int p = 0; p < partitions_; ++p) {
    TestProducer producer;
    Record record;
    record.partition = p;
    record.value = R"({"resourceType":"Patient","id":"1"})";
    producer.send(input_, record);
  }
  ASSERT_TRUE(consumed());
  EXPECT_EQ(daemon.terminate(), 0);
  for (const Record& record : read_topic(status_topic(prefix_))) EXPECT_EQ(record.key, kPatient);
  EXPECT_FALSE(read_topic(alerts_topic(prefix_)).empty());
  expect_same_as_offline(daemon);
}

TEST_F(EndToEnd, ASecondDaemonTakesItsShareAndGivesItBack) {
  DaemonProcess one(options("one"));
  DaemonProcess two(options("two"));
  one.start();
  ASSERT_TRUE(one.wait_ready()) << one.log();
  Feeder feeder(input_, sample_feed(8'000, 100, partitions_, 1), 100, std::chrono::milliseconds(200));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  two.start();
  EXPECT_TRUE(two.wait_ready()) << two.log();
  // Its first assignment may be empty: the share comes once the other one has given it up.
  bool shares = false;
  for (int i = 0; i < 200 && !shares; ++i) {
    shares = two.get("/status").second.find(R"("stage":"running")") != std::string::npos;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(shares) << two.log();
  EXPECT_EQ(two.terminate(), 0) << two.log();
  feeder.join();
  EXPECT_TRUE(consumed(60));
  EXPECT_EQ(one.terminate(), 0);
  // A question that is given up ends the connection, and with it the fetch that it waited behind.
  for (const DaemonProcess* each : {&one, &two}) EXPECT_THAT(each->log(), Not(HasSubstr("timed out: disconnect")));
  expect_same_as_offline(one);
}

TEST_F(EndToEnd, APauseLongerThanTheTransactionTimeoutHarmsNothing) {
  DaemonProcess daemon(options());
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  const std::vector<Record> feed = sample_feed(6'000, 60, partitions_, 2);
  TestProducer producer;
  for (std::size_t i = 0; i < feed.size(); ++i) {
    producer.send(input_, feed[i]);
    if (i == 3'000) {
      producer.flush();
      daemon.send_signal(SIGSTOP);
      std::this_thread::sleep_for(std::chrono::seconds(17));
      daemon.send_signal(SIGCONT);
    }
  }
  producer.flush();
  EXPECT_TRUE(consumed(90)) << daemon.log();
  EXPECT_EQ(daemon.terminate(), 0) << daemon.log();
  expect_same_as_offline(daemon);
}

}  // namespace
}  // namespace coagwatch::test

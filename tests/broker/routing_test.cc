// Input that is not keyed by patient: two topics, any key, any partition; the router stage makes one topic of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/routed_once.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

class Routing : public testing::Test {
 protected:
  void SetUp() override {
    first_ = unique_name("lab");
    second_ = unique_name("poct");
    prefix_ = unique_name("routing");
    create_topic(first_, 3);
    create_topic(second_, 5);
  }
  [[nodiscard]] DaemonProcess::Options member(const std::string& instance) const {
    DaemonProcess::Options options;
    options.input = first_ + ", " + second_;
    options.prefix = prefix_;
    options.instance = instance;
    options.keyed = false;
    options.short_session = true;
    options.extra = "workers: 2\n";
    return options;
  }
  /// A feed whose records have any key, or none, in any partition.
  static std::vector<Record> shuffled(std::size_t records, int partitions, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<Record> feed = sample_feed(records, 100, 1, seed);
    for (Record& record : feed) {
      record.partition = static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(partitions));
      record.key.reset();
      if (random() % 2 == 0) record.key = "message " + std::to_string(random());
      record.headers = {{"traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}};
    }
    return feed;
  }
  /// Waits until both stages have nothing left. What is routed ends with the marker of a transaction, which the group's
  /// committed offset does not pass by itself: the daemons say themselves where they are.
  [[nodiscard]] bool all_consumed(const std::vector<const DaemonProcess*>& daemons) const {
    if (!wait_until_consumed(prefix_ + "-router", first_, 120) ||
        !wait_until_consumed(prefix_ + "-router", second_, 120)) {
      return false;
    }
    const std::string scored = by_patient_topic(prefix_);
    return wait_without_lag(daemons, scored, partition_count(scored), 120);
  }
  std::string first_;
  std::string second_;
  std::string prefix_;
};

TEST_F(Routing, UnderKillsEachRecordIsRoutedOnceAndScoredOnce) {
  DaemonProcess one(member("one"));
  DaemonProcess two(member("two"));
  one.start();
  ASSERT_TRUE(one.wait_ready()) << one.log();
  two.start();
  ASSERT_TRUE(two.wait_ready()) << two.log();
  Feeder lab(first_, shuffled(15'000, 3, 1), 300, milliseconds(500));
  Feeder poct(second_, shuffled(15'000, 5, 2), 300, milliseconds(500));
  std::mt19937 random(7);
  for (int i = 0; i < 6; ++i) {
    std::this_thread::sleep_for(milliseconds(300 + random() % 1500));
    DaemonProcess& daemon = random() % 2 == 0 ? one : two;
    daemon.kill();
    std::this_thread::sleep_for(milliseconds(random() % 300));
    daemon.start();
  }
  EXPECT_FALSE(lab.done()) << "the feed ended before the kills did";
  lab.join();
  poct.join();
  EXPECT_TRUE(all_consumed({&one, &two})) << one.get("/status").second << two.get("/status").second;
  EXPECT_THAT(one.get("/status").second, HasSubstr(R"("stage":"routing")"));
  EXPECT_THAT(one.get("/metrics").second + two.get("/metrics").second,
              HasSubstr("coagwatch_records_consumed_total{topic=\"" + first_ + "\"}"));
  EXPECT_EQ(one.terminate(), 0);
  EXPECT_EQ(two.terminate(), 0);
  expect_each_routed_once({first_, second_}, prefix_);
  for (const Record& record : read_topic(by_patient_topic(prefix_))) {
    EXPECT_THAT(record.header("traceparent"), HasSubstr("0123456789abcdef"));
  }
  expect_same_as_offline(one);
}

TEST_F(Routing, AnAlertNamesTheSourceAndADeletionFindsItsPatient) {
  DaemonProcess daemon(member("one"));
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  TestProducer producer;
  const auto send = [&](const std::string& topic, std::optional<std::string> value, std::optional<std::string> key) {
    Record record;
    record.partition = 2;
    record.key = std::move(key);
    record.value = std::move(value);
    producer.send(topic, record);
    producer.flush();
    ASSERT_TRUE(all_consumed({&daemon}));
  };
  const std::string time = "2026-01-02T08:00:00Z";
  const std::string platelets = observation("a1", "Patient/17", "777-3", "40", "10*9/L", time);
  const std::string fdp = observation("a2", "Patient/17", "30226-5", "60", "ug/mL", time);
  const std::string other = observation("a3", "Patient/18", "777-3", "40", "10*9/L", time);
  send(first_,
       R"({"resourceType":"Bundle","type":"batch","entry":[{"resource":)" + platelets + R"(},{"resource":)" + other +
           "}]}",
       "message 1");
  send(second_, fdp, std::nullopt);
  std::vector<Record> alerts = read_topic(alerts_topic(prefix_));
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].key, "Patient/17");
  EXPECT_EQ(alerts[0].header("coagwatch-source"), second_ + "/2/0");
  std::set<std::string> keys;
  for (const Record& record : read_topic(by_patient_topic(prefix_))) keys.insert(record.key.value_or("none"));
  EXPECT_EQ(keys, (std::set<std::string>{"Patient/17", "Patient/18"}));
  send(first_, std::nullopt, "Observation/a2");
  alerts = read_topic(alerts_topic(prefix_));
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[1].header("coagwatch-alert"), "retraction");
  EXPECT_EQ(alerts[1].header("coagwatch-source"), first_ + "/2/1");
  EXPECT_EQ(daemon.terminate(), 0);
  expect_same_as_offline(daemon);
}

}  // namespace
}  // namespace coagwatch::test

// What a failover is made of. The figures are printed, never judged: tests/bench/README.md has some.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kPartitions = 4;
constexpr seconds kSession{6};

std::int64_t now_millis() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Of a log line, `2026-11-23T01:02:03.456Z`; -1 where it has none.
std::int64_t time_of(const std::string& line) {
  std::array<int, 7> part{};
  const std::size_t at = line.find(R"("ts":")");
  if (at == std::string::npos) return -1;
  if (std::sscanf(line.c_str() + at + 6, "%d-%d-%dT%d:%d:%d.%d", &part[0], &part[1], &part[2], &part[3], &part[4],
                  &part[5], &part[6]) != 7) {
    return -1;
  }
  const std::chrono::sys_days day = std::chrono::year(part[0]) / part[1] / part[2];
  return std::chrono::duration_cast<milliseconds>(day.time_since_epoch()).count() +
         ((part[3] * 60LL + part[4]) * 60 + part[5]) * 1000 + part[6];
}

double field(const std::string& line, const std::string& name) {
  const std::size_t at = line.find("\"" + name + "\":");
  return at == std::string::npos ? 0 : std::atof(line.c_str() + at + name.size() + 3);
}

/// What the log of whoever took over says of it.
struct Takeover {
  std::int64_t assigned = 0;  ///< milliseconds since the epoch
  std::int64_t restored = 0;  ///< of the last partition
  double waited = 0;          ///< seconds, the longest of all partitions, for an open transaction
  double records = 0;
};

Takeover takeover_in(const std::string& log, std::int64_t since) {
  Takeover found;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    const std::string line = log.substr(at, end - at);
    at = end + 1;
    const std::int64_t time = time_of(line);
    if (time < since) continue;
    if (line.find("partitions assigned") != std::string::npos && found.assigned == 0) found.assigned = time;
    if (line.find("partition restored") == std::string::npos) continue;
    found.restored = std::max(found.restored, time);
    found.waited = std::max(found.waited, field(line, "waited-for-a-transaction"));
    found.records += field(line, "records");
  }
  return found;
}

/// When the first committed record came to each partition of a topic after `since`, the latest of them.
std::int64_t working_since(const std::string& topic, std::int64_t since, const std::set<std::int32_t>& partitions) {
  std::map<std::int32_t, std::int64_t> first;
  for_each_committed(topic, [&](const Record& record) {
    if (record.timestamp > since) first.try_emplace(record.partition, record.timestamp);
  });
  std::int64_t latest = 0;
  for (const std::int32_t partition : partitions) {
    EXPECT_TRUE(first.contains(partition)) << "nothing was written to partition " << partition;
    latest = std::max(latest, first[partition]);
  }
  return latest;
}

class Failover : public testing::Test {
 protected:
  DaemonProcess::Options member(const std::string& instance) const {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.instance = instance;
    options.short_session = true;
    return options;
  }
  void SetUp() override {
    create_topic(input_, kPartitions);
    const char* given = std::getenv("COAGWATCH_TEST_PATIENTS");
    patients_ = given == nullptr ? 400 : std::atoi(given);
  }
  /// So many patients have a state; then more comes all the time.
  void feed() {
    const auto count = static_cast<std::size_t>(patients_);
    Feeder(input_, sample_feed(4 * count, patients_, kPartitions, 3), 1'000'000, milliseconds(0)).join();
    ASSERT_TRUE(wait_until_consumed(prefix_, input_, 300));
    feeder_ = std::make_unique<Feeder>(input_, sample_feed(40'000, patients_, kPartitions, 4), 20, milliseconds(10));
    std::this_thread::sleep_for(seconds(3));
  }
  void tell(const char* what, std::int64_t killed, const Takeover& found, std::int64_t working) const {
    std::printf(
        "%s, %d patients: %.2f s to processing (%.2f s until assigned, %.2f s for a dangling transaction, %.2f s "
        "for the rest of the restore of %.0f records)\n",
        what, patients_, static_cast<double>(working - killed) / 1000,
        static_cast<double>(found.assigned - killed) / 1000, found.waited,
        static_cast<double>(found.restored - found.assigned) / 1000 - found.waited, found.records);
  }
  static std::set<std::int32_t> all() { return {0, 1, 2, 3}; }

  const std::string input_ = unique_name("input");
  const std::string prefix_ = unique_name("failover");
  int patients_ = 0;
  std::unique_ptr<Feeder> feeder_;
};

TEST_F(Failover, AStaticMemberThatIsRestartedHasItsPartitionsAtOnce) {
  DaemonProcess::Options options = member("one");
  options.static_membership = true;
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready());
  ASSERT_NO_FATAL_FAILURE(feed());
  const std::int64_t killed = now_millis();
  daemon.kill();
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready());
  std::this_thread::sleep_for(seconds(2));
  feeder_->join();
  EXPECT_TRUE(wait_until_consumed(prefix_, input_, 120));
  const Takeover found = takeover_in(daemon.log(), killed);
  EXPECT_EQ(daemon.terminate(), 0);
  tell("restart of a static member after SIGKILL", killed, found, working_since(state_topic(prefix_), killed, all()));
  EXPECT_LT(found.assigned - killed, milliseconds(kSession).count()) << "the session had to time out";
  expect_same_as_offline(daemon);
}

/// What it left open hides the ends of its topics and offsets, until its producer comes back. So nothing may wait for
/// those before that.
TEST_F(Failover, ATransactionThatAKilledOneLeftOpenDoesNotHoldUpItsStart) {
  DaemonProcess daemon(member("one"));
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready());
  Feeder(input_, sample_feed(400, patients_, kPartitions, 3), 1'000'000, milliseconds(0)).join();
  ASSERT_TRUE(wait_until_consumed(prefix_, input_, 60));
  ASSERT_EQ(daemon.terminate(), 0);
  TestProducer killed(prefix_ + ".one.0");
  killed.begin();
  Record record;
  record.key = "killed";
  record.value = "never committed";
  killed.send(state_topic(prefix_), record);
  killed.flush();
  killed.send_offset(prefix_, input_, 0, 1);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready());
  EXPECT_EQ(daemon.log().find("the state cannot be begun with"), std::string::npos) << daemon.log();
  EXPECT_EQ(daemon.terminate(), 0);
  expect_same_as_offline(daemon);
}

/// It goes on polling: it stays a member, and has its partitions once.
TEST_F(Failover, ARestoreThatTakesLongerThanAPollMayKeepsItsPartitions) {
  DaemonProcess::Options options = member("one");
  options.properties = "max.poll.interval.ms: 6000";
  TestProducer stranger(unique_name("stranger"));
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready());
  Feeder(input_, sample_feed(400, patients_, kPartitions, 2), 1'000'000, milliseconds(0)).join();
  ASSERT_TRUE(wait_until_consumed(prefix_, input_, 60));
  ASSERT_EQ(daemon.terminate(), 0);
  stranger.begin();
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    Record record;
    record.partition = partition;
    record.key = "stranger";
    record.value = "hides what comes after";
    stranger.send(state_topic(prefix_), record);
  }
  stranger.flush();
  Feeder(input_, sample_feed(400, patients_, kPartitions, 3), 1'000'000, milliseconds(0)).join();
  daemon.start();
  EXPECT_TRUE(daemon.wait_for("/readyz", "waits for an open transaction", 10)) << daemon.get("/readyz").second;
  std::this_thread::sleep_for(seconds(9));
  EXPECT_EQ(daemon.get("/readyz").first, 503);
  EXPECT_EQ(daemon.get("/livez").first, 200);
  stranger.abort();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  EXPECT_TRUE(wait_until_consumed(prefix_, input_, 60));
  EXPECT_EQ(daemon.terminate(), 0);
  const std::string log = daemon.log();
  EXPECT_EQ(log.find("MAX_POLL_EXCEEDED"), std::string::npos) << log;
  std::size_t assignments = 0;
  for (auto at = log.find("partitions assigned"); at != std::string::npos; at = log.find("partitions assigned", at + 1))
    ++assignments;
  EXPECT_EQ(assignments, 2U) << "one for each start\n" << log;
  expect_same_as_offline(daemon);
}

TEST_F(Failover, AStandbyTakesOverAndReadsOnlyTheTail) {
  DaemonProcess one(member("one"));
  one.start();
  ASSERT_TRUE(one.wait_ready());
  DaemonProcess::Options options = member("two");
  options.standby = true;
  DaemonProcess two(options);
  two.start();
  ASSERT_TRUE(two.wait_ready());
  ASSERT_NO_FATAL_FAILURE(feed());
  const std::string status = two.get("/status").second;
  std::set<std::int32_t> of_one;
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    const std::string standby = "{\"partition\":" + std::to_string(partition) + ",\"caught-up\":true";
    if (status.find(standby) != std::string::npos) of_one.insert(partition);
  }
  ASSERT_EQ(of_one.size(), 2U) << status;
  EXPECT_NE(two.get("/metrics").second.find("coagwatch_standby_lag_records"), std::string::npos);
  const std::int64_t killed = now_millis();
  one.kill();
  ASSERT_TRUE(two.wait_for("/status", R"("standby":[])", 60)) << two.get("/status").second;
  ASSERT_TRUE(two.wait_ready());
  std::this_thread::sleep_for(seconds(2));
  feeder_->join();
  EXPECT_TRUE(wait_until_consumed(prefix_, input_, 120));
  const Takeover found = takeover_in(two.log(), killed);
  EXPECT_EQ(two.terminate(), 0);
  tell("failover to a standby after SIGKILL", killed, found, working_since(state_topic(prefix_), killed, of_one));
  EXPECT_LT(found.records, patients_ / 2) << "more than the tail was read";
  expect_same_as_offline(two);
}

}  // namespace
}  // namespace coagwatch::test

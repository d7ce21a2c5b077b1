// Static members: a restart moves no partition, and one name is one member.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
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
using testing::HasSubstr;

constexpr int kPartitions = 4;
// Of a killed member, and of one that left without telling the group.
constexpr seconds kSession{6};

/// The partitions that a daemon works on.
std::set<int> at_work(const DaemonProcess& daemon) {
  const std::string status = daemon.get("/status").second;
  const std::string number = R"("partition":)";
  std::set<int> partitions;
  for (std::size_t at = status.find(number); at != std::string::npos; at = status.find(number, at + 1)) {
    if (status.substr(at, status.find('}', at) - at).find(R"("stage":"running")") == std::string::npos) continue;
    partitions.insert(std::stoi(status.substr(at + number.size())));
  }
  return partitions;
}

/// Two static members and a feed.
class StaticMembership : public testing::Test {
 protected:
  StaticMembership()
      : input_(unique_name("input")), prefix_(unique_name("static")), one_(member("one")), two_(member("two")) {
    create_topic(input_, kPartitions);
  }
  [[nodiscard]] DaemonProcess::Options member(const std::string& instance) const {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.instance = instance;
    options.static_membership = true;
    options.short_session = true;
    return options;
  }
  static bool until(seconds limit, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return true;
  }
  void start_both() {
    one_.start();
    two_.start();
    ASSERT_TRUE(until(seconds(60), [&] { return at_work(one_).size() == 2 && at_work(two_).size() == 2; }))
        << one_.log() << two_.log();
  }
  void end_and_compare() {
    EXPECT_TRUE(wait_until_consumed(prefix_, input_, 60));
    EXPECT_EQ(one_.terminate(), 0) << one_.log();
    EXPECT_EQ(two_.terminate(), 0) << two_.log();
    expect_same_as_offline(one_);
  }

  std::string input_;
  std::string prefix_;
  DaemonProcess one_;
  DaemonProcess two_;
};

TEST_F(StaticMembership, ARestartMovesNoPartition) {
  ASSERT_NO_FATAL_FAILURE(start_both());
  const std::set<int> of_one = at_work(one_);
  const std::set<int> of_two = at_work(two_);
  Feeder feeder(input_, sample_feed(8'000, 100, kPartitions, 21), 100, milliseconds(500));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(one_.terminate(), 0) << one_.log();
    std::this_thread::sleep_for(seconds(1));
    EXPECT_EQ(at_work(two_), of_two) << "the other's share stays as it was";
    one_.start();
    EXPECT_TRUE(until(seconds(30), [&] { return at_work(one_) == of_one; })) << one_.log();
    EXPECT_EQ(at_work(two_), of_two);
  }
  EXPECT_FALSE(feeder.done()) << "the feed ended before the restarts did";
  feeder.join();
  end_and_compare();
}

TEST_F(StaticMembership, OneThatStaysAwayLosesItsShareWithItsSession) {
  ASSERT_NO_FATAL_FAILURE(start_both());
  Feeder feeder(input_, sample_feed(8'000, 100, kPartitions, 22), 100, milliseconds(500));
  EXPECT_EQ(one_.terminate(), 0) << one_.log();
  EXPECT_TRUE(until(kSession + seconds(20), [&] { return at_work(two_).size() == kPartitions; })) << two_.log();
  one_.start();
  EXPECT_TRUE(until(seconds(30), [&] { return at_work(one_).size() == 2; })) << one_.log();
  feeder.join();
  end_and_compare();
}

// The classic protocol lets the newcomer have the name at once; the broker's keeps it for the one who has it until his
// session has ended, and the newcomer has to be started again.
TEST_F(StaticMembership, AKilledOneComesBackUnderItsName) {
  ASSERT_NO_FATAL_FAILURE(start_both());
  Feeder feeder(input_, sample_feed(8'000, 100, kPartitions, 23), 100, milliseconds(500));
  one_.kill();
  one_.start();
  if (one_.options().consumer_protocol) {
    EXPECT_EQ(one_.wait(30), 2) << one_.log();
    EXPECT_THAT(one_.log(), HasSubstr("or one ended without leaving and its session has not"));
    std::this_thread::sleep_for(kSession + seconds(2));
    one_.start();
  }
  EXPECT_TRUE(until(seconds(30), [&] { return at_work(one_).size() == 2; })) << one_.log();
  feeder.join();
  end_and_compare();
}

TEST_F(StaticMembership, OfTwoUnderOneNameOneEnds) {
  ASSERT_NO_FATAL_FAILURE(start_both());
  Feeder feeder(input_, sample_feed(8'000, 100, kPartitions, 24), 100, milliseconds(500));
  DaemonProcess again(member("one"));
  again.start();
  DaemonProcess& loser = one_.options().consumer_protocol ? again : one_;
  EXPECT_EQ(loser.wait(60), 2) << loser.log();
  EXPECT_THAT(loser.log(), HasSubstr("ending, because this process cannot be one of the group"));
  if (&loser == &one_) {
    EXPECT_EQ(again.terminate(), 0) << again.log();
    one_.start();
  }
  EXPECT_TRUE(until(seconds(30), [&] { return at_work(one_).size() == 2; })) << one_.log();
  feeder.join();
  end_and_compare();
}

}  // namespace
}  // namespace coagwatch::test

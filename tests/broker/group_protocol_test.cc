// A group goes to the other protocol, and back.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
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

/// Waits until both share the partitions and have worked on all that came so far.
void share(const DaemonProcess& one, const DaemonProcess& two) {
  const auto end = std::chrono::steady_clock::now() + seconds(60);
  const std::string& input = one.options().input;
  int of_one = 0;
  int of_two = 0;
  while (of_one == 0 || of_two == 0 || of_one + of_two < kPartitions) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << one.log() << two.log();
    std::this_thread::sleep_for(milliseconds(50));
    of_one = one.without_lag(input);
    of_two = two.without_lag(input);
  }
}

/// Waits until it has all of them, and has worked on all that came so far.
void have_all(const DaemonProcess& daemon) {
  const auto end = std::chrono::steady_clock::now() + seconds(60);
  while (daemon.without_lag(daemon.options().input) < kPartitions) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << daemon.log();
    std::this_thread::sleep_for(milliseconds(50));
  }
}

/// A group of two whose first one, ended, is to be of the other protocol.
class GroupProtocol : public testing::Test {
 protected:
  explicit GroupProtocol(bool consumer_protocol = false) : one_(options("one", consumer_protocol)) {
    DaemonProcess::Options other = one_.options();
    other.instance = "two";
    two_ = std::make_unique<DaemonProcess>(other);
    create_topic(one_.options().input, kPartitions);
    feeder_ = std::make_unique<Feeder>(one_.options().input, sample_feed(20'000, 200, kPartitions, 31), 100,
                                       milliseconds(1000));
  }

  static DaemonProcess::Options options(const std::string& instance, bool consumer_protocol) {
    DaemonProcess::Options options;
    options.input = unique_name("input");
    options.prefix = unique_name("protocol");
    options.instance = instance;
    options.consumer_protocol = consumer_protocol;
    return options;
  }

  void end_and_judge() {
    EXPECT_FALSE(feeder_->done()) << "the feed ended before the change did";
    feeder_->join();
    EXPECT_TRUE(wait_until_consumed(one_.options().prefix, one_.options().input, 60));
    EXPECT_EQ(one_.terminate(), 0);
    EXPECT_EQ(two_->terminate(), 0);
    expect_same_as_offline(one_);
  }

  DaemonProcess one_;
  std::unique_ptr<DaemonProcess> two_;
  std::unique_ptr<Feeder> feeder_;
};

class GroupProtocolBack : public GroupProtocol {
 protected:
  GroupProtocolBack() : GroupProtocol(true) {}
};

TEST_F(GroupProtocol, AllMembersEndThenTheGroupIsTheBrokers) {
  one_.start();
  two_->start();
  ASSERT_NO_FATAL_FAILURE(share(one_, *two_));
  EXPECT_EQ(one_.terminate(), 0) << one_.log();
  // Whoever has been given partitions a second time is one whom the broker cannot take over (KAFKA-18134).
  ASSERT_NO_FATAL_FAILURE(have_all(*two_));
  one_.set_consumer_protocol(true);
  one_.start();
  EXPECT_EQ(one_.wait(30), 2);
  EXPECT_NE(one_.log().find("end all of them, then start this process again: GROUP_ID_NOT_FOUND"), std::string::npos)
      << one_.log();
  ASSERT_NO_FATAL_FAILURE(have_all(*two_)) << "who was there was disturbed";
  EXPECT_EQ(two_->terminate(), 0) << two_->log();
  two_->set_consumer_protocol(true);
  one_.start();
  two_->start();
  ASSERT_NO_FATAL_FAILURE(share(one_, *two_));
  end_and_judge();
}

TEST_F(GroupProtocolBack, MemberByMember) {
  one_.start();
  two_->start();
  ASSERT_NO_FATAL_FAILURE(share(one_, *two_));
  for (DaemonProcess* daemon : {&one_, two_.get()}) {
    EXPECT_EQ(daemon->terminate(), 0) << daemon->log();
    daemon->set_consumer_protocol(false);
    daemon->start();
    ASSERT_NO_FATAL_FAILURE(share(one_, *two_));
  }
  end_and_judge();
}

}  // namespace
}  // namespace coagwatch::test

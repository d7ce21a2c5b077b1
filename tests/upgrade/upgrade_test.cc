// Two versions of the daemon in one group: each takes on what the other one leaves, forwards and back, and the whole is
// what one undisturbed daemon of this version makes of the same input.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"
#include "tests/upgrade/stored_state.h"

namespace coagwatch::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr int kPartitions = 6;
constexpr const char* kOlder = OLDER_DAEMON;
constexpr const char* kNewer = "";  // this build's

bool until(seconds limit, const std::function<bool()>& condition) {
  const auto end = steady_clock::now() + limit;
  while (!condition()) {
    if (steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return true;
}

/// How many partitions a daemon of either version works on.
int at_work(const DaemonProcess& daemon) {
  constexpr std::string_view kRunning = R"("stage":"running")";
  const std::string status = daemon.get("/status").second;
  int found = 0;
  for (std::size_t at = status.find(kRunning); at != std::string::npos; at = status.find(kRunning, at + 1)) ++found;
  return found;
}

/// Three daemons in one group, each of a version that changes, while a feed comes.
class RollingUpgrade : public testing::Test {
 protected:
  RollingUpgrade()
      : input_(unique_name("input")),
        prefix_(unique_name("upgrade")),
        one_(member("one")),
        two_(member("two")),
        three_(member("three")) {
    create_topic(input_, kPartitions);
  }

  [[nodiscard]] DaemonProcess::Options member(const std::string& instance) const {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix_;
    options.instance = instance;
    options.short_session = true;
    options.program = kOlder;
    options.old_keys = true;
    const char* fault = std::getenv("COAGWATCH_TEST_FAULT");
    options.fault = fault == nullptr ? "" : fault;
    return options;
  }
  [[nodiscard]] std::vector<DaemonProcess*> fleet() { return {&one_, &two_, &three_}; }

  /// Waits until these share all partitions, and each has worked on what came since.
  void share(const std::vector<DaemonProcess*>& daemons) {
    const auto shared = [&] {
      int all = 0;
      for (const DaemonProcess* daemon : daemons) {
        const int own = at_work(*daemon);
        if (own == 0) return false;
        all += own;
      }
      return all == kPartitions;
    };
    ASSERT_TRUE(until(seconds(60), shared)) << daemons.front()->log();
    const std::vector<std::int64_t> before = log_ends(input_, false);
    const auto more = [&] {
      const std::vector<std::int64_t> now = log_ends(input_, false);
      return std::ranges::equal(before, now, std::less<>());
    };
    ASSERT_TRUE(until(seconds(60), more)) << "the feed ended too soon";
    ASSERT_TRUE(wait_until_consumed(prefix_, input_, 60));
  }
  /// Ends a daemon in order and starts it again as that version.
  void become(DaemonProcess& daemon, const char* version) {
    ASSERT_EQ(daemon.terminate(), 0) << daemon.log();
    daemon.set_program(version);
    daemon.start();
    share(fleet());
  }
  /// Kills a daemon, lets the others take over, and starts it again.
  void kill_and_restart(DaemonProcess& daemon) {
    daemon.kill();
    std::vector<DaemonProcess*> others = fleet();
    std::erase(others, &daemon);
    ASSERT_NO_FATAL_FAILURE(share(others));
    daemon.start();
    share(fleet());
  }

  void upgrade_and_roll_back();
  void end_and_compare();

  std::string input_;
  std::string prefix_;
  DaemonProcess one_;
  DaemonProcess two_;
  DaemonProcess three_;
};

/// One after the other, with what may happen meanwhile: members of both versions die, all goes back, and forward again.
void RollingUpgrade::upgrade_and_roll_back() {
  ASSERT_NO_FATAL_FAILURE(share(fleet()));
  ASSERT_NO_FATAL_FAILURE(become(one_, kNewer));
  ASSERT_NO_FATAL_FAILURE(kill_and_restart(one_));
  ASSERT_NO_FATAL_FAILURE(become(two_, kNewer));
  ASSERT_NO_FATAL_FAILURE(kill_and_restart(three_));
  ASSERT_NO_FATAL_FAILURE(become(two_, kOlder));
  ASSERT_NO_FATAL_FAILURE(become(one_, kOlder));
  for (DaemonProcess* daemon : fleet()) ASSERT_NO_FATAL_FAILURE(become(*daemon, kNewer));
}

void RollingUpgrade::end_and_compare() {
  EXPECT_TRUE(wait_until_consumed(prefix_, input_, 60));
  for (DaemonProcess* daemon : fleet()) EXPECT_EQ(daemon->terminate(), 0) << daemon->log();
  expect_same_as_offline(one_);
  const Outcome older = run_program("state verify -c " + one_.config_file(), "", kOlder);
  EXPECT_EQ(older.code, 0) << "the way back: " << older.out << older.err;

  DaemonProcess::Options options = member("calm");
  options.prefix = unique_name("undisturbed");
  options.program = kNewer;
  options.fault.clear();
  DaemonProcess calm(options);
  calm.start();
  EXPECT_TRUE(wait_until_consumed(options.prefix, input_, 60)) << calm.log();
  EXPECT_EQ(calm.terminate(), 0) << calm.log();
  const auto of_calm = patients_in(state_topic(options.prefix));
  EXPECT_GT(of_calm.size(), 0U);
  EXPECT_EQ(different_patients(patients_in(state_topic(prefix_)), of_calm), 0U) << "of " << of_calm.size();
}

TEST_F(RollingUpgrade, ForwardsBackAndForwardsNothingIsLostOrDoubled) {
  for (DaemonProcess* daemon : fleet()) daemon->start();
  {
    Feeder feeder(input_, sample_feed(60'000, 200, kPartitions, 7), 200, milliseconds(1000));
    ASSERT_NO_FATAL_FAILURE(upgrade_and_roll_back());
    EXPECT_FALSE(feeder.done()) << "the feed ended before the upgrade did";
  }
  end_and_compare();

  // What the test is for did happen: 3, 5, 3, 5 is there and back and there again.
  const Handovers handovers = handovers_in(state_topic(prefix_));
  EXPECT_EQ(handovers.partitions.size(), static_cast<std::size_t>(kPartitions));
  for (const auto& [partition, formats] : handovers.partitions) EXPECT_GE(formats.size(), 4U) << formats;
  EXPECT_GT(std::ranges::count_if(handovers.patients, [](const auto& patient) { return patient.second.size() >= 4; }),
            0);
}

}  // namespace
}  // namespace coagwatch::test

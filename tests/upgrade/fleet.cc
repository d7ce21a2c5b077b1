#include "tests/upgrade/fleet.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace coagwatch::test {
namespace {

constexpr int kPatience = 60;  // seconds

/// How many partitions of a topic a daemon of any version works on. The oldest have one topic, and do not name it.
int at_work(const DaemonProcess& daemon, const std::string& topic) {
  constexpr std::string_view kRunning = R"("stage":"running")";
  const std::string status = daemon.get("/status").second;
  int found = 0;
  for (std::size_t at = status.find(kRunning); at != std::string::npos; at = status.find(kRunning, at + 1)) {
    const std::size_t begin = status.rfind('{', at);
    const std::string before = status.substr(begin, at - begin);
    const bool other = before.find(R"("topic":")") != std::string::npos &&
                       before.find(R"("topic":")" + topic + "\"") == std::string::npos;
    found += other ? 0 : 1;
  }
  return found;
}

bool shared(const std::vector<DaemonProcess*>& daemons, const std::string& topic) {
  int all = 0;
  for (const DaemonProcess* daemon : daemons) {
    const int own = at_work(*daemon, topic);
    if (own == 0) return false;
    all += own;
  }
  return all == kPartitions;
}

/// Why who does not work, as they say.
std::string reasons(const std::vector<DaemonProcess*>& daemons) {
  std::string text;
  for (const DaemonProcess* daemon : daemons) {
    text += daemon->options().instance + ": " + daemon->get("/readyz").second + "\n";
  }
  return text;
}

}  // namespace

bool until(int seconds, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

RollingUpgrade::RollingUpgrade(const std::string& older, DaemonProcess::Options like)
    : older_(OLDER_DAEMONS + older + "/source/build/release/coagwatch"),
      like_(std::move(like)),
      one_(member("one")),
      two_(member("two")),
      three_(member("three")) {
  create_topic(input_, kPartitions);
}

DaemonProcess::Options RollingUpgrade::member(const std::string& instance) const {
  DaemonProcess::Options options = like_;
  options.input = input_;
  options.prefix = prefix_;
  options.instance = instance;
  options.short_session = true;
  options.program = older_;
  options.mixed_versions = true;
  const char* fault = std::getenv("COAGWATCH_TEST_FAULT");
  options.fault = fault == nullptr ? "" : fault;
  return options;
}

/// Waits until these share all partitions of each stage, and have worked on what came since.
void RollingUpgrade::share(const std::vector<DaemonProcess*>& daemons) {
  const std::string scored = scored_topic(one_.options());
  ASSERT_TRUE(until(kPatience, [&] { return shared(daemons, input_) && shared(daemons, scored); })) << reasons(daemons);
  const std::vector<std::int64_t> before = log_ends(input_, false);
  const auto more = [&] { return std::ranges::equal(before, log_ends(input_, false), std::less<>()); };
  ASSERT_TRUE(until(kPatience, more)) << "the feed ended too soon";
  if (like_.keyed) {
    ASSERT_TRUE(wait_until_consumed(prefix_, input_, kPatience));
    return;
  }
  ASSERT_TRUE(wait_until_consumed(prefix_ + "-router", input_, kPatience));
  // What is routed ends with the marker of a transaction, which committed offsets do not pass by themselves.
  ASSERT_TRUE(until(kPatience, [&] { return group_lag(prefix_, scored) <= kPartitions; }));
}

/// Ends a daemon in order and starts it again as that version.
void RollingUpgrade::become(DaemonProcess& daemon, const std::string& version) {
  ASSERT_EQ(daemon.terminate(), 0) << daemon.log();
  daemon.set_program(version);
  daemon.start();
  share(fleet());
}

/// Kills a daemon, lets the others take over, and starts it again.
void RollingUpgrade::kill_and_restart(DaemonProcess& daemon) {
  daemon.kill();
  std::vector<DaemonProcess*> others = fleet();
  std::erase(others, &daemon);
  ASSERT_NO_FATAL_FAILURE(share(others));
  daemon.start();
  share(fleet());
}

void RollingUpgrade::upgrade_and_roll_back() {
  ASSERT_NO_FATAL_FAILURE(share(fleet()));
  ASSERT_NO_FATAL_FAILURE(become(one_, newer_));
  ASSERT_NO_FATAL_FAILURE(while_mixed(older_));
  ASSERT_NO_FATAL_FAILURE(kill_and_restart(one_));
  ASSERT_NO_FATAL_FAILURE(become(two_, newer_));
  ASSERT_NO_FATAL_FAILURE(while_mixed(newer_));
  ASSERT_NO_FATAL_FAILURE(kill_and_restart(three_));
  ASSERT_NO_FATAL_FAILURE(become(two_, older_));
  ASSERT_NO_FATAL_FAILURE(while_mixed(older_));
  ASSERT_NO_FATAL_FAILURE(become(one_, older_));
  ASSERT_NO_FATAL_FAILURE(become(one_, newer_));
  ASSERT_NO_FATAL_FAILURE(become(two_, newer_));
  ASSERT_NO_FATAL_FAILURE(while_mixed(newer_));
  ASSERT_NO_FATAL_FAILURE(become(three_, newer_));
}

void RollingUpgrade::end() {
  EXPECT_TRUE(wait_until_consumed(prefix_ + (like_.keyed ? "" : "-router"), input_, kPatience));
  EXPECT_TRUE(like_.keyed || wait_without_lag({&one_, &two_, &three_}, scored_topic(one_.options()), kPartitions));
  for (DaemonProcess* daemon : fleet()) EXPECT_EQ(daemon->terminate(), 0) << daemon->log();
}

Handovers RollingUpgrade::expect_handovers() const {
  Handovers handovers = handovers_in(state_topic(prefix_));
  EXPECT_EQ(handovers.partitions.size(), static_cast<std::size_t>(kPartitions));
  for (const auto& [partition, versions] : handovers.partitions) EXPECT_GE(versions.size(), 4U) << versions;
  EXPECT_GT(std::ranges::count_if(handovers.patients, [](const auto& patient) { return patient.second.size() >= 4; }),
            0);
  return handovers;
}

}  // namespace coagwatch::test

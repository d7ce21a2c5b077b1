#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
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
constexpr int kKills = 20;
// The shortest that a broker allows by default: a killed daemon is missed after that.
constexpr seconds kSession{6};

std::string environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

DaemonProcess::Options member(const std::string& input, const std::string& prefix, const std::string& instance) {
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = prefix;
  options.instance = instance;
  options.short_session = true;
  options.fault = environment("COAGWATCH_TEST_FAULT");
  return options;
}

/// What happens to two daemons while a feed is played to them. Each kind of accident lays open another of the planted
/// bugs (planted_bugs_test.cc).
class Nemesis {
 public:
  Nemesis(DaemonProcess& one, DaemonProcess& two, std::uint32_t seed) : daemons_{&one, &two}, random_(seed) {}

  /// Takes both daemons' transactional ids away: their next transactions are aborted.
  void abort_transactions() {
    for (const DaemonProcess* daemon : daemons_) {
      const TestProducer usurper(daemon->options().prefix + "." + daemon->options().instance + ".0");
    }
  }
  /// Kills one at a random moment and starts it again.
  void kill_one() {
    wait_at_most(2'500);
    DaemonProcess& daemon = *daemons_[random_() % 2];
    daemon.kill();
    wait_at_most(300);
    daemon.start();
  }
  /// Kills one while somebody's open transaction hides its last commits from readers of the state topic, until after
  /// others could restore what it had.
  void kill_one_behind_a_transaction() {
    for (const DaemonProcess* daemon : daemons_) EXPECT_TRUE(daemon->wait_ready()) << daemon->log();
    const std::string topic = state_topic(daemons_[0]->options().prefix);
    TestProducer stranger(unique_name("stranger"));
    stranger.begin();
    for (int partition = 0; partition < kPartitions; ++partition) {
      Record record;
      record.partition = partition;
      record.key = "stranger";
      record.value = "never committed";
      stranger.send(topic, record);
    }
    stranger.flush();
    std::this_thread::sleep_for(seconds(2));
    kill_one();
    std::this_thread::sleep_for(kSession + seconds(2));
    stranger.abort();
  }

 private:
  void wait_at_most(unsigned ms) { std::this_thread::sleep_for(milliseconds(50 + random_() % ms)); }

  DaemonProcess* daemons_[2];
  std::mt19937 random_;
};

TEST(Kill, TwentyKillsLoseAndDoubleNothing) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("kill");
  create_topic(input, kPartitions);
  DaemonProcess one(member(input, prefix, "one"));
  // Takes over with what it has read ahead, wherever the kills hit the other.
  DaemonProcess::Options with_standby = member(input, prefix, "two");
  with_standby.standby = true;
  DaemonProcess two(with_standby);
  one.start();
  ASSERT_TRUE(one.wait_ready());
  two.start();
  ASSERT_TRUE(two.wait_ready());

  const std::string given = environment("COAGWATCH_TEST_SEED");
  const auto seed = given.empty() ? std::random_device{}() : static_cast<std::uint32_t>(std::atoll(given.c_str()));
  std::printf("COAGWATCH_TEST_SEED=%u\n", seed);
  Feeder feeder(input, sample_feed(60'000, 400, kPartitions, seed), 500, milliseconds(1000));
  Nemesis nemesis(one, two, seed);
  std::this_thread::sleep_for(seconds(2));
  nemesis.abort_transactions();
  for (int i = 1; i < kKills; ++i) nemesis.kill_one();
  nemesis.kill_one_behind_a_transaction();
  EXPECT_FALSE(feeder.done()) << "the feed ended before the kills did";
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(prefix, input, 120));
  EXPECT_EQ(one.terminate(), 0);
  EXPECT_EQ(two.terminate(), 0);
  expect_same_as_offline(one);
}

}  // namespace
}  // namespace coagwatch::test

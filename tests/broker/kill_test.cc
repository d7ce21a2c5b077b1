#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

constexpr int kPartitions = 4;

/// The shortest session that a broker allows by default: a killed daemon is missed after that.
DaemonProcess::Options member(const std::string& input, const std::string& prefix, const std::string& instance) {
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = prefix;
  options.instance = instance;
  options.properties = "session.timeout.ms: 6000";
  return options;
}

/// Plays a feed while daemons are killed at random moments and started again.
class Nemesis {
 public:
  Nemesis(DaemonProcess& one, DaemonProcess& two, std::uint32_t seed) : daemons_{&one, &two}, random_(seed) {}

  void kill_one() {
    DaemonProcess& daemon = *daemons_[random_() % 2];
    daemon.kill();
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 300));
    daemon.start();
  }
  void wait_a_moment(unsigned at_most_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random_() % at_most_ms));
  }

 private:
  DaemonProcess* daemons_[2];
  std::mt19937 random_;
};

TEST(Kill, TwentyKillsLoseAndDoubleNothing) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("kill");
  create_topic(input, kPartitions);
  DaemonProcess one(member(input, prefix, "one"));
  DaemonProcess two(member(input, prefix, "two"));
  one.start();
  ASSERT_TRUE(one.wait_ready());
  two.start();
  ASSERT_TRUE(two.wait_ready());

  const char* given = std::getenv("COAGWATCH_SEED");
  const auto seed = given != nullptr ? static_cast<std::uint32_t>(std::atoll(given)) : std::random_device{}();
  std::printf("COAGWATCH_SEED=%u\n", seed);
  std::thread feeder([&] {
    TestProducer producer;
    std::size_t sent = 0;
    for (const Record& record : sample_feed(50'000, 400, kPartitions, seed)) {
      producer.send(input, record);
      if (++sent % 500 == 0) {
        producer.flush();
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
      }
    }
    producer.flush();
  });
  Nemesis nemesis(one, two, seed);
  for (int i = 0; i < 20; ++i) {
    nemesis.wait_a_moment(2'500);
    nemesis.kill_one();
  }
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(prefix, input, 120));
  EXPECT_EQ(one.terminate(), 0);
  EXPECT_EQ(two.terminate(), 0);
  expect_same_as_offline(one);
}

}  // namespace
}  // namespace coagwatch::test

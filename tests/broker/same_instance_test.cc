#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::HasSubstr;

constexpr int kPartitions = 4;

/// Plays a feed slowly, in the background, until it is told to end.
class SlowFeed {
 public:
  explicit SlowFeed(const std::string& input)
      : thread_([this, input] {
          TestProducer producer;
          std::size_t sent = 0;
          for (const Record& record : sample_feed(20'000, 200, kPartitions, 11)) {
            if (ended_) break;
            producer.send(input, record);
            if (++sent % 50 != 0) continue;
            producer.flush();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
          }
          producer.flush();
        }) {}
  ~SlowFeed() { end(); }
  void end() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

TEST(SameInstance, TheOneThatWasThereFirstEndsAndTheOtherGoesOn) {
  DaemonProcess::Options options;
  options.input = unique_name("input");
  options.prefix = unique_name("same");
  options.instance = "ward-a";
  create_topic(options.input, kPartitions);
  DaemonProcess first(options);
  DaemonProcess second(options);
  first.start();
  ASSERT_TRUE(first.wait_ready()) << first.log();
  SlowFeed feed(options.input);
  second.start();

  EXPECT_EQ(first.wait(60), 2) << first.log();
  EXPECT_THAT(first.log(), HasSubstr("another process uses instance ward-a"));
  EXPECT_THAT(first.log(), HasSubstr("\"msg\":\"stopped\"")) << "by the clean way";
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_TRUE(second.running()) << second.log();
  EXPECT_TRUE(second.wait_ready()) << second.log();

  feed.end();
  EXPECT_TRUE(wait_until_consumed(options.prefix, options.input, 60)) << second.log();
  EXPECT_EQ(second.terminate(), 0) << second.log();
  expect_same_as_offline(second);
}

}  // namespace
}  // namespace coagwatch::test

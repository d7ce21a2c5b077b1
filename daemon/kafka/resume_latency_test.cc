// How long a resumed partition takes to bring its first record, from librdkafka's mock cluster.
//
// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

#include <gtest/gtest.h>

#include <thread>

#include "daemon/kafka/input_consumer.h"
#include "daemon/kafka/mock_kafka.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;
using Kind = BrokerEvent::Kind;

TEST(ResumeLatency, DoesNotWaitForAThreadThatSleeps) {
  MockKafka kafka;
  kafka.create_topic("in");
  rd_kafka_mock_group_initial_rebalance_delay_ms(kafka.get(), 0);
  ClientSettings settings;
  settings.brokers = kafka.brokers();
  settings.group = "group";
  settings.client_id = "client";
  settings.user = {{"fetch.wait.max.ms", "10"}};
  std::string error;
  const auto consumer = InputConsumer::create(settings, {"in"}, std::make_shared<RateLimitedLog>(nullptr), error);
  ASSERT_TRUE(consumer) << error;
  const auto await = [&](Kind kind) {
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < milliseconds(15'000)) {
      if (consumer->poll(milliseconds(5)).kind == kind) break;
    }
    return std::chrono::steady_clock::now() - start;
  };
  await(Kind::assigned);
  const std::int32_t partition = 0;
  consumer->accept({&partition, 1});
  std::chrono::steady_clock::duration sum{};
  constexpr int kTimes = 3;
  for (int i = 0; i < kTimes; ++i) {
    // Longer each time, so that the sleep is met at every point of it.
    const auto until = std::chrono::steady_clock::now() + milliseconds(700 + 300 * i);
    while (std::chrono::steady_clock::now() < until) consumer->poll(milliseconds(5));
    while (!consumer->resume_at(partition, 0)) consumer->poll(milliseconds(5));
    sum += await(Kind::end);
    consumer->pause(partition);
  }
  // The sleep would be half a second on average; what it takes is a few milliseconds.
  EXPECT_LT(std::chrono::duration_cast<milliseconds>(sum / kTimes).count(), 250);
  consumer->close(milliseconds(300));
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

#endif

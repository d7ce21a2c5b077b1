#include "tests/fault/feed.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::fault {
namespace {

/// Tried again and again: brokers may be away for longer than one flush waits.
void flush(test::TestProducer& producer) {
  constexpr int kTries = 5;
  for (int i = 1;; ++i) {
    try {
      producer.flush();
      return;
    } catch (const std::exception&) {
      if (i == kTries) throw;
    }
  }
}

}  // namespace

int patients_for(std::uint64_t records) {
  constexpr std::uint64_t kRecordsOfOne = 150;
  return static_cast<int>(std::clamp<std::uint64_t>(records / kRecordsOfOne, 200, 40'000));
}

Feed::Feed(Options options) : options_(std::move(options)), thread_([this] { send_all(); }) {}

Feed::~Feed() { finish(); }

void Feed::send_all() try {
  test::TestProducer producer;
  test::SampleFeed feed(patients_for(options_.records), options_.partitions, options_.seed);
  for (std::uint64_t i = 0; i < options_.records; ++i) {
    if (i % 64 == 0) wait_for_its_time(i);
    producer.send(options_.topic, feed.next());
    ++sent_;
  }
  flush(producer);
} catch (const std::exception& error) {
  error_ = error.what();
}

void Feed::wait_for_its_time(std::uint64_t record) {
  const auto due = start_ + std::chrono::microseconds(
                                static_cast<std::int64_t>(1e6 * static_cast<double>(record) / options_.per_second));
  std::unique_lock lock(mutex_);
  hurry_.wait_until(lock, due, [this] { return hurried_; });
}

void Feed::finish() {
  {
    const std::scoped_lock lock(mutex_);
    hurried_ = true;
  }
  hurry_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace coagwatch::fault

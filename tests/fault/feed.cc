#include "tests/fault/feed.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <random>

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

/// The four weeks are the last 34 hours, so that there is what interrupts people, and what is too old for that.
test::SampleFeed::Clock recent_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  test::SampleFeed::Clock clock;
  clock.seconds_of_a_minute = 3;
  clock.first = std::chrono::floor<std::chrono::seconds>(now).count() -
                std::int64_t{test::SampleFeed::kMinutes} * clock.seconds_of_a_minute;
  return clock;
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
  if (options_.recent) feed.set_clock(recent_clock());
  std::mt19937 random(options_.seed + 1);
  for (std::uint64_t i = 0; i < options_.records; ++i) {
    if (i % 64 == 0) wait_for_its_time(i);
    test::Record record = feed.next();
    std::size_t topic = 0;
    if (!options_.keyed) {
      topic = random() % options_.topics.size();
      record.partition = static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(options_.partitions));
      record.key.reset();
      if (random() % 2 == 0) record.key = "message " + std::to_string(i);
    }
    producer.send(options_.topics[topic], record);
    ++sent_;
  }
  flush(producer);
} catch (const std::exception& error) {
  error_ = error.what();
}

void Feed::wait_for_its_time(std::uint64_t record) {
  double seconds = static_cast<double>(record) / options_.per_second;
  if (options_.recent) {
    // In waves: between them the wall clock runs timers.
    constexpr double kWave = 6;
    constexpr double kShare = 1.0 / 3;
    const double into = std::fmod(seconds, kWave);
    seconds += into * kShare - into;
  }
  const auto due = start_ + std::chrono::microseconds(static_cast<std::int64_t>(1e6 * seconds));
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

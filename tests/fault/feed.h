#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace coagwatch::fault {

/// Of so many patients is a feed of so many records: enough that most of their courses do not come round to the feed's
/// first month again.
int patients_for(std::uint64_t records);

/// Sends a seeded feed (tests/broker/sample_feed.h) from a thread of its own, at a steady rate, as long as it takes;
/// holds none of it.
class Feed {
 public:
  struct Options {
    std::vector<std::string> topics;
    int partitions = 1;  ///< of each
    /// Each record is in its patient's partition, under his key; else it is in any one of any topic, under any key.
    bool keyed = true;
    /// Results of the last days, so that timers are due while it comes; else of a January, the same from the seed.
    bool recent = false;
    std::uint64_t records = 0;
    double per_second = 1000;
    std::uint32_t seed = 1;
  };

  explicit Feed(Options options);
  /// Waits as finish() does.
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Sends the rest as fast as it goes, and waits until it is on the brokers.
  void finish();
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  /// Why it ended early; empty if it did not. After finish().
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void send_all();
  void wait_for_its_time(std::uint64_t record);

  Options options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> sent_{0};
  std::string error_;
  std::mutex mutex_;
  std::condition_variable hurry_;
  bool hurried_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace coagwatch::fault

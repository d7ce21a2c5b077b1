#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/broker/test_kafka.h"

namespace coagwatch::test {

/// Sends a feed from a thread of its own: `burst` records at a time, with a pause after each burst until somebody waits
/// for the end. So a pause may be long enough for the slowest machine, and costs nothing on others.
class Feeder {
 public:
  Feeder(std::string topic, std::vector<Record> feed, std::size_t burst, std::chrono::milliseconds pause);
  /// Waits as join() does.
  ~Feeder();
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  /// Sends the rest without pauses, and waits until everything is on the broker.
  void join();
  /// True once everything is on the broker.
  [[nodiscard]] bool done() const { return done_; }

 private:
  void pause_for(std::chrono::milliseconds pause);

  std::atomic<bool> done_{false};
  std::mutex mutex_;
  std::condition_variable hurry_;
  bool hurried_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace coagwatch::test

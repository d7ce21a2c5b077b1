#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/broker/test_kafka.h"

namespace coagwatch::test {

/// Sends a feed from a thread of its own: `burst` records at a time, with a pause after each burst.
class Feeder {
 public:
  Feeder(std::string topic, std::vector<Record> feed, std::size_t burst, std::chrono::milliseconds pause);
  /// Waits as join() does.
  ~Feeder();
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  /// Waits until everything is on the broker.
  void join();
  /// True once everything is on the broker.
  [[nodiscard]] bool done() const { return done_; }

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace coagwatch::test

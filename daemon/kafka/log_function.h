#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "daemon/log/log.h"

namespace coagwatch::daemon::kafka {

/// Where this folder's log lines go. Called from several threads at once, librdkafka's among them; must not block
/// and must not call back. The texts name brokers, topics, partitions and errors, never a record's key or content.
using LogFunction = std::function<void(LogLevel level, std::string_view text)>;

/// Passes on at most one line per `key` and period, and counts the others. Thread-safe.
class RateLimitedLog {
 public:
  explicit RateLimitedLog(LogFunction log, std::chrono::milliseconds period = std::chrono::seconds(10))
      : log_(std::move(log)), period_(period) {}

  /// `key` comes from a bounded set: error codes, librdkafka's facilities.
  void write(LogLevel level, std::string_view key, std::string_view text);
  /// Not limited.
  void always(LogLevel level, std::string_view text) const {
    if (log_) log_(level, text);
  }

 private:
  struct Line {
    std::chrono::steady_clock::time_point last;
    std::uint64_t suppressed = 0;
  };
  LogFunction log_;
  std::chrono::milliseconds period_;
  std::mutex mutex_;
  std::map<std::string, Line, std::less<>> lines_;  // guarded by mutex_
};

}  // namespace coagwatch::daemon::kafka

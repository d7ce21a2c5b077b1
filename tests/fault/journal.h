#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

namespace coagwatch::fault {

/// What happens, line by line with the seconds since the start, on stdout. Thread-safe.
class Journal {
 public:
  void say(const std::string& text) {
    const std::scoped_lock lock(mutex_);
    std::printf("%8.1f  %s\n", seconds(), text.c_str());
    std::fflush(stdout);
  }
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace coagwatch::fault

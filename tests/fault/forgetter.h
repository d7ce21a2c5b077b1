#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "tests/fault/journal.h"

namespace coagwatch::fault {

/// Has patients of the feed forgotten while it comes, by `coagwatch forget`, from a thread of its own.
class Forgetter {
 public:
  struct Options {
    std::string coagwatch;
    std::string config_file;
    std::string output;  ///< what the program says goes to the end of this file
    int times = 0;
    int patients = 1;                     ///< of the feed
    std::chrono::milliseconds length{0};  ///< in which they are spread
    std::uint32_t seed = 1;
  };

  Forgetter(Options options, Journal& journal);
  /// Waits as finish() does.
  ~Forgetter();
  Forgetter(const Forgetter&) = delete;
  Forgetter& operator=(const Forgetter&) = delete;

  /// Sends the rest at once, and waits.
  void finish();
  /// So often the program told every partition.
  [[nodiscard]] int sent() const { return sent_; }

 private:
  void send_all();

  Options options_;
  Journal& journal_;
  std::atomic<int> sent_{0};
  std::mutex mutex_;
  std::condition_variable hurry_;
  bool hurried_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace coagwatch::fault

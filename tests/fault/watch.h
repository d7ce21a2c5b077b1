#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/fault/journal.h"
#include "tests/fault/member.h"

namespace coagwatch::fault {

/// Looks after the daemons all along, as their supervisor would: starts again what ended by itself, and remembers the
/// worst that it sees.
class Watch {
 public:
  Watch(std::vector<std::unique_ptr<Member>>& members, Journal& journal);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] std::size_t largest_mebibytes() const { return largest_; }
  /// Records that a daemon said it was given although it had applied them before: what its transactions prevent.
  [[nodiscard]] double replayed_records() const { return replayed_; }
  [[nodiscard]] int ended_by_itself() const { return ended_; }
  /// Of these, by a signal.
  [[nodiscard]] int crashed() const { return crashed_; }

 private:
  void look();

  std::vector<std::unique_ptr<Member>>& members_;
  Journal& journal_;
  std::atomic<std::size_t> largest_{0};
  std::atomic<double> replayed_{0};
  std::atomic<int> ended_{0};
  std::atomic<int> crashed_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace coagwatch::fault

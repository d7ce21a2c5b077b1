#pragma once

#include <atomic>
#include <map>
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

  /// Looks once more, and ends.
  void finish();
  // After finish().
  [[nodiscard]] std::size_t largest_mebibytes() const { return largest_; }
  /// Records that daemons said they were given although they had applied them before: what transactions prevent.
  [[nodiscard]] double replayed() const { return replayed_; }
  [[nodiscard]] int ended_by_itself() const { return ended_; }
  /// Of these, by a signal.
  [[nodiscard]] int crashed() const { return crashed_; }
  /// How they ended, and how often.
  [[nodiscard]] const std::map<std::string, int>& ends() const { return ends_; }

 private:
  void look();
  void look_at_metrics(std::size_t member);

  std::vector<std::unique_ptr<Member>>& members_;
  Journal& journal_;
  // Of the thread, until it has ended.
  std::vector<double> known_;  // of each daemon, how many of these it has told
  std::size_t largest_ = 0;
  double replayed_ = 0;
  int ended_ = 0;
  int crashed_ = 0;
  std::map<std::string, int> ends_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace coagwatch::fault

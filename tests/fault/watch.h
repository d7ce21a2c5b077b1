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
#include "tests/fault/stale_times.h"

namespace coagwatch::fault {

/// Looks after the daemons all along, as their supervisor would: starts again what ended by itself, and remembers the
/// worst that it sees.
class Watch {
 public:
  /// Records that daemons said they were given although they had applied them before: what transactions prevent.
  struct Replayed {
    double excused = 0;     ///< while a broker could tell offsets of the past (StaleTimes)
    int excused_looks = 0;  ///< at which some of a daemon's were new
    double unexcused = 0;
  };

  Watch(std::vector<std::unique_ptr<Member>>& members, const StaleTimes& stale, Journal& journal);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Looks once more, and ends.
  void finish();
  // After finish().
  [[nodiscard]] std::size_t largest_mebibytes() const { return largest_; }
  [[nodiscard]] const Replayed& replayed() const { return replayed_; }
  [[nodiscard]] int ended_by_itself() const { return ended_; }
  /// Of these, by a signal.
  [[nodiscard]] int crashed() const { return crashed_; }
  /// How they ended, and how often.
  [[nodiscard]] const std::map<std::string, int>& ends() const { return ends_; }

 private:
  /// What is remembered of a daemon.
  struct Known {
    double replayed = 0;   ///< as it said last
    double looked_at = 0;  ///< then, in seconds since the start
  };

  void look();
  void look_at_metrics(std::size_t member);

  std::vector<std::unique_ptr<Member>>& members_;
  const StaleTimes& stale_;
  Journal& journal_;
  // Of the thread, until it has ended.
  std::vector<Known> known_;
  std::size_t largest_ = 0;
  Replayed replayed_;
  int ended_ = 0;
  int crashed_ = 0;
  std::map<std::string, int> ends_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace coagwatch::fault

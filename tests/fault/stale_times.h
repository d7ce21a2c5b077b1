#pragma once

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace coagwatch::fault {

/// When a broker of several was cut off or paused: one that does not know yet that it no longer coordinates the group
/// may tell a new owner an offset of the past. Then a daemon may be given records that it had applied, which it skips.
/// In seconds since the start. Thread-safe.
class StaleTimes {
 public:
  /// The longest that an answer is still on its way, and a daemon takes to read the state after it.
  static constexpr double kAfter = 30;

  /// One begins; its number, for end().
  std::size_t begin(double now);
  void end(std::size_t number, double now);
  /// Whether there was such a time, or kAfter had not passed since one, anywhere in here.
  [[nodiscard]] bool within(double begin, double end) const;
  [[nodiscard]] int count() const;
  /// How many of the seconds up to `end` were none of these.
  [[nodiscard]] double judged_seconds(double end) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<double, double>> times_;  // guarded by mutex_; with kAfter
};

}  // namespace coagwatch::fault

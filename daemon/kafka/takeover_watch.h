#pragma once

#include <chrono>
#include <optional>

namespace coagwatch::daemon::kafka {

/// Tells another process under our transactional id from fencings that end by themselves.
///
/// Two live processes with one id fence each other in turns, for ever. Whoever stalled with an open transaction is
/// fenced too, by the broker's timeout or by the member that took its partitions over, and then not again: such a
/// fencing does not count.
class TakeoverWatch {
 public:
  using Clock = std::chrono::steady_clock;

  /// A fencing of this producer. `open`: how long ago its last transaction was begun. True if another process uses
  /// the id: the second fencing within a minute.
  [[nodiscard]] bool fenced(Clock::time_point now, Clock::duration open);

 private:
  std::optional<Clock::time_point> last_;
};

}  // namespace coagwatch::daemon::kafka

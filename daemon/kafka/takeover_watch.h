#pragma once

#include <chrono>
#include <deque>

namespace coagwatch::daemon::kafka {

/// Tells another process under our transactional id from fencings that end by themselves.
///
/// Two live processes with one id fence each other in turns, for ever. Whoever stalled with an open transaction is
/// fenced too, by the broker's timeout or by the member that took its partitions over, and then not again: such a
/// fencing does not count.
class TakeoverWatch {
 public:
  using Clock = std::chrono::steady_clock;

  enum class Verdict {
    replace,     ///< the first within a minute, or one that does not count: go on with a new producer
    wait,        ///< the second: go on after kPatience, and only if the group still has us by then
    taken_over,  ///< the third: another process uses the id
  };

  /// More than a heartbeat's interval: of two processes under one name the group tells the older in answer to its next
  /// heartbeat that it has lost the name. If that one waits, the newer is not fenced again.
  static constexpr std::chrono::seconds kPatience{4};

  /// A fencing of this producer. `open`: how long ago its last transaction was begun.
  [[nodiscard]] Verdict fenced(Clock::time_point now, Clock::duration open);

 private:
  std::deque<Clock::time_point> counted_;  // within the last minute
};

}  // namespace coagwatch::daemon::kafka

#pragma once

#include <chrono>
#include <cstdint>

namespace coagwatch::daemon {

/// Tells when a loop has stood still for too long, such as in a call of a library that never returns: it is looked at
/// now and then by somebody else.
///
/// Not thread-safe.
class StallWatch {
 public:
  using Clock = std::chrono::steady_clock;
  explicit StallWatch(Clock::duration limit) : limit_(limit) {}

  /// `turns`: of the loop so far. True once the looks have seen it at the same one for longer than the limit. A second
  /// at most counts between two looks: where the whole process was stopped, the loop could not turn either.
  bool stands(std::uint64_t turns, Clock::time_point now);

 private:
  const Clock::duration limit_;
  std::uint64_t turns_ = 0;
  Clock::time_point looked_;
  Clock::duration stood_{};
  bool begun_ = false;
};

}  // namespace coagwatch::daemon

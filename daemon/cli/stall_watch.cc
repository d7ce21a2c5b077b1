#include "daemon/cli/stall_watch.h"

#include <algorithm>
#include <utility>

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::seconds kLongestLook{1};

}  // namespace

bool StallWatch::stands(std::uint64_t turns, Clock::time_point now) {
  const Clock::time_point before = std::exchange(looked_, now);
  const bool first = !std::exchange(begun_, true);
  if (std::exchange(turns_, turns) != turns || first) {
    stood_ = {};
    return false;
  }
  stood_ += std::min<Clock::duration>(now - before, kLongestLook);
  return stood_ > limit_;
}

}  // namespace coagwatch::daemon

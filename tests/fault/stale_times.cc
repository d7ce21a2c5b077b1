#include "tests/fault/stale_times.h"

#include <algorithm>
#include <limits>

namespace coagwatch::fault {

std::size_t StaleTimes::begin(double now) {
  const std::scoped_lock lock(mutex_);
  times_.emplace_back(now, std::numeric_limits<double>::max());
  return times_.size() - 1;
}

void StaleTimes::end(std::size_t number, double now) {
  const std::scoped_lock lock(mutex_);
  times_[number].second = now + kAfter;
}

bool StaleTimes::within(double begin, double end) const {
  const std::scoped_lock lock(mutex_);
  return std::ranges::any_of(times_, [&](const auto& time) { return time.first <= end && begin <= time.second; });
}

int StaleTimes::count() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int>(times_.size());
}

double StaleTimes::judged_seconds(double end) const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::pair<double, double>> times = times_;
  std::ranges::sort(times);
  double judged = 0;
  double free_since = 0;
  for (const auto& [from, to] : times) {
    judged += std::max(0.0, std::min(from, end) - free_since);
    free_since = std::max(free_since, to);
  }
  return judged + std::max(0.0, end - free_since);
}

}  // namespace coagwatch::fault

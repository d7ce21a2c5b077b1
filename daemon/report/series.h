#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// What is known of a value at one time, for drawing: infinite where it is unbounded.
struct SeriesPoint {
  rules::Timestamp at;
  double low = 0;
  double high = 0;
};

/// The values of one measure of one patient, by time, at most kMost of them: where there are more, neighbours become
/// one point that spans both.
class Series {
 public:
  static constexpr std::size_t kMost = 256;

  /// Replaces all from `edge` on by `points`, which are in order of time and not before it.
  void replace_from(rules::Timestamp edge, std::span<const SeriesPoint> points);
  [[nodiscard]] const std::vector<SeriesPoint>& points() const { return points_; }
  [[nodiscard]] bool empty() const { return points_.empty(); }
  /// Whether neighbours became one.
  [[nodiscard]] bool thinned() const { return thinned_; }

 private:
  std::vector<SeriesPoint> points_;
  bool thinned_ = false;
};

}  // namespace coagwatch::daemon

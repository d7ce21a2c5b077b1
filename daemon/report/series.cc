#include "daemon/report/series.h"

#include <algorithm>

namespace coagwatch::daemon {

void Series::replace_from(rules::Timestamp edge, std::span<const SeriesPoint> points) {
  while (!points_.empty() && points_.back().at >= edge) points_.pop_back();
  points_.insert(points_.end(), points.begin(), points.end());
  while (points_.size() > kMost) {
    // The oldest first: what is inside the patient's window may be replaced again.
    std::vector<SeriesPoint> thinner;
    for (std::size_t i = 0; i < points_.size(); i += 2) {
      SeriesPoint point = points_[i];
      if (i + 1 < points_.size()) {
        point.low = std::min(point.low, points_[i + 1].low);
        point.high = std::max(point.high, points_[i + 1].high);
      }
      thinner.push_back(point);
    }
    points_ = std::move(thinner);
    thinned_ = true;
  }
}

}  // namespace coagwatch::daemon

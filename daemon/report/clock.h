#pragma once

#include <string>
#include <vector>

#include "daemon/report/chart.h"

namespace coagwatch::daemon {

/// How a patient's times are told: as dates (UTC), or where these could tell who he is as days since his first result.
class PatientClock {
 public:
  PatientClock(rules::Timestamp first, bool dates) : first_(first), dates_(dates) {}

  /// `day 3, 09 h`, or `2026-01-02 08:00`.
  [[nodiscard]] std::string at(rules::Timestamp time) const;

  /// A time to name below a chart.
  struct Tick {
    rules::Timestamp at;
    std::string text;
  };
  /// At most seven, at midnights or whole days; hours where there are no two days.
  [[nodiscard]] std::vector<Tick> ticks(const TimeAxis& axis) const;

 private:
  rules::Timestamp first_;
  bool dates_;
};

}  // namespace coagwatch::daemon

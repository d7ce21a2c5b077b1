#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/report/series.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// A stretch of time as the width of a chart.
class TimeAxis {
 public:
  TimeAxis(rules::Timestamp from, rules::Timestamp to);
  [[nodiscard]] rules::Timestamp from() const { return from_; }
  [[nodiscard]] rules::Timestamp to() const { return to_; }
  /// 0 to 100, within a small margin.
  [[nodiscard]] double percent(rules::Timestamp time) const;

 private:
  rules::Timestamp from_;
  rules::Timestamp to_;
};

/// A range of values as the height of a chart.
struct ValueAxis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;  ///< then `low` is above 0
  double height = 64;        ///< CSS pixels

  /// From the top; what is outside is at the edge.
  [[nodiscard]] double y(double value) const;
};

/// A score from one time on: at least `low`, at most `high`.
using ScoreStep = SeriesPoint;

/// One chart of a time line as SVG that is as wide as its place and never scales its text: places across are per cent,
/// heights are pixels.
class Chart {
 public:
  Chart(const TimeAxis& time, const ValueAxis& values) : time_(time), values_(values) {}

  /// A line across, with its value right of the chart where there is room for it.
  void cut_line(double value, std::string_view text);
  /// A line down.
  void mark_time(rules::Timestamp time, std::string_view name);
  /// Values, joined by a line; what is unbounded points to where it may be.
  void values(std::span<const SeriesPoint> points);
  /// Steps, each until the next: what is sure as a line, what is possible as a band above it. The last one ends at
  /// `end`.
  void steps(std::span<const ScoreStep> steps, rules::Timestamp end);
  /// A bar at the foot.
  void span(rules::Timestamp from, rules::Timestamp to, std::string_view name);
  /// A text at its time.
  void text(rules::Timestamp time, std::string_view text, std::string_view name);
  /// A marker at its time: `interruptive` is a triangle, `task` a disc, everything else a ring. Where one stands
  /// already, the next comes beside it. To be called in order of time.
  void marker(rules::Timestamp time, std::string_view priority, std::string_view title);

  /// The whole, with what it shows in words.
  [[nodiscard]] std::string svg(std::string_view label) const;

 private:
  const TimeAxis& time_;
  ValueAxis values_;
  double marked_ = -1;         // where the last marker stands, per cent
  int beside_ = 0;             // markers that stand there besides
  std::vector<double> texts_;  // heights at which a text stands at the right
  std::string body_;
};

}  // namespace coagwatch::daemon

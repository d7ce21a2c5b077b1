#include "daemon/report/chart.h"

#include <algorithm>
#include <cmath>

#include "daemon/report/html.h"

namespace coagwatch::daemon {
namespace {

// A margin on both sides, per cent, so that markers at the ends are whole.
constexpr double kMargin = 1.5;
// Room at the top and foot for a marker's radius, pixels.
constexpr double kPadding = 5;
// The width of the frame in which lines are stretched to the chart's own.
constexpr double kFrame = 1000;

/// At most so many decimals, and none that say nothing: half the size of a report is such numbers.
std::string place(double value, int decimals) {
  std::string text = fixed(value, decimals);
  if (text.starts_with("\u2212")) text = "-" + text.substr(std::string_view("\u2212").size());
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text;
}

std::string across(double percent) { return place(percent, 2) + "%"; }

}  // namespace

TimeAxis::TimeAxis(rules::Timestamp from, rules::Timestamp to) : from_(from), to_(to) {
  constexpr rules::Duration kLeast = rules::Duration::hours(12);
  if (to_ - from_ < kLeast) to_ = from_ + kLeast;
}

double TimeAxis::percent(rules::Timestamp time) const {
  const double part = static_cast<double>((time - from_).micros) / static_cast<double>((to_ - from_).micros);
  return kMargin + (100 - 2 * kMargin) * std::clamp(part, 0.0, 1.0);
}

double ValueAxis::y(double value) const {
  const double inside = std::clamp(value, low, high);
  const double part = logarithmic ? std::log(inside / low) / std::log(high / low) : (inside - low) / (high - low);
  return height - kPadding - part * (height - 2 * kPadding);
}

void Chart::cut_line(double value, std::string_view text) {
  constexpr double kTextHeight = 11;
  const double y = values_.y(value);
  body_ += "<line class=\"cut\" x1=\"0\" x2=\"100%\" y1=\"" + place(y, 1) + "\" y2=\"" + place(y, 1) + "\"/>";
  for (const double other : texts_) {
    if (std::abs(other - y) < kTextHeight) return;
  }
  texts_.push_back(y);
  const double foot = y + 4;
  body_ += "<text class=\"cutv\" x=\"100%\" dx=\"4\" y=\"" + place(foot, 1) + "\">" + escaped(text) + "</text>";
}

void Chart::mark_time(rules::Timestamp time, std::string_view name) {
  const std::string x = across(time_.percent(time));
  body_ += "<line class=\"" + std::string(name) + "\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"0\" y2=\"" +
           place(values_.height, 0) + "\"/>";
}

void Chart::values(std::span<const SeriesPoint> points) {
  std::string line;
  std::string marks;
  for (const SeriesPoint& point : points) {
    const bool below = std::isinf(point.low);
    const bool above = std::isinf(point.high);
    if (below && above) continue;
    const double middle = below ? point.high : above ? point.low : (point.low + point.high) / 2;
    const double percent = time_.percent(point.at);
    const std::string x = across(percent);
    const std::string y = place(values_.y(middle), 1);
    line += place(percent * kFrame / 100, 1) + "," + y + " ";
    if (below || above) {
      marks += "<svg x=\"" + x + "\" y=\"" + y + "\" class=\"at\"><path class=\"pt\" d=\"" +
               (below ? "M-4-2L4-2L0 5Z" : "M-4 2L4 2L0-5Z") + "\"/></svg>";
    } else if (point.low < point.high) {
      marks += "<line class=\"rg\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"" + place(values_.y(point.low), 1) +
               "\" y2=\"" + place(values_.y(point.high), 1) + "\"/>";
    } else {
      marks += "<circle class=\"pt\" cx=\"" + x + "\" cy=\"" + y + "\" r=\"2.5\"/>";
    }
  }
  if (line.empty()) return;
  line.pop_back();
  body_ += "<svg class=\"fr\" width=\"100%\" height=\"" + place(values_.height, 0) + "\" viewBox=\"0 0 1000 " +
           place(values_.height, 0) + "\" preserveAspectRatio=\"none\"><polyline class=\"ln\" points=\"" + line +
           "\"/></svg>" + marks;
}

void Chart::steps(std::span<const ScoreStep> steps, rules::Timestamp end) {
  // One assessment is seen too.
  constexpr double kLeast = 8;
  std::string line;
  std::string band;
  const auto frame = [&](rules::Timestamp time) { return time_.percent(time) * kFrame / 100; };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double from = frame(steps[i].at);
    double to = frame(i + 1 < steps.size() ? steps[i + 1].at : end);
    if (i + 1 == steps.size()) to = std::max(to, from + kLeast);
    const std::string low = place(values_.y(steps[i].low), 1);
    const std::string high = place(values_.y(steps[i].high), 1);
    line += (line.empty() ? "M" : "L") + place(from, 1) + " " + low + "H" + place(to, 1);
    if (steps[i].low < steps[i].high) {
      band += "M" + place(from, 1) + " " + low + "V" + high + "H" + place(to, 1) + "V" + low + "Z";
    }
  }
  body_ += "<svg class=\"fr\" width=\"100%\" height=\"" + place(values_.height, 0) + "\" viewBox=\"0 0 1000 " +
           place(values_.height, 0) + "\" preserveAspectRatio=\"none\">";
  if (!band.empty()) body_ += "<path class=\"band\" d=\"" + band + "\"/>";
  body_ += "<path class=\"step\" d=\"" + line + "\"/></svg>";
}

void Chart::span(rules::Timestamp from, rules::Timestamp to, std::string_view name) {
  const double left = time_.percent(from);
  const double width = std::max(time_.percent(to) - left, 0.6);
  body_ += "<rect class=\"" + std::string(name) + "\" x=\"" + across(left) + "\" width=\"" + across(width) + "\" y=\"" +
           place(values_.height - 3, 1) + "\" height=\"3\"/>";
}

void Chart::text(rules::Timestamp time, std::string_view text, std::string_view name) {
  const double percent = time_.percent(time);
  // What stands at an end must not leave the chart.
  const char* const anchor = percent < 6 ? "start" : percent > 94 ? "end" : "middle";
  body_ += "<text class=\"" + std::string(name) + "\" text-anchor=\"" + anchor + "\" x=\"" + across(percent) +
           "\" y=\"" + place(values_.height - 4, 1) + "\">" + escaped(text) + "</text>";
}

void Chart::marker(rules::Timestamp time, std::string_view priority, std::string_view title) {
  constexpr double kSamePlace = 1.0;
  constexpr int kWidth = 13;
  const double percent = time_.percent(time);
  beside_ = marked_ >= 0 && percent - marked_ < kSamePlace ? beside_ + 1 : 0;
  if (beside_ == 0) marked_ = percent;
  const std::string_view shape = priority == "interruptive" ? "<path class=\"a-i\" d=\"M-6 5L0-6L6 5Z\"/>"
                                 : priority == "task"       ? "<circle class=\"a-t\" r=\"4.5\"/>"
                                                            : "<circle class=\"a-p\" r=\"4\"/>";
  body_ += "<svg class=\"at\" x=\"" + across(marked_) + "\" y=\"" + place(values_.height / 2, 1) + "\"><g" +
           (beside_ == 0 ? "" : " transform=\"translate(" + std::to_string(beside_ * kWidth) + ",0)\"") + "><title>" +
           escaped(title) + "</title>" + std::string(shape) + "</g></svg>";
}

std::string Chart::svg(std::string_view label) const {
  return "<svg class=\"chart\" width=\"100%\" height=\"" + place(values_.height, 0) + "\" role=\"img\" aria-label=\"" +
         escaped(label) + "\">" + body_ + "</svg>\n";
}

}  // namespace coagwatch::daemon

#include "daemon/report/time_line.h"

#include <algorithm>
#include <cmath>

#include "daemon/report/clock.h"
#include "daemon/report/cut_offs.h"
#include "daemon/report/html.h"
#include "daemon/report/treatment_course.h"
#include "daemon/report/urgency.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kMostScores = 4;
constexpr std::size_t kMostListed = 10;
constexpr double kValueHeight = 66;
constexpr double kScoreHeight = 54;
constexpr double kLaneHeight = 20;

/// A number as people write it: three digits that count.
std::string short_number(double value) {
  const double size = std::abs(value);
  std::string text = fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text;
}

std::string point_text(const SeriesPoint& point) {
  if (std::isinf(point.low)) return "< " + short_number(point.high);
  if (std::isinf(point.high)) return "> " + short_number(point.low);
  if (point.low < point.high) return short_number(point.low) + "–" + short_number(point.high);
  return short_number(point.low);
}

std::string unit_text(rules::Measure measure) {
  switch (measure) {
    case rules::Measure::platelets:
      return "×10⁹/L";
    case rules::Measure::d_dimer:
      return "mg/L FEU";
    default:
      break;
  }
  const std::string_view unit = rules::measure_info(measure).unit;
  return unit == "1" ? std::string() : std::string(unit);
}

rules::Timestamp first_time(const PatientCourse& patient) {
  rules::Timestamp first = patient.scores.size() > 0 ? patient.scores.at(0) : patient.first;
  for (const Series& series : patient.series) {
    if (!series.empty()) first = std::min(first, series.points().front().at);
  }
  return first;
}

rules::Timestamp last_time(const PatientCourse& patient) {
  rules::Timestamp last = patient.last;
  for (const Series& series : patient.series) {
    if (!series.empty()) last = std::max(last, series.points().back().at);
  }
  for (const AlertMark& alert : patient.alerts) last = std::max(last, alert.at);
  return last;
}

/// Draws one patient.
class TimeLine {
 public:
  TimeLine(const ReportView& view, std::size_t patient, std::string& out)
      : view_(view),
        patient_(*view.patients()[patient]),
        name_(view.name_of(patient)),
        axis_(first_time(patient_), last_time(patient_)),
        clock_(axis_.from(), view.options().keys),
        ticks_(clock_.ticks(axis_)),
        criteria_(episode_criteria(view, patient_)),
        out_(out) {}

  void write() {
    out_ += "<article class=\"patient\">\n<h3>" + escaped(name_) + "</h3>\n";
    write_summary();
    write_alert_lane();
    for (const std::size_t criterion : first_of(criteria_, kMostScores)) {
      write_score(criterion);
    }
    for (std::size_t i = 0; i < kDrawnMeasures.size(); ++i) {
      if (i == prothrombin() || kDrawnMeasures[i] < rules::Measure::pt_seconds || is_marker(i)) write_values(i);
    }
    write_treatment_lane();
    write_ticks();
    write_list();
    out_ += "</article>\n";
  }

 private:
  template <typename T>
  static std::vector<T> first_of(std::vector<T> list, std::size_t most) {
    if (list.size() > most) list.resize(most);
    return list;
  }

  static bool is_marker(std::size_t i) {
    return kDrawnMeasures[i] == rules::Measure::platelets || kDrawnMeasures[i] == rules::Measure::fibrinogen ||
           kDrawnMeasures[i] == rules::Measure::d_dimer || kDrawnMeasures[i] == rules::Measure::fdp;
  }

  /// Of the ways to report a prothrombin time the one with the most values.
  [[nodiscard]] std::size_t prothrombin() const {
    std::size_t most = kDrawnMeasures.size();
    for (std::size_t i = 0; i < kDrawnMeasures.size(); ++i) {
      const std::size_t count = patient_.series[i].points().size();
      if (is_marker(i) || count == 0) continue;
      if (most == kDrawnMeasures.size() || count > patient_.series[most].points().size()) most = i;
    }
    return most;
  }

  void strip(std::string_view title, std::string_view unit, std::string_view below, const std::string& svg) {
    out_ += "<div class=\"strip\"><div class=\"lab\"><b>" + escaped(title) + "</b> <span>" + escaped(unit) +
            "</span> <span class=\"sub\">" + escaped(below) + "</span></div>" + svg + "</div>\n";
  }

  void write_summary() {
    std::string text = clock_.at(axis_.from()) + " to " + clock_.at(std::max(last_time(patient_), axis_.from()));
    text += "; " + counted(patient_.alert_count, "alert") + ", " + grouped(patient_.interruptive) + " interruptive.";
    std::string running;
    std::string ended;
    std::string retracted;
    for (const std::size_t criterion : criteria_) {
      const CriterionSummary& course = patient_.criteria[criterion];
      const bool runs = course.state == rules::EpisodeState::open || course.state == rules::EpisodeState::resolving;
      std::string& list = runs ? running : course.state == rules::EpisodeState::retracted ? retracted : ended;
      list += (list.empty() ? "" : ", ") + view_.id(criterion);
      if (course.episodes > 1) list += " (" + counted(course.episodes, "episode") + ")";
    }
    if (!running.empty()) text += " Criteria met, running at the end: " + running + ".";
    if (!ended.empty()) text += " Ended: " + ended + ".";
    if (!retracted.empty()) text += " Retracted: " + retracted + ".";
    bool thinned = patient_.scores.thinned();
    for (const Series& series : patient_.series) thinned = thinned || series.thinned();
    if (thinned) text += " So many results that neighbours are drawn as one.";
    paragraph(out_, text, "sub");
  }

  void decorate(Chart& chart) const {
    for (const PatientClock::Tick& tick : ticks_) chart.mark_time(tick.at, "tick");
    for (const AlertMark& alert : patient_.alerts) {
      if (alert.priority == "interruptive" && alert.at.known()) chart.mark_time(alert.at, "loud");
    }
  }

  void write_alert_lane() {
    Chart chart(axis_, {0, 1, false, kLaneHeight});
    decorate(chart);
    std::vector<const AlertMark*> alerts;
    for (const AlertMark& alert : patient_.alerts) {
      if (alert.at.known()) alerts.push_back(&alert);
    }
    std::ranges::stable_sort(alerts, {}, [](const AlertMark* alert) { return alert->at; });
    for (const AlertMark* alert : alerts) chart.marker(alert->at, alert->priority, alert_text(*alert));
    strip("Alerts", "", "", chart.svg(name_ + ": " + counted(patient_.alert_count, "alert")));
  }

  [[nodiscard]] std::string alert_text(const AlertMark& alert) const {
    return clock_.at(alert.at) + ": " + alert.what + ", " + alert.priority;
  }

  void write_score(std::size_t criterion) {
    const ScoreHistory& scores = patient_.scores;
    const int cut = patient_.criteria[criterion].cut;
    std::vector<ScoreStep> steps;
    ValueAxis values{0, static_cast<double>(cut) + 1, false, kScoreHeight};
    for (std::size_t row = 0; row < scores.size(); ++row) {
      const ScoreCell& cell = scores.cell(row, criterion);
      if (cell.status == rules::Status::not_applicable) continue;
      steps.push_back({scores.at(row), static_cast<double>(cell.min), static_cast<double>(cell.max)});
      values.low = std::min<double>(values.low, cell.min);
      values.high = std::max<double>(values.high, cell.max);
    }
    if (steps.empty()) return;
    const bool points = view_.rules().criteria[criterion].result == rules::Criterion::Result::points;
    Chart chart(axis_, values);
    decorate(chart);
    chart.steps(steps, patient_.last);
    chart.cut_line(cut, points ? std::to_string(cut) : "met");
    for (const EpisodeSpan& episode : patient_.episodes) {
      if (episode.criterion != criterion || !episode.onset.known()) continue;
      const bool ended = !episode.running() && episode.since.known();
      const bool retracted = episode.state == rules::EpisodeState::retracted;
      chart.span(episode.onset, ended ? episode.since : axis_.to(), retracted ? "ep gone" : "ep");
    }
    const ScoreStep& last = steps.back();
    const std::string below = points ? "cut " + std::to_string(cut) + ", last " + point_text(last) : "conditions";
    strip(view_.id(criterion), points ? "points" : "", below,
          chart.svg(name_ + ", score of " + view_.id(criterion) + ": " + below));
  }

  void write_values(std::size_t i) {
    const std::vector<SeriesPoint>& points = patient_.series[i].points();
    if (points.empty()) return;
    const rules::Measure measure = kDrawnMeasures[i];
    std::vector<double> cuts;
    for (const std::size_t criterion : criteria_) {
      // Of those that did not alert only the first, where none did.
      if (patient_.criteria[criterion].alerts == 0 && criterion != criteria_.front()) continue;
      const auto more = cut_offs(view_.rules().criteria[criterion], measure, view_.rules().site);
      cuts.insert(cuts.end(), more.begin(), more.end());
    }
    std::ranges::sort(cuts);
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    Chart chart(axis_, value_axis(measure, points, cuts));
    decorate(chart);
    for (const double cut : cuts) chart.cut_line(cut, short_number(cut));
    chart.values(points);
    const std::string below = range_text(points);
    const std::string title(measure == rules::Measure::fdp ? "FDP" : rules::measure_info(measure).display);
    strip(title, unit_text(measure), below, chart.svg(name_ + ", " + title + ": " + below));
  }

  static std::string range_text(const std::vector<SeriesPoint>& points) {
    const auto low = [](const SeriesPoint& point) { return std::isinf(point.low) ? point.high : point.low; };
    const auto high = [](const SeriesPoint& point) { return std::isinf(point.high) ? point.low : point.high; };
    if (points.size() == 1) return point_text(points.front());
    return short_number(low(*std::ranges::min_element(points, {}, low))) + " to " +
           short_number(high(*std::ranges::max_element(points, {}, high))) + ", last " + point_text(points.back());
  }

  static ValueAxis value_axis(rules::Measure measure, const std::vector<SeriesPoint>& points,
                              const std::vector<double>& cuts) {
    const bool fibrin = measure == rules::Measure::d_dimer || measure == rules::Measure::fdp;
    double low = cuts.empty() ? 1 : cuts.front();
    double high = cuts.empty() ? 1 : cuts.back();
    for (const SeriesPoint& point : points) {
      for (const double end : {point.low, point.high}) {
        if (std::isinf(end)) continue;
        // No logarithm has zero; what is below is drawn at the foot.
        if (!fibrin || end > 0) low = std::min(low, end);
        high = std::max(high, end);
      }
    }
    if (fibrin) return {std::max(low / 1.3, 0.01), high * 1.3, true, kValueHeight};
    const bool from_zero = measure == rules::Measure::platelets || measure == rules::Measure::fibrinogen;
    return {from_zero ? 0 : low * 0.9, high * 1.08, false, kValueHeight};
  }

  void write_treatment_lane() {
    const std::vector<Treatment> courses = treatment_courses(patient_);
    if (courses.empty()) return;
    Chart chart(axis_, {0, 1, false, kLaneHeight});
    decorate(chart);
    std::string names;
    for (const Treatment& course : courses) {
      chart.text(course.start, treatment_letters(course.fact), "tr");
      names +=
          (names.empty() ? "" : ", ") + std::string(treatment_letters(course.fact)) + " " + clock_.at(course.start);
    }
    strip("Treatments", "", "begun", chart.svg(name_ + ", treatments begun: " + names));
  }

  void write_ticks() {
    Chart chart(axis_, {0, 1, false, 16});
    for (const PatientClock::Tick& tick : ticks_) chart.text(tick.at, tick.text, "tk");
    strip("", "", "", chart.svg("Time"));
  }

  void write_list() {
    if (patient_.alerts.empty()) return;
    out_ += "<ul class=\"events\">\n";
    for (std::size_t i = 0; i < std::min(patient_.alerts.size(), kMostListed); ++i) {
      out_ += "<li>" + escaped(alert_text(patient_.alerts[i])) + "</li>\n";
    }
    out_ += "</ul>\n";
    if (patient_.alert_count > kMostListed) {
      paragraph(out_, "and " + counted(patient_.alert_count - kMostListed, "further alert"), "sub");
    }
  }

  const ReportView& view_;
  const PatientCourse& patient_;
  std::string name_;
  TimeAxis axis_;
  PatientClock clock_;
  std::vector<PatientClock::Tick> ticks_;
  std::vector<std::size_t> criteria_;  // in which he has episodes
  std::string& out_;
};

}  // namespace

void write_time_line(const ReportView& view, std::size_t patient, std::string& out) {
  TimeLine(view, patient, out).write();
}

}  // namespace coagwatch::daemon

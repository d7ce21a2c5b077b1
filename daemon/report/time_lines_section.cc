#include <algorithm>

#include "daemon/report/cut_offs.h"
#include "daemon/report/html.h"
#include "daemon/report/sections.h"
#include "daemon/report/time_line.h"
#include "daemon/report/urgency.h"

namespace coagwatch::daemon {
namespace {

std::string numbers(const std::vector<double>& values) {
  std::string all;
  for (const double value : values) {
    std::string text = fixed(value, 2);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    all.append(all.empty() ? "" : ", ").append(text);
  }
  return all;
}

/// Which lines are drawn, and whose they are.
void write_cut_offs(const ReportView& view, std::string& out) {
  out += "<details><summary>The cut-off lines</summary>\n";
  {
    Table table(out, "Cut-off lines", {{"Measure", false}, {"Criterion", false}, {"Lines at", false}});
    for (const rules::Measure measure : kDrawnMeasures) {
      for (const std::size_t criterion : view.alerting()) {
        const auto values = cut_offs(view.rules().criteria[criterion], measure, view.rules().site);
        if (values.empty()) continue;
        const rules::MeasureInfo& info = rules::measure_info(measure);
        table.row();
        table.head(escaped(std::string(info.display) + (info.unit == "1" ? "" : ", " + std::string(info.unit))));
        table.text(view.id(criterion));
        table.text(numbers(values));
      }
    }
  }
  paragraph(
      out,
      "Drawn where the criterion alerted for the patient, by the general population's table. A D-dimer's lines are "
      "multiples of the site's "
      "upper limit, those of a prothrombin time in seconds prolongations and ratios against the site's reference.",
      "note");
  out += "</details>\n";
}

void write_legend(std::string& out) {
  out +=
      "<p class=\"legend\">"
      "<span><svg width=\"14\" height=\"12\"><path class=\"a-i\" d=\"M1 11L7 0L13 11Z\"/></svg> interruptive "
      "alert</span> "
      "<span><svg width=\"12\" height=\"12\"><circle class=\"a-t\" cx=\"6\" cy=\"6\" r=\"4.5\"/></svg> task</span> "
      "<span><svg width=\"12\" height=\"12\"><circle class=\"a-p\" cx=\"6\" cy=\"6\" r=\"4\"/></svg> passive</span> "
      "<span><svg width=\"24\" height=\"12\"><path class=\"step\" d=\"M0 9H24\"/></svg> least score</span> "
      "<span><svg width=\"24\" height=\"12\"><rect class=\"band\" width=\"24\" height=\"12\"/></svg> possible "
      "score</span> "
      "<span><svg width=\"24\" height=\"12\"><line class=\"cut\" x1=\"0\" x2=\"24\" y1=\"6\" y2=\"6\"/></svg> "
      "cut</span> "
      "<span><svg width=\"24\" height=\"12\"><rect class=\"ep\" y=\"5\" width=\"24\" height=\"3\"/></svg> "
      "episode</span> "
      "<span><svg width=\"14\" height=\"12\"><path class=\"pt\" d=\"M3 4L11 4L7 11Z\"/></svg> below what could be "
      "measured</span> "
      "</p>\n";
}

}  // namespace

void write_time_lines(const ReportView& view, std::string& out) {
  const Section section(out, "time-lines", "Time lines of patients with episodes");
  const std::vector<std::size_t> order = by_urgency(view);
  const std::size_t shown = std::min(order.size(), view.options().patients);
  paragraph(out, counted(order.size(), "patient") + " with an episode of any criterion" +
                     (shown < order.size() ? "; the " + grouped(shown) + " most urgent are shown, " +
                                                 grouped(order.size() - shown) + " are left out."
                                           : "; all are shown."));
  paragraph(out,
            "Most urgent first: an episode that runs at the end goes before one that ended, a criterion that alerted "
            "before others, overt before early, then the higher score above its cut. " +
                std::string(view.options().keys
                                ? "Times are UTC."
                                : "Patients are numbered in the order of their first assessment; times are days and "
                                  "hours since a patient's first result."));
  if (shown > 0) {
    write_legend(out);
    write_cut_offs(view, out);
  }
  for (std::size_t i = 0; i < shown; ++i) write_time_line(view, order[i], out);
}

}  // namespace coagwatch::daemon

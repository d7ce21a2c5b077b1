#include <algorithm>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"
#include "daemon/report/statistics.h"

namespace coagwatch::daemon {
namespace {

/// One criterion over all patients.
struct Tally {
  std::uint64_t applied = 0;
  std::uint64_t met = 0;
  std::uint64_t not_met = 0;
  std::uint64_t undecided = 0;
  std::uint64_t episodes = 0;
  std::uint64_t retracted = 0;
  std::uint64_t running = 0;
  std::vector<double> hours;  ///< to the first decision
};

Tally tally_of(const ReportView& view, std::size_t criterion) {
  Tally tally;
  for (const PatientCourse* patient : view.patients()) {
    const CriterionSummary& course = patient->criteria[criterion];
    tally.episodes += course.episodes;
    tally.retracted += course.retracted;
    if (course.state == rules::EpisodeState::open || course.state == rules::EpisodeState::resolving) ++tally.running;
    if (!course.applied()) continue;
    ++tally.applied;
    ++(course.met() ? tally.met : course.decided() ? tally.not_met : tally.undecided);
    if (course.decided()) {
      tally.hours.push_back(static_cast<double>((course.first_decided - patient->first).micros) / 3.6e9);
    }
  }
  return tally;
}

std::string hours_text(const std::vector<double>& hours) {
  const auto found = quartiles(hours);
  if (!found) return "–";
  return fixed(found->median, 1) + " (" + fixed(found->lower, 1) + "–" + fixed(found->upper, 1) + ")";
}

void write_row(const ReportView& view, std::size_t criterion, const Tally& tally, Table& table) {
  const auto part = [&](std::uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(std::max<std::uint64_t>(tally.applied, 1));
  };
  table.row();
  table.head(view.titled(criterion) +
             bar({{part(tally.met), "met"}, {part(tally.undecided), "open"}, {part(tally.not_met), "clear"}},
                 "met " + percent(tally.met, tally.applied) + ", undecided " + percent(tally.undecided, tally.applied) +
                     ", not met " + percent(tally.not_met, tally.applied)));
  table.count(tally.applied);
  table.number(grouped(tally.met) + " (" + percent(tally.met, tally.applied) + ")");
  table.count(tally.undecided);
  table.count(tally.not_met);
  table.count(tally.episodes);
  table.count(tally.running);
  table.count(tally.retracted);
  table.number(hours_text(tally.hours));
}

}  // namespace

void write_criteria(const ReportView& view, std::string& out) {
  const Section section(out, "criteria", "Numbers by criterion");
  paragraph(out,
            "Patients to whom the criterion applied, by the most that any assessment said: criteria met at least once; "
            "else not met at least once; else undecided throughout, which is indeterminate for want of a test. "
            "Assessments count as they were made: a later correction does not change them, it retracts the episode.");
  out +=
      "<p class=\"legend\"><span><span class=\"key met\"></span> criteria met</span> "
      "<span><span class=\"key open\"></span> undecided</span> <span><span class=\"key clear\"></span> not met</span>"
      "</p>\n";
  std::string unseen;
  {
    Table table(out, "Numbers by criterion",
                {{"Criterion", false},
                 {"Patients"},
                 {"Criteria met"},
                 {"Undecided"},
                 {"Not met"},
                 {"Episodes"},
                 {"Running at the end"},
                 {"Retracted"},
                 {"Hours to the first decision, median (quartiles)"}});
    for (const std::size_t criterion : view.judged()) {
      const Tally tally = tally_of(view, criterion);
      if (tally.applied == 0) {
        unseen.append(unseen.empty() ? "" : ", ").append(view.id(criterion));
      } else {
        write_row(view, criterion, tally, table);
      }
    }
  }
  if (!unseen.empty()) paragraph(out, "Applied to no patient: " + unseen + ".", "note");
  paragraph(out, "Hours run from a patient's first assessment to the first in which the criterion was met or not met.",
            "note");
}

}  // namespace coagwatch::daemon

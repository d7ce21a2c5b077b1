#include "daemon/report/html.h"
#include "daemon/report/sections.h"
#include "daemon/report/treatment_course.h"

namespace coagwatch::daemon {
namespace {

/// All courses of one treatment, in one criterion.
struct Comparison {
  std::uint64_t courses = 0;
  std::uint64_t lower = 0;
  std::uint64_t same = 0;
  std::uint64_t higher = 0;
  std::uint64_t open = 0;  ///< the intervals overlap
  std::uint64_t met = 0;   ///< before
  std::uint64_t below = 0;
  std::uint64_t unseen = 0;  ///< met before, and not assessed within 7 days
};

void compare(const BeforeAfter& scores, Comparison& out) {
  ++out.courses;
  if (scores.before && scores.after) {
    const ScoreCell& before = *scores.before;
    const ScoreCell& after = *scores.after;
    const bool points = before.min == before.max && after.min == after.max;
    ++(after.max < before.min              ? out.lower
       : after.min > before.max            ? out.higher
       : points && after.min == before.min ? out.same
                                           : out.open);
  }
  if (!scores.before || scores.before->status != rules::Status::met) return;
  ++out.met;
  if (scores.below) ++out.below;
  if (!scores.assessed) ++out.unseen;
}

void write_row(const ReportView& view, rules::Fact fact, std::size_t criterion, Table& table) {
  Comparison counts;
  for (const PatientCourse* patient : view.patients()) {
    if (!patient->criteria[criterion].applied()) continue;
    for (const Treatment& course : treatment_courses(*patient)) {
      if (course.fact == fact) compare(around(*patient, criterion, course.start), counts);
    }
  }
  if (counts.courses == 0) return;
  table.row();
  table.head(escaped(treatment_name(fact)));
  table.text(view.id(criterion));
  table.count(counts.courses);
  table.count(counts.lower);
  table.count(counts.same);
  table.count(counts.higher);
  table.count(counts.open);
  table.count(counts.met);
  table.count(counts.below);
  table.count(counts.unseen);
}

bool any_treatment(const ReportView& view) {
  for (const PatientCourse* patient : view.patients()) {
    if (!patient->treatments.empty()) return true;
  }
  return false;
}

}  // namespace

void write_treatments(const ReportView& view, std::string& out) {
  const Section section(out, "treatments", "Scores before and after treatments");
  if (!any_treatment(view)) {
    paragraph(out, "The feed records no treatment with its beginning.");
    return;
  }
  paragraph(out,
            "The order in time alone: nothing here says why a score changed, and transfused platelets, plasma or "
            "concentrates are measured along with the patient's own. A course begins where the same treatment was not "
            "begun in the 24 h before. The last score before it, at most 7 days old, is compared with the first from "
            "24 h to 7 days after it; of scores that are intervals only what is sure is called lower or higher.");
  Table table(out, "Scores before and after treatments",
              {{"Treatment", false},
               {"Criterion", false},
               {"Courses"},
               {"Score lower"},
               {"Same"},
               {"Higher"},
               {"Not told"},
               {"Met before"},
               {"Of these below the cut within 7 days"},
               {"Of these not assessed"}});
  for (const rules::Fact fact : kTreatments) {
    for (const std::size_t criterion : view.alerting()) write_row(view, fact, criterion, table);
  }
}

}  // namespace coagwatch::daemon

#include <algorithm>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"

namespace coagwatch::daemon {
namespace {

std::uint64_t latest_indeterminate(const ReportView& view, std::size_t criterion) {
  std::uint64_t count = 0;
  for (const PatientCourse* patient : view.patients()) {
    if (patient->criteria[criterion].last == rules::Status::indeterminate) ++count;
  }
  return count;
}

/// Those named most often, at most five.
void write_tests(const std::map<std::string, DecidingTest, std::less<>>& deciding, std::uint64_t of,
                 std::string_view criterion, std::string& out) {
  constexpr std::size_t kMost = 5;
  std::vector<std::pair<std::string_view, DecidingTest>> tests(deciding.begin(), deciding.end());
  std::ranges::stable_sort(tests, std::ranges::greater(), [](const auto& test) { return test.second.listed; });
  {
    Table table(out, "Tests that would have decided " + std::string(criterion),
                {{"Would have decided", false}, {"Named"}, {"Alone"}});
    for (std::size_t i = 0; i < std::min(tests.size(), kMost); ++i) {
      const auto& [name, counts] = tests[i];
      const double part = static_cast<double>(counts.listed) / static_cast<double>(of);
      table.row();
      table.head(escaped(name) + bar({{part, "open"}}, "named in " + percent(counts.listed, of)));
      table.number(percent(counts.listed, of));
      table.number(percent(counts.alone, of));
    }
  }
  if (tests.size() > kMost) paragraph(out, "and " + grouped(tests.size() - kMost) + " more", "sub");
}

}  // namespace

void write_missing_tests(const ReportView& view, std::string& out) {
  const Section section(out, "missing", "Missing tests");
  paragraph(out,
            "How often a criterion stayed indeterminate, and the tests and facts that could have turned it: the share "
            "of its indeterminate assessments that name each, and of those that name nothing else.");
  out += "<div class=\"missing\">\n";
  for (const std::size_t criterion : view.judged()) {
    const Decidedness& count = view.findings().decidedness[criterion];
    if (count.indeterminate == 0) continue;
    out += "<div>\n<h3>" + escaped(view.id(criterion)) + "</h3>\n";
    paragraph(out, grouped(count.indeterminate) + " of " + grouped(count.assessments) + " assessments indeterminate (" +
                       percent(count.indeterminate, count.assessments) + "), the latest of " +
                       counted(latest_indeterminate(view, criterion), "patient") + ".");
    write_tests(count.tests, count.indeterminate, view.id(criterion), out);
    out += "</div>\n";
  }
  out += "</div>\n";
}

}  // namespace coagwatch::daemon

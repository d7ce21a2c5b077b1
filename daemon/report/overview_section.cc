#include "daemon/report/html.h"
#include "daemon/report/sections.h"
#include "fhir/datetime.h"

namespace coagwatch::daemon {
namespace {

std::uint64_t with_episode(const ReportView& view) {
  std::uint64_t count = 0;
  for (const PatientCourse* patient : view.patients()) {
    for (const std::size_t criterion : view.alerting()) {
      const CriterionSummary& course = patient->criteria[criterion];
      if (course.episodes <= course.retracted) continue;
      ++count;
      break;
    }
  }
  return count;
}

void tile(std::string& out, std::string_view value, std::string_view label) {
  out += "<div><dt>" + escaped(label) + "</dt><dd>" + escaped(value) + "</dd></div>\n";
}

void write_tiles(const ReportView& view, std::string& out) {
  const Findings& findings = view.findings();
  std::uint64_t alerts = 0;
  for (const auto& [priority, count] : findings.alerts) alerts += count;
  const auto loud = findings.alerts.find("interruptive");
  const std::uint64_t interruptive = loud == findings.alerts.end() ? 0 : loud->second;
  const auto days = static_cast<double>(view.patient_days());
  out += "<dl class=\"tiles\">\n";
  tile(out, grouped(view.patients().size()), "patients scored");
  tile(out, grouped(view.patient_days()), "patient-days");
  tile(out, grouped(with_episode(view)), "patients with an episode of a criterion that alerts");
  tile(out, grouped(alerts), "alert records");
  tile(out, days == 0 ? "–" : fixed(100 * static_cast<double>(interruptive) / days, 2),
       "interruptive alerts per 100 beds and day");
  out += "</dl>\n";
}

void fact(Table& table, std::string_view name, std::string_view value) {
  table.row();
  table.head(escaped(name));
  table.text(value);
}

void write_input(const ReportView& view, std::string& out) {
  const Findings& findings = view.findings();
  std::string files;
  for (const std::string& file : view.source().files) {
    files += (files.empty() ? "" : ", ") + (file == "-" ? "standard input" : last_part(file));
  }
  Table table(out, "What was read", {{"", false}, {"", false}});
  fact(table, "Files", files);
  fact(table, "Records", grouped(findings.records));
  fact(table, "Assessments", grouped(findings.assessments));
  fact(table, "Patients",
       grouped(view.patients().size()) +
           (view.merged() == 0 ? "" : ", and " + grouped(view.merged()) + " merged into others among them"));
  fact(table, "Patient-days", grouped(view.patient_days()));
  fact(table, "Period",
       findings.first.known() ? fhir::format_instant(findings.first) + " to " + fhir::format_instant(findings.last)
                              : "no result was applied");
}

void write_results(const Findings& findings, std::string& out) {
  out += "<h3>Results by what became of them</h3>\n";
  std::uint64_t all = 0;
  for (const auto& reasons : findings.results) {
    for (const std::uint64_t count : reasons) all += count;
  }
  Table table(out, "Results by disposition", {{"Disposition", false}, {"Reason", false}, {"Results"}, {"Share"}});
  for (std::size_t i = 0; i < findings.results.size(); ++i) {
    for (std::size_t k = 0; k < findings.results[i].size(); ++k) {
      if (findings.results[i][k] == 0) continue;
      table.row();
      table.head(escaped(fhir::disposition_name(static_cast<fhir::Disposition>(i))));
      table.text(fhir::reason_name(static_cast<fhir::Reason>(k)));
      table.count(findings.results[i][k]);
      table.number(percent(findings.results[i][k], all));
    }
  }
  table.row("sum");
  table.head("all");
  table.text("");
  table.count(all);
  table.number("");
}

}  // namespace

void write_overview(const ReportView& view, std::string& out) {
  write_tiles(view, out);
  const Section section(out, "read", "What was read");
  write_input(view, out);
  paragraph(out,
            "A patient-day is a UTC day from a patient's first assessment to the last; an absence of more than seven "
            "days counts as one day. A bed is one patient-day.",
            "note");
  write_results(view.findings(), out);
}

}  // namespace coagwatch::daemon

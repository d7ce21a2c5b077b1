#include <algorithm>
#include <array>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"

namespace coagwatch::daemon {
namespace {

constexpr std::array<std::string_view, 3> kPriorities = {"interruptive", "task", "passive"};

std::uint64_t of(const ByPriority& counts, std::string_view priority) {
  const auto found = counts.find(priority);
  return found == counts.end() ? 0 : found->second;
}

std::uint64_t sum(const ByPriority& counts) {
  std::uint64_t all = 0;
  for (const auto& [priority, count] : counts) all += count;
  return all;
}

void write_counts(const ByPriority& counts, Table& table) {
  for (const std::string_view priority : kPriorities) table.count(of(counts, priority));
  table.count(sum(counts));
}

void write_rate(std::string_view name, std::uint64_t alerts, std::uint64_t days, Table& table) {
  table.row();
  table.head(escaped(name));
  table.count(alerts);
  const double rate = static_cast<double>(alerts) / static_cast<double>(std::max<std::uint64_t>(days, 1));
  table.number(days == 0 ? "–" : fixed(rate, 4));
  table.number(days == 0 ? "–" : fixed(100 * rate, 2));
}

void write_rates(const ReportView& view, std::string& out) {
  const ByPriority& alerts = view.findings().alerts;
  const std::uint64_t days = view.patient_days();
  Table table(out, "Alerts a day", {{"Priority", false}, {"Records"}, {"Per patient-day"}, {"Per 100 beds and day"}});
  for (const std::string_view priority : kPriorities) write_rate(priority, of(alerts, priority), days, table);
  write_rate("all", sum(alerts), days, table);
}

void write_kinds(const ReportView& view, std::string& out) {
  const Findings& findings = view.findings();
  ByPriority all;
  Table table(out, "Changes by kind, criterion and priority",
              {{"Kind and criterion", false}, {"Interruptive"}, {"Task"}, {"Passive"}, {"All"}});
  for (const auto& [kind, counts] : findings.changes_by_kind) {
    for (const auto& [priority, count] : counts) all[priority] += count;
    table.row("group");
    table.head(escaped(kind));
    write_counts(counts, table);
    for (const auto& [name, by_priority] : findings.changes_by_criterion) {
      if (name.first != kind) continue;
      table.row("member");
      table.head(escaped(name.second));
      write_counts(by_priority, table);
    }
  }
  table.row("sum");
  table.head("all changes");
  write_counts(all, table);
}

}  // namespace

void write_alerts(const ReportView& view, std::string& out) {
  const Section section(out, "alerts", "Alerts");
  paragraph(out,
            "Over " + counted(view.patient_days(), "patient-day") +
                ". A bed is one patient-day: a hundred beds for one day are a hundred patient-days of those who "
                "were tested, not of all beds of a hospital. Here records count: a record is one page, as loud as the "
                "loudest change that it tells of.");
  write_rates(view, out);
  out += "<h3>By kind, criterion and priority</h3>\n";
  paragraph(
      out,
      "Here changes count. A record tells of all that one result changed for a patient, of each criterion with its "
      "own kind and priority: one that interrupts for an onset may withdraw another alert, or tell of another "
      "criterion, without making that loud.",
      "note");
  write_kinds(view, out);
}

}  // namespace coagwatch::daemon

#include <algorithm>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kMostCodes = 50;

void write_unmapped(const Findings& findings, std::string& out) {
  out += "<h3>Codes without a measure</h3>\n";
  const auto codes = findings.unmapped.sorted();
  if (codes.empty()) {
    paragraph(out, "None.");
    return;
  }
  {
    Table table(out, "Codes without a measure",
                {{"Code", false}, {"Name in the feed", false}, {"Why", false}, {"Results"}});
    for (std::size_t i = 0; i < std::min(codes.size(), kMostCodes); ++i) {
      table.row();
      table.head("<span class=\"code\">" + escaped(codes[i]->code.empty() ? "no code" : codes[i]->code) + "</span>");
      table.text(codes[i]->display);
      table.text(codes[i]->why.empty() ? "not mapped" : codes[i]->why);
      table.count(codes[i]->count);
    }
  }
  std::uint64_t rest = findings.unmapped.other();
  for (std::size_t i = kMostCodes; i < codes.size(); ++i) rest += codes[i]->count;
  if (rest != 0) paragraph(out, "The most frequent codes; " + counted(rest, "result") + " more have others.", "note");
}

void write_dead_letters(const Findings& findings, std::string& out) {
  out += "<h3>Dead letters</h3>\n";
  if (findings.dead_letters.empty()) {
    paragraph(out, "None.");
    return;
  }
  Table table(out, "Dead letters by reason", {{"Reason", false}, {"Dead letters"}});
  std::uint64_t all = 0;
  for (const auto& [reason, count] : findings.dead_letters) {
    table.row();
    table.head(escaped(reason));
    table.count(count);
    all += count;
  }
  table.row("sum");
  table.head("all");
  table.count(all);
}

}  // namespace

void write_feed(const ReportView& view, std::string& out) {
  const Section section(out, "feed", "What the feed lacks");
  write_unmapped(view.findings(), out);
  write_dead_letters(view.findings(), out);
}

}  // namespace coagwatch::daemon

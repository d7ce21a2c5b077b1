#include "daemon/report/page.h"

#include <string_view>
#include <utility>
#include <vector>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"

namespace coagwatch::daemon {

// The style sheet, embedded from style.css by CMake.
const std::vector<std::pair<std::string_view, std::string_view>>& report_styles();

namespace {

void write_navigation(const ReportView& view, std::string& out) {
  std::vector<std::pair<std::string_view, std::string_view>> links = {
      {"read", "What was read"},    {"criteria", "Numbers by criterion"},
      {"alerts", "Alerts"},         {"agreement", "Agreement"},
      {"missing", "Missing tests"}, {"treatments", "Treatments"},
      {"time-lines", "Time lines"}, {"feed", "Feed"},
      {"settings", "Configuration"}};
  if (view.source().outcomes != nullptr) links.insert(links.begin() + 3, {"accuracy", "Outcomes"});
  out += "<nav aria-label=\"Sections\"><ul>\n";
  for (const auto& [id, title] : links) {
    out += "<li><a href=\"#" + std::string(id) + "\">" + escaped(title) + "</a></li>\n";
  }
  out += "</ul></nav>\n";
}

}  // namespace

std::string report_page(const ReportSource& source, const ReportOptions& options) {
  const ReportView view(source, options);
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<meta name=\"referrer\" content=\"no-referrer\"/>\n"
      "<title>coagwatch report</title>\n<style>\n";
  for (const auto& [path, text] : report_styles()) out += text;
  out += "</style>\n</head>\n<body>\n<header>\n<h1>coagwatch report</h1>\n";
  paragraph(out,
            "What the replay of a feed came to. A score says that criteria are met: it is no diagnosis, and nothing "
            "here is advice on therapy.");
  out += "</header>\n";
  write_navigation(view, out);
  out += "<main>\n";
  write_overview(view, out);
  write_criteria(view, out);
  write_alerts(view, out);
  write_accuracy(view, out);
  write_agreement(view, out);
  write_missing_tests(view, out);
  write_treatments(view, out);
  write_time_lines(view, out);
  write_feed(view, out);
  write_settings(view, out);
  out += "</main>\n</body>\n</html>\n";
  return out;
}

}  // namespace coagwatch::daemon

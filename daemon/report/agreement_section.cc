#include <algorithm>
#include <optional>
#include <vector>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"
#include "daemon/report/statistics.h"

namespace coagwatch::daemon {
namespace {

Agreement agreement_of(const ReportView& view, std::size_t first, std::size_t second) {
  Agreement agreement;
  for (const PatientCourse* patient : view.patients()) {
    const CriterionSummary& a = patient->criteria[first];
    const CriterionSummary& b = patient->criteria[second];
    if (!a.decided() || !b.decided()) continue;
    if (a.met()) {
      ++(b.met() ? agreement.both : agreement.only_first);
    } else {
      ++(b.met() ? agreement.only_second : agreement.neither);
    }
  }
  return agreement;
}

std::string kappa_text(const Agreement& agreement) {
  const auto kappa = cohens_kappa(agreement);
  return kappa ? fixed(*kappa, 2) : "–";
}

/// A shade for the matrix, 0 to 4; negative agreement has none.
std::string shade(const std::optional<double>& kappa) {
  if (!kappa || *kappa < 0.2) return "k0";
  return "k" + std::to_string(std::min(4, static_cast<int>(*kappa * 5)));
}

void write_matrix(const ReportView& view, const std::vector<std::size_t>& shown, std::string& out) {
  out +=
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Cohen's kappa of every pair\">\n"
      "<table class=\"matrix\">\n<thead><tr><td></td>";
  for (std::size_t column = 0; column + 1 < shown.size(); ++column) {
    out += "<th scope=\"col\"><span>" + escaped(view.id(shown[column])) + "</span></th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 1; row < shown.size(); ++row) {
    out += "<tr><th scope=\"row\">" + escaped(view.id(shown[row])) + "</th>";
    for (std::size_t column = 0; column + 1 < shown.size(); ++column) {
      if (column >= row) {
        out += "<td></td>";
        continue;
      }
      const Agreement agreement = agreement_of(view, shown[column], shown[row]);
      out += "<td class=\"n " + shade(cohens_kappa(agreement)) + "\">" + kappa_text(agreement) + "</td>";
    }
    out += "</tr>\n";
  }
  out += "</tbody>\n</table>\n</div>\n";
}

void write_pairs(const ReportView& view, const std::vector<std::size_t>& shown, std::string& out) {
  Table table(
      out, "Agreement of every pair",
      {{"Pair", false}, {"Patients"}, {"Both"}, {"Only the first"}, {"Only the second"}, {"Neither"}, {"Kappa"}});
  for (std::size_t first = 0; first < shown.size(); ++first) {
    for (std::size_t second = first + 1; second < shown.size(); ++second) {
      const Agreement agreement = agreement_of(view, shown[first], shown[second]);
      if (agreement.all() == 0) continue;
      table.row();
      table.head(escaped(view.id(shown[first]) + " / " + view.id(shown[second])));
      table.count(agreement.all());
      table.count(agreement.both);
      table.count(agreement.only_first);
      table.count(agreement.only_second);
      table.count(agreement.neither);
      table.number(kappa_text(agreement));
    }
  }
}

}  // namespace

void write_agreement(const ReportView& view, std::string& out) {
  const Section section(out, "agreement", "Agreement between criteria");
  paragraph(out,
            "Per patient: criteria met at least once, or not. Patients for whom either criterion stayed undecided or "
            "did not apply are left out of the pair. Cohen's kappa is 1 where both always agree and 0 where they agree "
            "as often as chance would; a dash where chance alone agrees always.");
  std::vector<std::size_t> shown;
  for (const std::size_t criterion : view.judged()) {
    for (const PatientCourse* patient : view.patients()) {
      if (!patient->criteria[criterion].decided()) continue;
      shown.push_back(criterion);
      break;
    }
  }
  if (shown.size() < 2) {
    paragraph(out, "There are no two criteria to compare.");
  } else {
    out += "<h3>Kappa</h3>\n";
    write_matrix(view, shown, out);
    out += "<details><summary>Every pair in numbers</summary>\n";
    write_pairs(view, shown, out);
    out += "</details>\n";
  }
}

}  // namespace coagwatch::daemon

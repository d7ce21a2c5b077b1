#include <utility>
#include <vector>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"
#include "daemon/report/statistics.h"

namespace coagwatch::daemon {
namespace {

/// One criterion against the outcomes.
struct Fourfold {
  std::uint64_t true_positive = 0;
  std::uint64_t false_positive = 0;
  std::uint64_t false_negative = 0;
  std::uint64_t true_negative = 0;
  std::uint64_t undecided = 0;
  std::vector<double> lead_hours;  ///< from criteria met to the outcome
};

Fourfold compare(const ReportView& view, std::size_t criterion) {
  Fourfold table;
  for (const PatientCourse* patient : view.patients()) {
    const Outcome* outcome = view.source().outcomes->find(patient->key);
    if (outcome == nullptr) continue;
    const CriterionSummary& course = patient->criteria[criterion];
    if (!course.decided()) {
      ++table.undecided;
    } else if (course.met()) {
      ++(outcome->yes ? table.true_positive : table.false_positive);
      if (outcome->yes && outcome->at.known()) {
        table.lead_hours.push_back(static_cast<double>((outcome->at - course.first_met).micros) / 3.6e9);
      }
    } else {
      ++(outcome->yes ? table.false_negative : table.true_negative);
    }
  }
  return table;
}

std::string proportion(std::uint64_t hits, std::uint64_t misses) {
  const std::uint64_t all = hits + misses;
  if (all == 0) return "–";
  const ProportionInterval interval = exact_interval(hits, all);
  return percent(hits, all) + " [" + fixed(100 * interval.low, 1) + "–" + fixed(100 * interval.high, 1) + "]";
}

std::string lead_text(const std::vector<double>& hours) {
  const auto found = quartiles(hours);
  if (!found) return "–";
  return fixed(found->median, 1) + " h (" + fixed(found->lower, 1) + " to " + fixed(found->upper, 1) +
         "), n = " + grouped(hours.size());
}

using Comparisons = std::vector<std::pair<std::size_t, Fourfold>>;

void write_counts(const ReportView& view, const Comparisons& shown, std::string& out) {
  Table table(out, "Criteria and outcomes, patients",
              {{"Criterion", false},
               {"Met, with outcome"},
               {"Met, without"},
               {"Not met, with outcome"},
               {"Not met, without"},
               {"Undecided"},
               {"Lead time, median (quartiles)"}});
  for (const auto& [criterion, counts] : shown) {
    table.row();
    table.head(escaped(view.id(criterion)));
    table.count(counts.true_positive);
    table.count(counts.false_positive);
    table.count(counts.false_negative);
    table.count(counts.true_negative);
    table.count(counts.undecided);
    table.number(lead_text(counts.lead_hours));
  }
}

void write_proportions(const ReportView& view, const Comparisons& shown, std::string& out) {
  Table table(out, "Criteria and outcomes, proportions",
              {{"Criterion", false},
               {"Sensitivity"},
               {"Specificity"},
               {"Positive predictive value"},
               {"Negative predictive value"}});
  for (const auto& [criterion, counts] : shown) {
    table.row();
    table.head(escaped(view.id(criterion)));
    table.number(proportion(counts.true_positive, counts.false_negative));
    table.number(proportion(counts.true_negative, counts.false_positive));
    table.number(proportion(counts.true_positive, counts.false_positive));
    table.number(proportion(counts.true_negative, counts.false_negative));
  }
}

/// How the file and the feed fit together.
std::string coverage(const ReportView& view) {
  std::uint64_t known = 0;
  std::uint64_t yes = 0;
  for (const PatientCourse* patient : view.patients()) {
    const Outcome* outcome = view.source().outcomes->find(patient->key);
    if (outcome == nullptr) continue;
    ++known;
    if (outcome->yes) ++yes;
  }
  return last_part(view.source().outcomes_file) + " names " + counted(view.source().outcomes->size(), "patient") +
         "; " + grouped(known) + " of them were scored, " + grouped(yes) + " with the outcome. " +
         grouped(view.patients().size() - known) + " scored without an outcome are left out.";
}

}  // namespace

void write_accuracy(const ReportView& view, std::string& out) {
  if (view.source().outcomes == nullptr) return;
  const Section section(out, "accuracy", "Criteria and outcomes");
  paragraph(out, coverage(view));
  paragraph(out,
            "Positive: criteria met at least once, before or after the outcome. Negative: decided and never met. "
            "Undecided patients are counted apart and in no proportion. In brackets exact 95 % intervals (Clopper and "
            "Pearson). Lead time runs from criteria first met to the outcome, in patients with both; below zero it "
            "came after.");
  Comparisons shown;
  for (const std::size_t criterion : view.judged()) {
    const Fourfold counts = compare(view, criterion);
    const std::uint64_t met = counts.true_positive + counts.false_positive;
    if (met + counts.false_negative + counts.true_negative > 0) shown.emplace_back(criterion, counts);
  }
  write_counts(view, shown, out);
  write_proportions(view, shown, out);
}

}  // namespace coagwatch::daemon

#include "daemon/cli/explain_score_text.h"

#include <algorithm>

#include "daemon/cli/explain_item_text.h"
#include "daemon/cli/explain_words.h"
#include "rules/criterion/columns.h"
#include "rules/criterion/text.h"
#include "rules/explain/explained_facts.h"

namespace coagwatch::daemon {
namespace {

using rules::CriterionScore;
using rules::GateReason;

constexpr std::size_t kIndent = 2;
constexpr std::size_t kTest = 40;
constexpr std::size_t kBand = 24;
constexpr std::size_t kTotal = 14;

std::string grades_text(const CriterionScore& score, std::uint8_t low, std::uint8_t high) {
  const std::vector<rules::Grade>& grades = score.table->grades;
  if (low >= grades.size() || high >= grades.size()) return {};
  return grades[low].name + (low == high ? "" : " to " + grades[high].name);
}

void add_status(const CriterionScore& score, std::string& out) {
  const rules::Criterion& criterion = *score.criterion;
  std::string total = range_text(score.min, score.max);
  if (criterion.result == rules::Criterion::Result::group) {
    add_labelled("  Group", score.group ? std::to_string(*score.group) : "not known", out);
    return;
  }
  add_labelled("  Status",
               std::string(rules::status_name(score.status)) + ", total " + total + ". Met is " +
                   rules::met_text(*score.table) + " (totals " + std::to_string(score.table->lowest) + " to " +
                   std::to_string(score.table->highest) + "): " + criterion.meaning,
               out);
  if (score.by_total) {
    add_labelled("  Total", "as another system reported it, which goes before the items", out);
  }
  if (score.floor) {
    add_labelled("  Floor",
                 range_text(score.floor->min, score.floor->max) +
                     " of these items; needed: " + std::to_string(score.table->met.floor),
                 out);
  }
  if (const auto text = grades_text(score, score.grade_low, score.grade_high); !text.empty()) {
    add_labelled("  Grade", text, out);
  }
}

std::string resources_text(const rules::Explanation& explanation, rules::Fact fact) {
  std::vector<std::string> texts;
  for (const std::string_view resource : rules::resources_of(explanation.facts, fact)) texts.emplace_back(resource);
  return texts.empty() ? "" : " (" + joined(texts, ", ") + ")";
}

std::string what_text(const rules::Explanation& explanation, const GateReason& reason) {
  if (reason.fact) return fact_text(*reason.fact) + resources_text(explanation, *reason.fact);
  if (!reason.measure) return {};
  return std::string(rules::measure_info(*reason.measure).name) + " >= " + std::to_string(reason.at_least);
}

std::string reason_text(const rules::Explanation& explanation, const GateReason& reason) {
  std::string what = what_text(explanation, reason);
  switch (reason.kind) {
    case GateReason::Kind::child:
      return "for adults only: " + what;
    case GateReason::Kind::newborn:
      return "not for newborns: " + what;
    case GateReason::Kind::denied:
      return "explicitly no: " + what;
    case GateReason::Kind::only_with:
      return "only with " + what;
    case GateReason::Kind::no_sign:
      return "surely not " + what;
    case GateReason::Kind::adult:
      return "adult" + resources_text(explanation, rules::Fact::child);
    case GateReason::Kind::unknown_age:
      return "age not known";
    case GateReason::Kind::unknown_fact:
    case GateReason::Kind::unknown_sign:
    case GateReason::Kind::unknown_column:
    case GateReason::Kind::excluding_fact:
    case GateReason::Kind::confirming_fact:
    case GateReason::Kind::sign:
      break;
  }
  return what;
}

/// What is unknown in the same way stands together.
std::string together(const rules::Explanation& explanation, const rules::ExplainedScore& score, GateReason::Kind kind,
                     std::string_view before, std::string_view separator) {
  std::vector<std::string> texts;
  for (const GateReason& reason : score.gate) {
    if (reason.kind == kind) texts.push_back(what_text(explanation, reason));
  }
  return texts.empty() ? "" : std::string(before) + joined(texts, separator);
}

void add_gate(const rules::Explanation& explanation, const rules::ExplainedScore& score, std::string& out) {
  using Kind = GateReason::Kind;
  if (score.score->gate == rules::Gate::none) return add_labelled("  Gate", "for everybody", out);
  std::vector<std::string> texts = {
      together(explanation, score, Kind::unknown_fact, "not recorded: ", " or "),
      together(explanation, score, Kind::unknown_sign, "not known, of which one is needed: ", ", "),
      together(explanation, score, Kind::unknown_column, "not recorded, with points of its own: ", ", ")};
  for (const GateReason& reason : score.gate) {
    const bool told =
        reason.kind == Kind::unknown_fact || reason.kind == Kind::unknown_sign || reason.kind == Kind::unknown_column;
    if (!told) texts.push_back(reason_text(explanation, reason));
  }
  std::erase(texts, "");
  add_labelled("  Gate", std::string(rules::gate_name(score.score->gate)) + ": " + joined(texts, "; "), out);
}

void add_besides(const rules::ExplainedScore& explained, std::string& out) {
  const CriterionScore& score = *explained.score;
  if (!score.column.empty()) {
    std::string text = "the population " + std::string(score.column);
    if (score.other_column_min && score.other_column_max) {
      text += "; the other one would give " + range_text(*score.other_column_min, *score.other_column_max);
    }
    add_labelled("  Column", text, out);
  }
  for (const rules::Adjustment* adjustment : explained.adjustments) {
    add_labelled("  Added", std::to_string(adjustment->points) + ": " + adjustment->title, out);
  }
  if (score.criterion->cap) add_labelled("  Cap", "at most " + std::to_string(*score.criterion->cap), out);
  if (score.auxiliary.empty()) return;
  std::vector<std::string> findings(score.auxiliary.begin(), score.auxiliary.end());
  add_labelled("  Auxiliary", joined(findings, ", "), out);
}

std::string test_text(const rules::DecidingTest& test) {
  if (test.fact) return fact_text(*test.fact);
  if (!test.measure) return std::string(test.name);
  std::string text(rules::readable_name(*test.measure));
  if (test.per) return text.append(" / ").append(rules::readable_name(*test.per));
  const std::string_view unit = rules::readable_unit(*test.measure);
  return unit.empty() ? text : text.append(", ").append(unit);
}

void add_test(const CriterionScore& score, const rules::DecidingTest& test, std::string& out) {
  // The name goes on beside the outcomes.
  std::vector<std::string> name = rules::wrapped(test_text(test), kTest - 1);
  name.resize(std::max(name.size(), test.outcomes.size()));
  for (std::size_t i = 0; i < name.size(); ++i) {
    std::vector<Cell> cells = {{"", kIndent}, {name[i], kTest}};
    if (i < test.outcomes.size()) {
      const rules::Outcome& outcome = test.outcomes[i];
      std::string status(rules::status_name(outcome.status));
      const std::string grade = grades_text(score, outcome.grade_low, outcome.grade_high);
      if (!grade.empty()) status += ", " + grade;
      const std::string_view said = rules::tristate_name(outcome.fact);
      cells.push_back({outcome.band ? rules::band_text(*outcome.band) : std::string(said), kBand});
      cells.push_back({"total " + range_text(outcome.min, outcome.max), kTotal});
      cells.push_back({status, kTextWidth - kIndent - kTest - kBand - kTotal});
    } else if (test.outcomes.empty() && i == 0) {
      cells.push_back({"no single result tells", kTextWidth - kIndent - kTest});
    }
    add_row(cells, out);
  }
}

}  // namespace

void add_score(const rules::Explanation& explanation, const rules::ExplainedScore& score, std::string& out) {
  const rules::Criterion& criterion = *score.score->criterion;
  out += criterion.id + " " + criterion.version;
  if (!criterion.profile.empty()) out += ", profile " + criterion.profile;
  out += ": " + criterion.title + "\n";
  add_status(*score.score, out);
  add_gate(explanation, score, out);
  add_besides(score, out);
  add_item_heading(out);
  for (const rules::ExplainedItem& item : score.items) add_item(explanation, item, out);
  if (score.would_change.empty()) return;
  out += "  Would change:\n";
  for (const rules::DecidingTest& test : score.would_change) add_test(*score.score, test, out);
}

}  // namespace coagwatch::daemon

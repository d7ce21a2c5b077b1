#include <algorithm>
#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"
#include "rules/criterion_text.h"

namespace coagwatch::daemon {
namespace {

void print_item(const rules::Item& item) {
  std::printf("\n%s (%s, %s)\n", item.title.c_str(), item.name.c_str(), item.provenance.c_str());
  for (const rules::ItemRule& rule : rules::rules_of(item)) {
    const std::string what = (rule.join.empty() ? "" : rule.join + " ") + rule.what;
    std::printf("  %s\n", what.c_str());
    for (const auto& [when, points] : rule.cases) {
      const std::string with_unit = rule.unit.empty() ? when : when + " " + rule.unit;
      std::printf("    %-30s %s\n", with_unit.c_str(), points.c_str());
    }
  }
}

void print_grades(const rules::ScoringTable& table) {
  for (const rules::Grade& grade : table.grades) std::printf("  from %d: %s\n", grade.from, grade.name.c_str());
}

void print_column(const rules::Criterion& criterion, const rules::Column& column) {
  std::printf("\nColumn %s\n  %s\n", column.name.c_str(), rules::column_text(criterion, column).c_str());
  print_grades(column.table);
  for (const rules::Item& item : column.table.items) {
    const auto general = std::ranges::find(criterion.table.items, item.name, &rules::Item::name);
    const bool own = general != criterion.table.items.end() && !rules::same_rules(*general, item);
    if (own) print_item(item);
  }
}

void print_criterion(const rules::Criterion& criterion) {
  std::printf("%s %s%s%s\n%s\n%s\n", criterion.id.c_str(), criterion.version.c_str(),
              criterion.profile.empty() ? "" : ", profile ", criterion.profile.c_str(), criterion.title.c_str(),
              criterion.citation.c_str());
  for (const std::string& text : rules::gate_texts(criterion)) std::printf("%s\n", text.c_str());
  for (const rules::Item& item : criterion.table.items) print_item(item);
  for (const rules::Adjustment& adjustment : criterion.adjustments) {
    std::printf("\n%s: %+d\n", adjustment.title.c_str(), adjustment.points);
  }
  std::printf("\nTotal %d to %d; met from %s (%s)\n", criterion.table.lowest, criterion.table.highest,
              rules::met_text(criterion.table).c_str(), criterion.meaning.c_str());
  print_grades(criterion.table);
  for (const rules::Column& column : criterion.columns) print_column(criterion, column);
  for (const rules::AuxiliaryFinding& finding : criterion.findings) {
    std::printf("\nAuxiliary finding %s: %s above %s", finding.name.c_str(),
                std::string(rules::readable_name(finding.measure)).c_str(), finding.above.to_string().c_str());
  }
  if (!criterion.findings.empty()) std::printf("\n");
  if (!criterion.notes.empty()) std::printf("\nNotes\n");
  for (const std::string& note : criterion.notes) std::printf("  - %s\n", note.c_str());
}

}  // namespace

int criteria_command(const CriteriaOptions& options) {
  std::vector<rules::Problem> problems;
  const std::unique_ptr<Setup> setup = load_setup(options.config, Purpose::offline, problems);
  if (!setup) {
    print_problems(problems);
    return kExitUsage;
  }
  bool found = false;
  std::vector<std::string_view> known;
  for (const rules::Criterion& criterion : setup->rules.criteria) {
    known.push_back(criterion.id);
    if (options.id.empty()) {
      std::printf("%-20s %-10s %-8s %s\n", criterion.id.c_str(), criterion.version.c_str(), criterion.profile.c_str(),
                  criterion.title.c_str());
      found = true;
    } else if (criterion.id == options.id) {
      print_criterion(criterion);
      found = true;
    }
  }
  if (found) return kExitOk;
  const auto near = rules::nearest_name(options.id, known);
  std::fprintf(stderr, "coagwatch criteria: no criterion %s%s\n", options.id.c_str(),
               near ? (": did you mean " + *near + "?").c_str() : "");
  return kExitUsage;
}

}  // namespace coagwatch::daemon

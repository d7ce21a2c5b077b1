#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"

namespace coagwatch::daemon {
namespace {

std::string band_text(const rules::Band& band) {
  std::string text;
  if (band.low) text.append(band.low_inclusive ? ">= " : "> ").append(band.low->to_string());
  if (band.high) {
    if (!text.empty()) text.append(" and ");
    text.append(band.high_inclusive ? "<= " : "< ").append(band.high->to_string());
  }
  return text.empty() ? "any" : text;
}

void print_item(const rules::Item& item) {
  std::printf("\n%s (%s)\n", item.title.c_str(), item.name.c_str());
  if (item.fact) {
    const std::string fact(rules::fact_name(*item.fact));
    std::printf("  %-22s yes %d, no %d\n", fact.c_str(), item.points_yes, item.points_no);
  }
  for (std::size_t i = 0; i < item.sources.size(); ++i) {
    const rules::Source& source = item.sources[i];
    const rules::MeasureInfo& info = rules::measure_info(source.measure);
    if (i > 0) std::printf("  %s\n", item.combine == rules::Item::Combine::first ? "else" : "or, if more points");
    for (const rules::Band& band : source.bands) {
      std::printf("  %-22.*s %-24s %d\n", static_cast<int>(info.name.size()), info.name.data(),
                  band_text(band).append(" ").append(info.unit == "1" ? "" : info.unit).c_str(), band.points);
    }
  }
}

void print_grades(const std::vector<rules::Grade>& grades) {
  for (const rules::Grade& grade : grades) std::printf("  from %d: %s\n", grade.from, grade.name.c_str());
}

void print_criterion(const rules::Criterion& criterion) {
  std::printf("%s %s%s%s\n%s\n%s\n", criterion.id.c_str(), criterion.version.c_str(),
              criterion.profile.empty() ? "" : ", profile ", criterion.profile.c_str(), criterion.title.c_str(),
              criterion.citation.c_str());
  for (const rules::Item& item : criterion.items) print_item(item);
  for (const rules::Adjustment& adjustment : criterion.adjustments) {
    std::printf("\n%s: %+d\n", adjustment.title.c_str(), adjustment.points);
  }
  std::printf("\nTotal %d to %d; met from %d (%s)\n", criterion.lowest, criterion.highest, criterion.cut,
              criterion.meaning.c_str());
  print_grades(criterion.grades);
  if (criterion.column) {
    std::printf("\nColumn %s: met from %d; not scored:", criterion.column->name.c_str(), criterion.column->cut);
    for (const std::string& name : criterion.column->unscored) std::printf(" %s", name.c_str());
    std::printf("\n");
    print_grades(criterion.column->grades);
  }
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

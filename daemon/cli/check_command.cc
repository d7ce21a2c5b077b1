#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"
#include "fhir/json_writer.h"
#include "rules/criterion/definition_check.h"

namespace coagwatch::daemon {
namespace {

/// What is no mistake and yet most likely not meant.
std::vector<std::string> warnings_of(const rules::RuleSet& rules) {
  std::vector<std::string> warnings;
  for (const rules::UndefinedScore& each : rules::undefined_scores(rules.criteria, rules.definers)) {
    const rules::MeasureInfo& info = rules::measure_info(each.measure);
    warnings.push_back(std::string(each.criterion) + " scores " + std::string(info.name) +
                       ", which no criterion in force defines" +
                       (info.derived_only ? ", and nobody can send" : "; only a reported one counts"));
  }
  return warnings;
}

void print_json(const std::vector<rules::Problem>& problems, const std::vector<std::string>& warnings) {
  std::string text;
  fhir::JsonWriter json(text);
  json.begin_object();
  json.boolean("ok", problems.empty());
  if (!warnings.empty()) {
    json.begin_array("warnings");
    for (const std::string& warning : warnings) json.text(warning);
    json.end_array();
  }
  json.begin_array("problems");
  for (const rules::Problem& problem : problems) {
    json.begin_object();
    json.text("file", problem.file);
    json.integer("line", problem.line);
    json.integer("column", problem.column);
    json.text("key", problem.key);
    json.text("text", problem.text);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::printf("%s\n", text.c_str());
}

}  // namespace

int check_command(const CheckOptions& options) {
  std::vector<rules::Problem> problems;
  const std::unique_ptr<Setup> setup = load_setup(options.config, Purpose::run, problems);
  const std::vector<std::string> warnings = setup ? warnings_of(setup->rules) : std::vector<std::string>();
  if (options.json) {
    print_json(problems, warnings);
  } else {
    print_problems(problems);
    for (const std::string& each : warnings) std::fprintf(stderr, "warning: %s\n", each.c_str());
  }
  if (!problems.empty()) return kExitUsage;
  if (!options.json) {
    std::printf("%s: ok, %zu criteria, rule set %.12s\n", options.config.empty() ? "defaults" : options.config.c_str(),
                setup->rules.criteria.size(), setup->rules.hash.c_str());
  }
  return kExitOk;
}

}  // namespace coagwatch::daemon

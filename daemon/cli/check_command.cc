#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"
#include "fhir/json_writer.h"

namespace coagwatch::daemon {
namespace {

void print_json(const std::vector<rules::Problem>& problems) {
  std::string text;
  fhir::JsonWriter json(text);
  json.begin_object();
  json.boolean("ok", problems.empty());
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
  if (options.json) {
    print_json(problems);
  } else {
    print_problems(problems);
  }
  if (!problems.empty()) return kExitUsage;
  if (!options.json) {
    std::printf("%s: ok, %zu criteria, rule set %.12s\n", options.config.empty() ? "defaults" : options.config.c_str(),
                setup->rules.criteria.size(), setup->rules.hash.c_str());
  }
  return kExitOk;
}

}  // namespace coagwatch::daemon

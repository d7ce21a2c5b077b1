#include "daemon/cli/setup.h"

#include <cstdio>

#include "daemon/config/rule_set_loader.h"

namespace coagwatch::daemon {

std::unique_ptr<Setup> load_setup(const std::string& path, std::vector<rules::Problem>& problems) {
  std::optional<Config> config = load_config(path, process_environment(), problems);
  if (!config) return nullptr;
  std::optional<fhir::Terminology> terminology = load_terminology(*config, problems);
  if (!terminology) return nullptr;
  std::optional<rules::RuleSet> rules = load_rule_set(*config, *terminology, problems);
  if (!rules) return nullptr;
  return std::make_unique<Setup>(Setup{std::move(*config), std::move(*terminology), std::move(*rules)});
}

FoldSettings fold_settings(const Setup& setup) {
  FoldSettings settings;
  settings.rules = &setup.rules;
  settings.terminology = &setup.terminology;
  settings.alerts = setup.config.alerts;
  settings.window = setup.config.window;
  settings.intake = setup.config.intake;
  settings.time_zone = setup.config.time_zone;
  settings.time_source = setup.config.time_source == Config::TimeSource::event ? FoldSettings::TimeSource::event
                                                                               : FoldSettings::TimeSource::record;
  settings.fhir_base = setup.config.fhir_base;
  settings.version = COAGWATCH_VERSION;
  settings.input_topic = setup.config.input.topics.front();
  return settings;
}

void print_problems(const std::vector<rules::Problem>& problems) {
  for (const rules::Problem& problem : problems) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
}

}  // namespace coagwatch::daemon

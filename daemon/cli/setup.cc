#include "daemon/cli/setup.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "daemon/cli/kafka_setup.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/config/terminology_loader.h"

namespace coagwatch::daemon {

std::unique_ptr<Setup> load_setup(const std::string& path, Purpose purpose, std::vector<rules::Problem>& problems) {
  const std::size_t before = problems.size();
  Config config;
  load_config(path, process_environment(), problems, &config);
  if (purpose == Purpose::run) {
    check_runnable(config, problems);
    check_library(config, problems);
  }
  return finish_setup(std::move(config), problems, before);
}

std::unique_ptr<Setup> finish_setup(Config config, std::vector<rules::Problem>& problems, std::size_t first) {
  std::optional<fhir::Terminology> terminology = load_terminology(config, problems);
  // The maps matter to the rule set's hash only.
  if (!terminology) terminology.emplace();
  std::optional<rules::RuleSet> rules = load_rule_set(config, *terminology, problems);
  if (problems.size() == first) {
    return std::make_unique<Setup>(Setup{std::move(config), std::move(*terminology), std::move(*rules)});
  }
  std::stable_sort(problems.begin() + static_cast<std::ptrdiff_t>(first), problems.end(),
                   [](const rules::Problem& a, const rules::Problem& b) {
                     return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
                   });
  return nullptr;
}

Scoring scoring_of(const std::shared_ptr<const Setup>& setup) {
  return {{setup, &setup->rules}, {setup, &setup->terminology}, setup->config.alerts, setup->config.time_zone};
}

FoldSettings fold_settings(const std::shared_ptr<const Setup>& setup) {
  const Config& config = setup->config;
  FoldSettings settings;
  static_cast<Scoring&>(settings) = scoring_of(setup);
  settings.window = config.window;
  settings.intake = config.intake;
  settings.envelopes = config.input.envelopes;
  settings.time_source = config.time_source == Config::TimeSource::event ? FoldSettings::TimeSource::event
                                                                         : FoldSettings::TimeSource::record;
  settings.fhir_base = config.fhir_base;
  settings.notifications = config.notifications;
  settings.version = COAGWATCH_VERSION;
  settings.input_topic = config.input.topics.front();
  return settings;
}

void print_problems(const std::vector<rules::Problem>& problems) {
  for (const rules::Problem& problem : problems) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
}

}  // namespace coagwatch::daemon

#include "daemon/cli/reload.h"

#include <utility>

#include "daemon/config/reload_keys.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {

Reload reload_setup(const Setup& running, const Environment& environment) {
  Reload result;
  Config read;
  load_config(running.config.file, environment, result.problems, &read);
  result.restart = restart_keys(running.config, read);
  Config config = reloaded_config(running.config, read);
  if (config.ruleset_sequence < running.rules.sequence && !config.undecided("ruleset.sequence")) {
    result.problems.push_back(config.problem(
        "ruleset.sequence", "expected " + std::to_string(running.rules.sequence) + " or more, which is in force"));
  }
  result.setup = finish_setup(std::move(config), result.problems, 0);
  if (!result.setup) return result;
  const rules::RuleSet& rules = result.setup->rules;
  const bool same = rules.hash == running.rules.hash && rules.sequence == running.rules.sequence;
  result.outcome = same ? ReloadOutcome::unchanged : ReloadOutcome::applied;
  return result;
}

WatchedPaths watched_paths(const Config& config) {
  WatchedPaths paths;
  if (!config.criteria.watch) return paths;
  paths.files = config.maps;
  for (const auto& [fact, files] : config.fact_codes) paths.files.insert(paths.files.end(), files.begin(), files.end());
  if (!config.criteria.directory.empty()) paths.directories.push_back(config.criteria.directory);
  return paths;
}

void log_reload(const Reload& reload, const Setup& running, std::string_view cause) {
  for (const rules::Problem& problem : reload.problems) {
    log::error("criteria and maps: " + problem.text,
               {{"file", problem.file}, {"line", problem.line}, {"column", problem.column}, {"key", problem.key}});
  }
  for (const std::string& key : reload.restart) log::warning("a changed setting waits for a restart", {{"key", key}});
  const rules::RuleSet& old = running.rules;
  switch (reload.outcome) {
    case ReloadOutcome::refused:
      log::error("reload refused; the rule set in force stays",
                 {{"cause", cause}, {"rule-set", old.hash}, {"problems", reload.problems.size()}});
      return;
    case ReloadOutcome::unchanged:
      log::info("reload: the rule set is the same", {{"cause", cause}, {"rule-set", old.hash}});
      return;
    case ReloadOutcome::applied:
      break;
  }
  const rules::RuleSet& rules = reload.setup->rules;
  log::info("reloaded", {{"cause", cause},
                         {"rule-set", rules.hash},
                         {"sequence", rules.sequence},
                         {"was", old.hash},
                         {"criteria", rules.criteria.size()}});
  if (rules.sequence == old.sequence) {
    log::warning("the rule set changed, ruleset.sequence did not: a process with the old one may score after this one",
                 {{"sequence", rules.sequence}});
  }
}

}  // namespace coagwatch::daemon

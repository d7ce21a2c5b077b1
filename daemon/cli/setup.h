#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/fold/partition_fold.h"
#include "fhir/terminology.h"
#include "rules/criterion/yaml.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// Exit codes of the program.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;       ///< the check failed
inline constexpr int kExitUsage = 2;        ///< usage or configuration error
inline constexpr int kExitUnreachable = 3;  ///< could not reach a needed service

/// Configuration, maps and rule set, loaded and checked together. Immutable afterwards.
struct Setup {
  Config config;
  fhir::Terminology terminology;
  rules::RuleSet rules;
};

/// What a command does with its setup.
enum class Purpose {
  offline,  ///< reads files
  run,      ///< is the daemon: check_runnable too
};

/// Loads everything that `path` (empty: defaults) and the environment name. On any problem returns null, with all of
/// them in `problems`, by file and line: each stage goes on past the problems of those before it, and leaves out only
/// what these make impossible to judge.
std::unique_ptr<Setup> load_setup(const std::string& path, Purpose purpose, std::vector<rules::Problem>& problems);

/// The rest of load_setup, for a configuration that was read: maps and rule set. `problems` may hold those of the
/// configuration already, from `first` on.
std::unique_ptr<Setup> finish_setup(Config config, std::vector<rules::Problem>& problems, std::size_t first);

/// What of it decides scores and alerts; keeps `setup` alive.
Scoring scoring_of(const std::shared_ptr<const Setup>& setup);

/// The fold's settings over what first came in; they keep `setup` alive.
FoldSettings fold_settings(const std::shared_ptr<const Setup>& setup);

/// Prints problems to stderr, one a line.
void print_problems(const std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon

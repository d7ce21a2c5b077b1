#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/setup.h"
#include "daemon/config/file_watch.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// A reload as far as it is decided without touching what runs.
struct Reload {
  ReloadOutcome outcome = ReloadOutcome::refused;
  std::shared_ptr<const Setup> setup;    ///< what is in force now; null if refused
  std::vector<rules::Problem> problems;  ///< why it was refused
  std::vector<std::string> restart;      ///< keys that have changed and need a restart
};

/// Reads the configuration file, criteria and maps of `running` again. Of the configuration only what reloaded_config
/// takes is taken. Refused is what `run` would refuse at its start, and a lower `ruleset.sequence`.
Reload reload_setup(const Setup& running, const Environment& environment);

/// The files that a reload of this configuration reads, as far as `criteria.watch` wants them watched.
WatchedPaths watched_paths(const Config& config);

/// Says in the log what a reload found. `cause`: what asked for it.
void log_reload(const Reload& reload, const Setup& running, std::string_view cause);

}  // namespace coagwatch::daemon

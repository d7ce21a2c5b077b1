#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/setup.h"
#include "daemon/cli/worker_thread.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// The last reload of criteria and maps.
struct LastReload {
  ReloadOutcome outcome = ReloadOutcome::refused;
  rules::Timestamp at;
  std::size_t problems = 0;
};

/// The body of `/status`: versions, rule set, the last reload if there was one, and for each worker its partitions with
/// stage, position, lag and number of patients. No patient data.
std::string status_json(const Setup& setup, const std::optional<LastReload>& last_reload,
                        const std::vector<WorkerSnapshot>& workers);

}  // namespace coagwatch::daemon

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/setup.h"
#include "daemon/cli/worker_thread.h"
#include "daemon/engine/state_copies.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// The last reload of criteria and maps.
struct LastReload {
  ReloadOutcome outcome = ReloadOutcome::refused;
  rules::Timestamp at;
  std::size_t problems = 0;
};

/// A worker, as `/status` shows it.
struct WorkerView {
  const Stage& stage;
  std::uint32_t number;
  WorkerSnapshot snapshot;
};

/// The body of `/status`: versions, rule set, the last reload if there was one, for each worker its partitions with
/// stage, position, lag and number of patients, and the standby copies. No patient data.
std::string status_json(const Setup& setup, const std::optional<LastReload>& last_reload,
                        const std::vector<WorkerView>& workers, const std::vector<StandbyView>& standbys);

}  // namespace coagwatch::daemon

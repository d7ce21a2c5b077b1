#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/cli/setup.h"
#include "daemon/cli/worker_thread.h"

namespace coagwatch::daemon {

/// The body of `/status`: versions, rule set, and for each worker its partitions with stage, position, lag and number
/// of patients. No patient data.
std::string status_json(const Setup& setup, const std::vector<WorkerSnapshot>& workers);

}  // namespace coagwatch::daemon

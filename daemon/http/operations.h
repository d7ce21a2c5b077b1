#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/http/server.h"
#include "daemon/metrics/health.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// What `/version` tells.
struct VersionInfo {
  std::string version;
  std::string librdkafka;
  std::string ruleset;  ///< hash
  std::uint64_t ruleset_sequence = 0;
};

/// What operators and orchestrators ask: `/livez` and `/readyz` (200, or 503 with the reason), `/metrics`, `/version`,
/// `/api/v1/unmapped` (codes that no map knows, with counts), and `/status`, whose JSON text comes from `status`.
/// Both functions are called on the server's thread. Nothing here shows a patient. All references must outlive the
/// server.
std::vector<HttpRoute> operation_routes(const Health& health, const Metrics& metrics,
                                        std::function<VersionInfo()> version, std::function<std::string()> status);

}  // namespace coagwatch::daemon

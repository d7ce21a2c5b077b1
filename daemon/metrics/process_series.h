#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace coagwatch::daemon {

/// Appends what this process takes, as it is now, under the names that all Prometheus clients use. Thread-safe.
void append_process_series(std::vector<prometheus::MetricFamily>& families);

}  // namespace coagwatch::daemon

#include "daemon/metrics/process_series.h"

#include "daemon/metrics/process.h"

namespace coagwatch::daemon {
namespace {

prometheus::MetricFamily process_family(const char* name, const char* help, double value,
                                        prometheus::MetricType type = prometheus::MetricType::Gauge) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  metric.counter.value = value;
  return {name, help, type, {metric}};
}

}  // namespace

void append_process_series(std::vector<prometheus::MetricFamily>& families) {
  const ProcessFigures figures = process_figures();
  families.push_back(process_family("process_cpu_seconds_total", "User and system CPU time spent, seconds.",
                                    figures.cpu_seconds, prometheus::MetricType::Counter));
  families.push_back(process_family("process_start_time_seconds", "Start of the process, seconds since the epoch.",
                                    figures.start_time_seconds));
  families.push_back(process_family("process_resident_memory_bytes", "Resident memory, bytes.",
                                    static_cast<double>(figures.resident_bytes)));
  families.push_back(process_family("process_virtual_memory_bytes", "Virtual memory, bytes.",
                                    static_cast<double>(figures.virtual_bytes)));
  families.push_back(process_family("process_threads", "Threads.", static_cast<double>(figures.threads)));
  families.push_back(
      process_family("process_open_fds", "Open file descriptors.", static_cast<double>(figures.open_fds)));
  families.push_back(
      process_family("process_max_fds", "File descriptors allowed.", static_cast<double>(figures.max_fds)));
}

}  // namespace coagwatch::daemon

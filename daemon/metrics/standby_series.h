#pragma once

#include <cstdint>
#include <mutex>

#include "daemon/metrics/metrics.h"

namespace prometheus {
template <typename T>
class Family;
class Registry;
}  // namespace prometheus

namespace coagwatch::daemon {

/// The series about standby copies of state.
///
/// Thread-safe.
class StandbySeries {
 public:
  explicit StandbySeries(prometheus::Registry& registry);

  /// `coagwatch_standby_lag_records{partition}`: offsets of the state topic that a copy has not read yet.
  void set_lag(std::int32_t partition, std::int64_t offsets);
  /// Removes that of a partition that no copy is kept of.
  void forget(std::int32_t partition);
  /// `coagwatch_standby_state_bytes`: size of all copies.
  [[nodiscard]] Gauge bytes() { return Gauge(bytes_); }
  /// `coagwatch_standby_failures_total`: copies dropped because they could not be read.
  [[nodiscard]] Counter failures() { return Counter(failures_); }

 private:
  std::mutex mutex_;  // series come and go
  prometheus::Family<prometheus::Gauge>& lag_;
  prometheus::Gauge& bytes_;
  prometheus::Counter& failures_;
};

}  // namespace coagwatch::daemon

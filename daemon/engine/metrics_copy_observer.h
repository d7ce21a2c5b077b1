#pragma once

#include "daemon/engine/state_copies.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// What becomes of standby copies, as metrics and log lines. Thread-safe.
class MetricsCopyObserver final : public CopyObserver {
 public:
  /// `metrics` must outlive this.
  explicit MetricsCopyObserver(Metrics& metrics);

  void standby_failed(std::int32_t partition, std::string_view error) override;
  void read_anew(std::int32_t partition, std::string_view why) override;

 private:
  Counter failures_;
};

}  // namespace coagwatch::daemon

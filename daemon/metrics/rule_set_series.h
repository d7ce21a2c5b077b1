#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <mutex>
#include <string>

#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// The series that tell which rule set is in force, and what became of reloads.
///
/// Thread-safe.
class RuleSetSeries {
 public:
  /// Labels of `coagwatch_build_info` that stay.
  RuleSetSeries(prometheus::Registry& registry, std::string version, std::string librdkafka);

  /// The label `criteria` of `coagwatch_build_info`.
  void set_hash(const std::string& hash);
  void count_reload(ReloadOutcome outcome);

 private:
  const std::string version_;
  const std::string librdkafka_;
  prometheus::Family<prometheus::Gauge>& build_;
  std::mutex mutex_;
  prometheus::Gauge* build_now_ = nullptr;  // guarded by mutex_
  std::array<prometheus::Counter*, 3> reloads_{};
  prometheus::Gauge& succeeded_;
  prometheus::Gauge& success_time_;
};

}  // namespace coagwatch::daemon

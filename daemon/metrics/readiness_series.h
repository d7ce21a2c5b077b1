#pragma once

#include <cstddef>
#include <string_view>

#include "daemon/metrics/metrics.h"

namespace prometheus {
template <typename T>
class Family;
class Registry;
}  // namespace prometheus

namespace coagwatch::daemon {

/// What `/readyz` and `/status` say, for those who only scrape: a partition that is stopped has no lag.
///
/// Thread-safe.
class ReadinessSeries {
 public:
  explicit ReadinessSeries(prometheus::Registry& registry);

  /// `coagwatch_ready`: 1 while `/readyz` answers 200.
  [[nodiscard]] Gauge ready() { return Gauge(ready_); }
  /// `coagwatch_partitions{state}`: partitions of this process by what they are doing.
  void set_partitions(std::string_view state, std::size_t count);

 private:
  prometheus::Gauge& ready_;
  prometheus::Family<prometheus::Gauge>& partitions_;
};

}  // namespace coagwatch::daemon

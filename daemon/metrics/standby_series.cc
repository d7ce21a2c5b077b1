#include "daemon/metrics/standby_series.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>

namespace coagwatch::daemon {

StandbySeries::StandbySeries(prometheus::Registry& registry)
    : lag_(prometheus::BuildGauge()
               .Name("coagwatch_standby_lag_records")
               .Help("Offsets of the state topic not read yet by a standby copy.")
               .Register(registry)),
      bytes_(prometheus::BuildGauge()
                 .Name("coagwatch_standby_state_bytes")
                 .Help("Size of the standby copies of state.")
                 .Register(registry)
                 .Add({})),
      failures_(prometheus::BuildCounter()
                    .Name("coagwatch_standby_failures_total")
                    .Help("Standby copies dropped because they could not be read.")
                    .Register(registry)
                    .Add({})) {}

void StandbySeries::set_lag(std::int32_t partition, std::int64_t offsets) {
  const std::lock_guard lock(mutex_);
  lag_.Add({{"partition", std::to_string(partition)}}).Set(static_cast<double>(offsets));
}

void StandbySeries::forget(std::int32_t partition) {
  const std::lock_guard lock(mutex_);
  lag_.Remove(&lag_.Add({{"partition", std::to_string(partition)}}));
}

}  // namespace coagwatch::daemon

#include "daemon/engine/metrics_copy_observer.h"

#include "daemon/log/log.h"
#include "daemon/metrics/standby_series.h"

namespace coagwatch::daemon {

MetricsCopyObserver::MetricsCopyObserver(Metrics& metrics) : failures_(metrics.standby().failures()) {}

void MetricsCopyObserver::standby_failed(std::int32_t partition, std::string_view error) {
  failures_.add();
  log::warning("a standby copy of state was dropped; it is read again later",
               {{"partition", partition}, {"error", error}});
}

void MetricsCopyObserver::read_anew(std::int32_t partition, std::string_view why) {
  log::warning("a copy of state is read again from the start", {{"partition", partition}, {"why", why}});
}

}  // namespace coagwatch::daemon

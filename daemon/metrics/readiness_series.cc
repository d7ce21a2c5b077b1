#include "daemon/metrics/readiness_series.h"

#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>

namespace coagwatch::daemon {

ReadinessSeries::ReadinessSeries(prometheus::Registry& registry)
    : ready_(prometheus::BuildGauge()
                 .Name("coagwatch_ready")
                 .Help("1 while /readyz answers 200, otherwise 0.")
                 .Register(registry)
                 .Add({})),
      partitions_(prometheus::BuildGauge()
                      .Name("coagwatch_partitions")
                      .Help("Partitions of this process by state: running, stopped, or on the way there.")
                      .Register(registry)) {}

void ReadinessSeries::set_partitions(std::string_view state, std::size_t count) {
  partitions_.Add({{"state", std::string(state)}}).Set(static_cast<double>(count));
}

}  // namespace coagwatch::daemon

#include "daemon/engine/metrics_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace coagwatch::daemon {
namespace {

using testing::HasSubstr;

TEST(MetricsObserverTest, CommittedCountersBecomeMetrics) {
  Metrics metrics({"0.1.0", "", ""});
  const auto rules = std::make_shared<const rules::RuleSet>();
  MetricsObserver observer(metrics, rules, {"scoring", {"t"}}, 0);
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_assumed_times_total{assumed=\"no-zone\"} 0\n"));
  FoldCounters counters;
  counters.records = 9;
  counters.evicted = 4;
  counters.assumed_times = {3, 2, 1};
  observer.partition_committed(0, counters);
  observer.partition_committed(0, counters);
  const std::string text = metrics.expose();
  for (const char* line :
       {"coagwatch_records_consumed_total{topic=\"t\"} 18\n", "coagwatch_assumed_times_total{assumed=\"no-zone\"} 6\n",
        "coagwatch_assumed_times_total{assumed=\"date-only\"} 4\n",
        "coagwatch_assumed_times_total{assumed=\"issued\"} 2\n", "coagwatch_evicted_results_total 8\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace coagwatch::daemon

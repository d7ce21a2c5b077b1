// How long others wait for a worker that died.

#include <gtest/gtest.h>

#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

using std::chrono::seconds;

/// The first worker dies at its `nth` commit, with its transaction open and its records written.
class DiesAtCommit final : public FaultSource {
 public:
  explicit DiesAtCommit(int nth) : left_(nth) {}
  Fault next(Call call) override { return call == Call::commit && --left_ == 0 ? Fault::unknown_aborted : after(call); }

 private:
  Fault after(Call /*call*/) const { return left_ <= 0 ? Fault::kill_before : Fault::none; }
  int left_;
};

TEST(Failover, ADeadOwnersTransactionIsEndedLongBeforeItTimesOut) {
  Scenario::Settings settings;
  settings.seed = 8;
  settings.partitions = 1;
  settings.workers = 2;
  settings.restarts = false;
  settings.transactional_input = false;
  settings.compaction = false;
  settings.transaction_timeout = seconds(3'600);
  Scenario scenario(settings, [](std::size_t /*worker*/) { return std::make_unique<DiesAtCommit>(3); });
  SimulatedKafka& cluster = scenario.cluster();
  // One after the other gets the partition and dies; the places are filled again, so somebody is always there.
  Time died{};
  for (int i = 0; i < 60 && died == Time{}; ++i) {
    scenario.feed(1);
    scenario.run_for(seconds(1));
    SimulatedLog& state = cluster.log("state", 0);
    if (state.last_stable() < state.end()) died = cluster.now();
  }
  ASSERT_NE(died, Time{}) << "nobody died in a transaction";
  while (cluster.log("state", 0).last_stable() < cluster.log("state", 0).end() && cluster.now() < died + seconds(120)) {
    scenario.run_for(std::chrono::milliseconds(100));
  }
  // The session's 10 s, the rebalance, the restore's 500 ms; not the transaction's hour.
  EXPECT_LT(cluster.now() - died, seconds(20));
  EXPECT_TRUE(cluster.violations().empty());
}

}  // namespace
}  // namespace coagwatch::simulation

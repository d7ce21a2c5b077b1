// How long others wait for a worker that died.

#include <gtest/gtest.h>

#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The first worker that reaches its third commit dies in it: its records are written, its EndTxn never leaves.
class OneDeath final : public FaultSource {
 public:
  explicit OneDeath(bool& happened) : happened_(happened) {}
  Fault next(Call call) override {
    if (dying_) return Fault::kill_before;
    if (call != Call::commit || happened_ || ++commits_ < 3) return Fault::none;
    happened_ = dying_ = true;
    return Fault::unknown_aborted;
  }

 private:
  bool& happened_;
  bool dying_ = false;
  int commits_ = 0;
};

/// The workers' partition goes from the one that dies in a transaction to the other.
void die_and_take_over(std::size_t standbys) {
  Scenario::Settings settings;
  settings.seed = 8;
  settings.partitions = 1;
  settings.workers = 2;
  settings.standbys = standbys;
  settings.restarts = false;
  settings.resurrect = false;
  settings.transactional_input = false;
  settings.compaction = false;
  settings.transaction_timeout = seconds(3'600);
  bool happened = false;
  Scenario scenario(settings, [&happened](std::size_t /*worker*/) { return std::make_unique<OneDeath>(happened); });
  const SimulatedLog& state = scenario.cluster().log("state", 0);
  for (int i = 0; i < 100 && !happened; ++i) {
    scenario.feed(1);
    scenario.run_for(seconds(1));
  }
  ASSERT_TRUE(happened);
  ASSERT_LT(state.last_stable(), state.end()) << "nothing was left open";
  const Time died = scenario.cluster().now();
  while (state.last_stable() < state.end() && scenario.cluster().now() < died + seconds(120)) {
    scenario.run_for(milliseconds(100));
  }
  // The session's 10 s, the rebalance, the restore's 500 ms; not the transaction's hour.
  EXPECT_LT(scenario.cluster().now() - died, seconds(20));
  const Report report = scenario.finish();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.killed, 1U);
  EXPECT_EQ(report.promoted > 0, standbys > 0);
  EXPECT_EQ(report.reread, 0U);
}

TEST(Failover, ADeadOwnersTransactionIsEndedLongBeforeItTimesOut) { die_and_take_over(0); }

TEST(Failover, AStandbyWaitsForTheTailThatADeadOwnersTransactionHides) { die_and_take_over(2); }

}  // namespace
}  // namespace coagwatch::simulation

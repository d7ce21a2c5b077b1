// Every fault that is possible, at every single call of a small run; and after a transaction that failed, at every
// call of the recovery.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

using Plan = std::map<std::uint64_t, Fault>;

/// Beyond this many calls a run only idles; under a sanitizer every stride-th call has to do.
constexpr std::uint64_t kMostCalls = 260;
std::uint64_t stride() { return seeds_per_test() < 50 ? 9 : 1; }

Scenario::Settings small(std::size_t workers) {
  Scenario::Settings settings;
  settings.seed = 4;
  settings.partitions = 2;
  settings.workers = workers;
  settings.records = 14;
  settings.patients = 3;
  settings.transactional_input = false;
  settings.compaction = false;
  settings.restarts = false;
  settings.worker.max_records = 4;
  settings.command_rate = 500;
  settings.links = true;
  // Those that are several also send each other commands.
  settings.routed = workers > 1;
  return settings;
}

struct Outcome {
  Report report;
  std::vector<Call> calls;  // of the first worker, in all its lives
  std::size_t injected = 0;
};

/// One run in which the first worker meets the faults planned; the others meet none.
Outcome play(std::size_t workers, const Plan& plan) {
  PlannedFaults* source = nullptr;
  Scenario scenario(small(workers), [&](std::size_t worker) -> std::unique_ptr<FaultSource> {
    if (worker != 0) return std::make_unique<NoFaults>();
    auto made = std::make_unique<PlannedFaults>(plan);
    source = made.get();
    return made;
  });
  Outcome outcome;
  outcome.report = scenario.run();
  outcome.calls = source->calls();
  outcome.injected = source->injected();
  return outcome;
}

void expect_clean(const Outcome& outcome, const std::string& what) {
  for (const std::string& problem : outcome.report.problems) ADD_FAILURE() << what << ": " << problem;
}

class NthCall : public testing::TestWithParam<std::size_t> {};

TEST_P(NthCall, AnyFaultAtAnyCallChangesNothing) {
  const Outcome undisturbed = play(GetParam(), {});
  expect_clean(undisturbed, "undisturbed");
  ASSERT_GT(undisturbed.report.committed, 2U);
  std::array<std::size_t, kFaultCount> count{};
  const std::uint64_t last = std::min<std::uint64_t>(undisturbed.calls.size(), kMostCalls);
  for (std::uint64_t nth = 1; nth <= last; nth += stride()) {
    const Call call = undisturbed.calls[nth - 1];
    for (const Fault fault : possible_faults(call)) {
      const Outcome outcome = play(GetParam(), {{nth, fault}});
      ASSERT_EQ(outcome.injected, 1U);
      ++count[static_cast<std::size_t>(fault)];
      expect_clean(outcome,
                   std::string(name(fault)) + " at call " + std::to_string(nth) + ", " + std::string(name(call)));
    }
  }
  if (stride() > 1) return;
  for (std::size_t fault = 1; fault < kFaultCount; ++fault) {
    EXPECT_GT(count[fault], 0U) << name(static_cast<Fault>(fault)) << " was never injected";
  }
}

TEST_P(NthCall, AnyFaultInTheRecoveryFromAFailedTransactionChangesNothing) {
  constexpr std::uint64_t kRecovery = 25;
  const Outcome undisturbed = play(GetParam(), {});
  std::vector<std::uint64_t> commits;
  for (std::uint64_t i = 0; i < undisturbed.calls.size(); ++i) {
    if (undisturbed.calls[i] == Call::commit) commits.push_back(i + 1);
  }
  ASSERT_GE(commits.size(), 2U);
  for (const Fault first :
       {Fault::aborted, Fault::fatal, Fault::unknown_committed, Fault::unknown_late, Fault::straggler}) {
    const std::uint64_t commit = commits[1];
    const Outcome once = play(GetParam(), {{commit, first}});
    ASSERT_EQ(once.injected, 1U);
    const std::uint64_t last = std::min<std::uint64_t>(commit + kRecovery, once.calls.size());
    for (std::uint64_t nth = commit + 1; nth <= last; nth += stride()) {
      for (const Fault second : possible_faults(once.calls[nth - 1])) {
        const Outcome twice = play(GetParam(), {{commit, first}, {nth, second}});
        ASSERT_EQ(twice.injected, 2U);
        expect_clean(twice, std::string(name(first)) + ", then " + std::string(name(second)) + " at call " +
                                std::to_string(nth) + ", " + std::string(name(once.calls[nth - 1])));
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Workers, NthCall, testing::Values(1U, 2U));

}  // namespace
}  // namespace coagwatch::simulation

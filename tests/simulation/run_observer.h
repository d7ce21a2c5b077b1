#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "daemon/engine/engine_observer.h"
#include "daemon/engine/state_copies.h"
#include "tests/simulation/report.h"
#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

/// Counts what happens, and takes note of partitions that stop.
class RunObserver final : public daemon::EngineObserver {
 public:
  explicit RunObserver(Report& report) : report_(report) {}

  void transaction_ended(daemon::CommitOutcome outcome, std::chrono::steady_clock::duration /*open*/) override {
    switch (outcome) {
      case daemon::CommitOutcome::committed:
        ++report_.committed;
        break;
      case daemon::CommitOutcome::aborted:
      case daemon::CommitOutcome::rejected:
      case daemon::CommitOutcome::wrong_time:
        ++report_.aborted;
        break;
      case daemon::CommitOutcome::replace:
        ++report_.replaced;
        break;
      case daemon::CommitOutcome::unknown:
        ++report_.unknown;
        break;
    }
  }
  void rebalanced(Rebalance kind, std::size_t /*partitions*/) override {
    if (kind == Rebalance::lost) ++report_.lost;
    if (kind == Rebalance::revoked) ++report_.revoked;
  }
  void restored(std::int32_t /*partition*/, std::uint64_t /*records*/, std::chrono::steady_clock::duration /*took*/,
                std::chrono::steady_clock::duration /*hidden*/) override {
    ++report_.restored;
  }
  void read_again(std::int32_t partition, std::string_view why) override { read_again_[partition] = std::string(why); }
  void partition_stopped(std::int32_t partition, std::string_view error) override {
    read_again_.erase(partition);
    stopped_[partition] = std::string(error);
  }

  [[nodiscard]] const std::map<std::int32_t, std::string>& stopped() const { return stopped_; }
  /// Second looks at a state that nobody else had moved on: the first one came too early.
  [[nodiscard]] const std::map<std::int32_t, std::string>& read_too_early() const { return read_again_; }
  void forget() {
    stopped_.clear();
    read_again_.clear();
  }
  /// Forgets stops of partitions that the worker no longer has, and second looks at them, and counts them.
  std::size_t forget_lost(const SimulatedBroker& broker) {
    const auto lost = [&broker](const auto& item) { return !broker.owns(item.first); };
    return std::erase_if(stopped_, lost) + std::erase_if(read_again_, lost);
  }

 private:
  Report& report_;
  std::map<std::int32_t, std::string> stopped_;
  std::map<std::int32_t, std::string> read_again_;
};

/// Counts what becomes of copies.
class CopyCounter final : public daemon::CopyObserver {
 public:
  explicit CopyCounter(Report& report) : report_(report) {}
  void standby_failed(std::int32_t partition, std::string_view error) override {
    report_.problems.push_back("standby of partition " + std::to_string(partition) + " dropped: " + std::string(error));
  }
  void read_anew(std::int32_t /*partition*/, std::string_view /*why*/) override { ++report_.reread; }
  void promoted(std::int32_t /*partition*/) override { ++report_.promoted; }

 private:
  Report& report_;
};

}  // namespace coagwatch::simulation

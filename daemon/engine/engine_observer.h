#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "daemon/engine/broker.h"
#include "daemon/fold/fold_counters.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// Told what the engine does, for metrics and logs. Called on the worker's thread; must not block. Every text is
/// free of patient data.
class EngineObserver {
 public:
  enum class Rebalance : std::uint8_t { assigned, revoked, lost };

  virtual ~EngineObserver() = default;
  /// A partition's share of a committed transaction.
  virtual void partition_committed(std::int32_t /*partition*/, const FoldCounters& /*counters*/) {}
  virtual void transaction_ended(CommitOutcome /*outcome*/, std::chrono::steady_clock::duration /*open*/) {}
  /// Time from an alert's causing record to the commit that made it visible.
  virtual void alert_latency(std::chrono::microseconds /*latency*/) {}
  virtual void rebalanced(Rebalance /*kind*/, std::size_t /*partitions*/) {}
  /// A partition has its state. `took`: since it was assigned; `hidden`: of that, while only an open transaction held
  /// back the rest.
  virtual void restored(std::int32_t /*partition*/, std::uint64_t /*records*/,
                        std::chrono::steady_clock::duration /*took*/, std::chrono::steady_clock::duration /*hidden*/) {}
  virtual void producer_replaced(std::string_view /*cause*/) {}
  /// The committed offset was ahead of the state just read, so that is read again: another process owned the partition
  /// meanwhile, or something is wrong and the second look will stop it.
  virtual void read_again(std::int32_t /*partition*/, std::string_view /*why*/) {}
  /// A partition stopped for a reason that an operator must look at.
  virtual void partition_stopped(std::int32_t /*partition*/, std::string_view /*error*/) {}
  /// Another rule set is in force from the next transaction on.
  virtual void rule_set_taken(const std::shared_ptr<const rules::RuleSet>& /*rules*/) {}
  /// Anything else worth a log line.
  virtual void notice(std::string_view /*text*/) {}
};

}  // namespace coagwatch::daemon

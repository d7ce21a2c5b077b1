#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/engine/broker.h"
#include "daemon/engine/outbox.h"
#include "daemon/engine/start_offset.h"
#include "daemon/fold/fold_counters.h"
#include "daemon/fold/fold_settings.h"
#include "daemon/fold/patient_store.h"

namespace coagwatch::daemon {

/// What is done with the records of one input partition. The worker reads, begins, commits, rewinds and restores; a
/// task turns records into records and keeps what it must remember of them in two layers: what is committed, and
/// what the open transaction adds.
///
/// Not thread-safe; a worker owns it, and before that whoever restores it.
class PartitionTask {
 public:
  virtual ~PartitionTask() = default;

  // -- restore ---------------------------------------------------------------------------------------------
  /// Takes one record of the state topic, if it has anything there. Returns what is wrong with it, or nullopt.
  virtual std::optional<std::string> restore(std::string_view key, std::optional<std::string_view> value) = 0;
  /// Transactional id of the worker that wrote the state; empty if there is none.
  [[nodiscard]] virtual std::string_view owner() const = 0;
  /// Where to go on after the restore, or why not.
  virtual StartDecision decide(const PartitionFacts& facts) = 0;

  /// What a record of the input topic stands for; what the others take. Its views are those of `record`.
  [[nodiscard]] virtual InputRecord open(const InputRecord& record) const { return record; }

  // -- in a transaction ------------------------------------------------------------------------------------
  /// Comes before everything else of the partition in a transaction. `owner`: the worker's transactional id.
  virtual void enter(std::string_view owner, Outbox& out) = 0;
  /// Applies one input record. Returns why the partition must stop instead, or nullopt.
  virtual std::optional<std::string> apply(const InputRecord& record, Outbox& out) = 0;
  /// Applies one record of the topic of commands.
  virtual void command(const InputRecord& /*record*/, Outbox& /*out*/) {}
  /// There is nothing more to apply below `offset`.
  virtual void skip_to(std::int64_t /*offset*/) {}
  /// There is no command below `offset` that was not applied.
  virtual void skip_commands_to(std::int64_t /*offset*/) {}
  /// As PartitionFold::run_timers.
  virtual bool run_timers(const InputRecord& /*cause*/, std::size_t /*most*/, Outbox& /*out*/) { return true; }
  /// Writes that time goes on while nothing comes, and returns what run_timers is to be called with.
  virtual InputRecord tick(rules::Timestamp /*now*/, Outbox& /*out*/) { return {}; }
  /// Writes what is due once a transaction.
  virtual void flush(Outbox& out) = 0;
  /// Makes what came since the last commit permanent. REQUIRES: flush() came just before.
  virtual void commit() = 0;
  /// Forgets it.
  virtual void rollback() = 0;

  // -- at any time -----------------------------------------------------------------------------------------
  /// From which offset on commands are to be applied; nullopt: it takes none.
  [[nodiscard]] virtual std::optional<std::int64_t> next_command() const { return std::nullopt; }
  /// Whether timers may be due at the partition's own time: where a record or a tick needs several transactions for
  /// them, that is so until the last.
  [[nodiscard]] virtual bool amid_timers() const { return false; }
  /// A lower bound of the next timer; none() if there is none.
  [[nodiscard]] virtual rules::Timestamp next_timer() const { return rules::Timestamp::none(); }
  /// Patients touched since the last commit; the worker ends a transaction before there are too many.
  [[nodiscard]] virtual std::size_t touched() const { return 0; }
  /// What happened since the last clear().
  virtual FoldCounters& counters() = 0;
  /// Its patients; null for a task that keeps none.
  [[nodiscard]] virtual const PatientStore* patients() const { return nullptr; }
};

/// Makes a worker's tasks.
class TaskFactory {
 public:
  virtual ~TaskFactory() = default;
  virtual std::unique_ptr<PartitionTask> make(std::int32_t partition) = 0;
  /// Another rule set, from the next transaction on. REQUIRES: none is open.
  virtual void change_scoring(const Scoring& /*scoring*/) {}
  /// To be called for each task that goes on, after change_scoring.
  virtual void rescore(PartitionTask& /*task*/) {}
  /// In force; null where nothing is scored.
  [[nodiscard]] virtual std::shared_ptr<const rules::RuleSet> rules() const { return nullptr; }
};

}  // namespace coagwatch::daemon

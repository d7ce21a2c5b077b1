#pragma once

#include <string>
#include <utility>

#include "daemon/engine/partition_task.h"
#include "daemon/fold/partition_fold.h"

namespace coagwatch::daemon {

/// The scoring stage: a fold of one partition, its record in the state topic, and its journal.
class ScoringTask : public PartitionTask {
 public:
  ScoringTask(std::int32_t partition, const FoldSettings& settings);

  std::optional<std::string> restore(std::string_view key, std::optional<std::string_view> value) override;
  [[nodiscard]] std::string_view owner() const override { return fold_.record().owner; }
  StartDecision decide(const PartitionFacts& facts) override;

  [[nodiscard]] InputRecord open(const InputRecord& record) const override;
  void enter(std::string_view owner, Outbox& out) override;
  std::optional<std::string> apply(const InputRecord& record, Outbox& out) override;
  void command(const InputRecord& record, Outbox& out) override;
  void skip_to(std::int64_t offset) override { fold_.edit_record().last_offset = offset - 1; }
  void skip_commands_to(std::int64_t offset) override { fold_.edit_record().last_command = offset - 1; }
  bool run_timers(const InputRecord& cause, std::size_t most, Outbox& out) override;
  InputRecord tick(rules::Timestamp now, Outbox& out) override;
  void flush(Outbox& out) override;
  void commit() override { fold_.commit(); }
  void rollback() override { fold_.rollback(); }

  [[nodiscard]] std::optional<std::int64_t> next_command() const override { return fold_.record().last_command + 1; }
  [[nodiscard]] bool amid_timers() const override {
    return fold_.next_timer().known() && fold_.next_timer() <= fold_.record().time;
  }
  [[nodiscard]] rules::Timestamp next_timer() const override { return fold_.next_timer(); }
  [[nodiscard]] std::size_t touched() const override { return fold_.touched(); }
  FoldCounters& counters() override { return fold_.counters(); }
  [[nodiscard]] const PatientStore* patients() const override { return &fold_.patients(); }

  /// As PartitionFold::change_scoring.
  void change_scoring(const Scoring& scoring);

 private:
  void journal(std::string_view value, rules::Timestamp time, Outbox& out) const;
  void journal_command(const InputRecord& command, std::int64_t after, Outbox& out) const;

  const std::int32_t partition_;
  const bool routed_;
  const bool partition_time_;  ///< time goes on for all of its patients at once
  const std::string topic_;
  std::string version_;
  std::shared_ptr<const rules::RuleSet> rules_;
  PartitionFold fold_;
  std::string encoded_;
};

/// Makes scoring tasks.
class ScoringTasks : public TaskFactory {
 public:
  explicit ScoringTasks(FoldSettings settings) : settings_(std::move(settings)) {}
  std::unique_ptr<PartitionTask> make(std::int32_t partition) override {
    return std::make_unique<ScoringTask>(partition, settings_);
  }
  void change_scoring(const Scoring& scoring) override { static_cast<Scoring&>(settings_) = scoring; }
  void rescore(PartitionTask& task) override { static_cast<ScoringTask&>(task).change_scoring(settings_); }
  [[nodiscard]] std::shared_ptr<const rules::RuleSet> rules() const override { return settings_.rules; }

 private:
  FoldSettings settings_;
};

}  // namespace coagwatch::daemon

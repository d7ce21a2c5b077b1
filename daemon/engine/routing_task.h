#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/partition_task.h"
#include "daemon/routing/router.h"

namespace coagwatch::daemon {

/// The router stage, over one partition of one input topic. It keeps nothing in the state topic: the group's committed
/// offset says where to go on.
class RoutingTask : public PartitionTask {
 public:
  /// `topic`, `partition`: where it reads; `partitions`: how many `coagwatch.by-patient` has.
  RoutingTask(std::string topic, std::int32_t partition, std::int32_t partitions, const FoldSettings& settings);

  std::optional<std::string> restore(std::string_view /*key*/, std::optional<std::string_view> /*value*/) override {
    return "the router stage has no state";
  }
  [[nodiscard]] std::string_view owner() const override { return {}; }
  StartDecision decide(const PartitionFacts& facts) override;

  void enter(std::string_view /*owner*/, Outbox& /*out*/) override {}
  std::optional<std::string> apply(const InputRecord& record, Outbox& out) override;
  void flush(Outbox& /*out*/) override {}
  void commit() override {}
  void rollback() override {}
  FoldCounters& counters() override { return router_.counters(); }

  /// As Router::change_scoring.
  void change_scoring(const Scoring& scoring) { router_.change_scoring(scoring); }

 private:
  const std::string topic_;
  const std::int32_t partition_;
  const std::int32_t partitions_;
  Router router_;
  std::string source_;
};

/// Makes routing tasks.
class RoutingTasks : public TaskFactory {
 public:
  /// `topics` as in the seam's numbering of input partitions.
  RoutingTasks(std::vector<std::string> topics, std::int32_t partitions, FoldSettings settings)
      : topics_(std::move(topics)), partitions_(partitions), settings_(std::move(settings)) {}
  std::unique_ptr<PartitionTask> make(std::int32_t partition) override;
  void change_scoring(const Scoring& scoring) override { static_cast<Scoring&>(settings_) = scoring; }
  void rescore(PartitionTask& task) override { static_cast<RoutingTask&>(task).change_scoring(settings_); }

 private:
  std::vector<std::string> topics_;
  std::int32_t partitions_;
  FoldSettings settings_;
};

}  // namespace coagwatch::daemon

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/scoring_task.h"
#include "daemon/engine/scripted_broker.h"
#include "daemon/engine/state_copies.h"
#include "daemon/engine/worker.h"
#include "daemon/fold/fold_fixture.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {

/// For tests: keeps what the engine tells.
class RecordingObserver : public EngineObserver {
 public:
  void partition_committed(std::int32_t partition, const FoldCounters& counters) override {
    committed.emplace_back(partition, counters.records);
  }
  void transaction_ended(CommitOutcome outcome, std::chrono::steady_clock::duration) override {
    outcomes.push_back(outcome);
  }
  void alert_latency(std::chrono::microseconds latency) override { latencies.push_back(latency); }
  void producer_replaced(std::string_view cause) override { replacements.emplace_back(cause); }
  void partition_stopped(std::int32_t partition, std::string_view error) override {
    stopped.emplace_back(partition, error);
  }
  void notice(std::string_view text) override { notices.emplace_back(text); }
  void rule_set_taken(const std::shared_ptr<const rules::RuleSet>& rules) override { rule_sets.push_back(rules->hash); }
  void read_again(std::int32_t partition, std::string_view /*why*/) override { second_looks.push_back(partition); }
  void restored(std::int32_t partition, std::uint64_t records, std::chrono::steady_clock::duration,
                std::chrono::steady_clock::duration waited) override {
    restores.emplace_back(partition, records);
    hidden.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(waited));
  }

  std::vector<std::pair<std::int32_t, std::uint64_t>> committed;  ///< partition, records
  std::vector<CommitOutcome> outcomes;
  std::vector<std::chrono::microseconds> latencies;
  std::vector<std::string> replacements;
  std::vector<std::pair<std::int32_t, std::string>> stopped;
  std::vector<std::int32_t> second_looks;
  std::vector<std::string> notices;
  std::vector<std::string> rule_sets;
  std::vector<std::pair<std::int32_t, std::uint64_t>> restores;
  std::vector<std::chrono::milliseconds> hidden;  ///< of those: how long an open transaction held back the rest
};

/// For tests: a worker over a scripted broker. Records that are no JSON are the simplest: each makes one dead letter.
class WorkerTest : public testing::Test {
 protected:
  Worker& worker() {
    if (!worker_) worker_ = std::make_unique<Worker>(broker_, copies(), settings_, observer_, options_);
    return *worker_;
  }
  StateCopies& copies() {
    if (!copies_) {
      copy_options_.faults = options_.faults;
      copies_ = std::make_unique<StateCopies>(broker_, std::make_unique<ScoringTasks>(settings_), copy_observer_,
                                              copy_options_);
    }
    return *copies_;
  }
  void step() {
    copies().step();
    worker().step();
  }
  /// Steps until the script is played and so much time more has passed.
  void play(std::chrono::milliseconds idle = std::chrono::milliseconds(300)) {
    while (!broker_.script_done()) step();
    const auto end = broker_.elapsed() + idle;
    while (broker_.elapsed() < end) step();
  }
  /// Brings partitions to run; nothing of it stays in the broker's notes.
  void assign(const std::vector<std::int32_t>& partitions) {
    broker_.push_event(BrokerEvent::Kind::assigned, partitions);
    play();
    for (const std::int32_t partition : partitions) {
      ASSERT_EQ(stage(partition), AssignedPartition::Stage::running) << error(partition);
    }
    broker_.calls.clear();
  }
  /// A partition with a history: what a worker of that id left behind at `last_offset`.
  void leave_state(std::int32_t partition, std::int64_t last_offset, const std::string& owner,
                   std::uint64_t sequence = 3) {
    PartitionRecord record;
    record.last_offset = last_offset;
    record.topic_id = "topic-id";
    record.rule_set = settings_.rules->hash;
    record.rule_set_sequence = sequence;
    record.owner = owner;
    leave_state(partition, record);
  }
  void leave_state(std::int32_t partition, const PartitionRecord& record) {
    std::string encoded;
    encode_partition_record(record, encoded);
    broker_.changelog[partition].emplace_back(kPartitionRecordKey, encoded);
    broker_.facts_of[partition] = PartitionFacts{"topic-id", record.last_offset + 1, 0, 1'000'000};
  }
  void push_assigned(std::vector<std::int32_t> partitions) {
    broker_.push_event(BrokerEvent::Kind::assigned, std::move(partitions));
  }
  void push_revoked(std::vector<std::int32_t> partitions) {
    broker_.push_event(BrokerEvent::Kind::revoked, std::move(partitions));
  }
  /// What a coordinator of the past tells.
  static PartitionFacts outdated() {
    PartitionFacts facts;
    facts.outdated = true;
    return facts;
  }
  void garbage(std::int32_t partition, std::int64_t from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      broker_.push_record(partition, from + i, "garbage " + std::to_string(from + i));
    }
  }
  /// Two records that together make one alert, at `offset` and the next one.
  void sick_patient(std::int32_t partition, std::int64_t offset) {
    broker_.push_record(partition, offset, fhir::ObservationJson().quantity("40", "10*9/L").text());
    broker_.push_record(partition, offset + 1,
                        fhir::ObservationJson().set("id", R"("b1")").loinc("30226-5").quantity("60", "ug/mL").text());
  }
  /// Values of a topic over all commits, in order.
  std::vector<std::string> committed(OutputTopic topic, std::int32_t partition) const {
    std::vector<std::string> values;
    for (const ScriptedBroker::Commit& commit : broker_.commits) {
      for (const ScriptedBroker::Output& output : commit.outputs) {
        if (output.topic == topic && output.partition == partition) values.push_back(output.value);
      }
    }
    return values;
  }
  static std::vector<std::string> garbage_values(std::int64_t from, std::int64_t to) {
    std::vector<std::string> values;
    for (std::int64_t i = from; i < to; ++i) values.push_back("garbage " + std::to_string(i));
    return values;
  }
  /// The partition record of the last commit.
  PartitionRecord committed_record(std::int32_t partition) const {
    PartitionRecord record;
    for (const auto& [key, value] : broker_.changelog.at(partition)) {
      if (key != kPartitionRecordKey) continue;
      EXPECT_EQ(decode_partition_record(value, record), std::nullopt);
    }
    return record;
  }
  WorkerSnapshot::Partition shown(std::int32_t partition) {
    for (const WorkerSnapshot::Partition& each : worker().snapshot().partitions) {
      if (each.number == partition) return each;
    }
    return {};
  }
  AssignedPartition::Stage stage(std::int32_t partition) { return shown(partition).stage; }
  std::string error(std::int32_t partition) { return shown(partition).error; }

  ScriptedBroker broker_;
  FoldSettings settings_ = test_fold_settings();
  RecordingObserver observer_;
  WorkerOptions options_;
  CopyObserver copy_observer_;
  StateCopiesOptions copy_options_;
  std::unique_ptr<StateCopies> copies_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace coagwatch::daemon

#pragma once

#include <array>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "daemon/engine/broker.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/simulated_consumer.h"
#include "tests/simulation/simulated_kafka.h"
#include "tests/simulation/simulated_producer.h"
#include "tests/simulation/simulated_restore.h"

namespace coagwatch::simulation {

/// Thrown out of a call of the seam: the process died there. Only the driver of a simulation catches it, and drops
/// the engine.
struct Killed {};

/// Topic names by role.
using OutputTopics = std::array<std::string, daemon::kOutputTopicCount>;
OutputTopics output_topics();

/// The seam over a simulated cluster: one client session with the faults that its source decides.
class SimulatedBroker final : public daemon::Broker {
 public:
  struct Settings {
    std::string transactional_id = "worker-0";
    Time transaction_timeout = std::chrono::seconds(10);
    bool hide_suspect = false;  ///< planted bug: a client that does not notice indefinite results
  };
  SimulatedBroker(SimulatedKafka& cluster, Settings settings, FaultSource& faults);

  /// What the rest of the world does while this process stands still.
  void while_stalled(std::function<void()> others) { others_ = std::move(others); }
  /// Partitions whose stop an injected fault excuses; others stop for no reason.
  [[nodiscard]] const std::set<std::int32_t>& excused() const { return excused_; }
  [[nodiscard]] bool owns(std::int32_t partition) const { return consumer_.owns(partition); }

  const daemon::BrokerEvent& poll(std::chrono::milliseconds timeout) override;
  void accept(std::span<const std::int32_t> partitions) override;
  void release(std::span<const std::int32_t> partitions) override;
  bool resume_at(std::int32_t partition, std::int64_t offset) override;
  bool rewind(std::int32_t partition, std::int64_t offset) override;
  void pause(std::int32_t partition) override;
  std::optional<daemon::PartitionFacts> facts(std::int32_t partition) override;
  bool begin() override;
  daemon::ProduceOutcome produce(const daemon::OutputRecord& record) override;
  daemon::CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) override;
  bool abort() override;
  bool producer_suspect() override;
  bool replace_producer() override;
  [[nodiscard]] std::string_view transactional_id() const override { return settings_.transactional_id; }
  void fence(std::string_view transactional_id) override;
  void start_restore(std::int32_t partition) override;
  daemon::RestoreProgress poll_restore(std::int32_t partition, daemon::ChangelogSink& sink,
                                       std::chrono::milliseconds budget) override;
  void stop_restore(std::int32_t partition) override;
  std::chrono::steady_clock::time_point now() override;
  rules::Timestamp wall_clock() override;
  void close() override;

 private:
  /// Every call begins here: time passes, and what the fault source decided happens, as far as it concerns any
  /// call. The rest is returned for the call itself.
  Fault enter(Call call);
  /// Every call ends here.
  void leave(Fault fault);
  [[noreturn]] void die();
  void stall();
  const daemon::BrokerEvent& wait(std::chrono::milliseconds timeout);

  SimulatedKafka& cluster_;
  Settings settings_;
  FaultSource& faults_;
  OutputTopics topics_ = output_topics();
  SimulatedConsumer consumer_;
  SimulatedProducer producer_;
  SimulatedRestore restore_;
  std::function<void()> others_;
  std::set<std::int32_t> excused_;
  daemon::BrokerEvent quiet_;
  bool dead_ = false;
};

}  // namespace coagwatch::simulation

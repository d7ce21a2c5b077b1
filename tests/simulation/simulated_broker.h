#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "daemon/engine/broker.h"
#include "daemon/engine/changelog_reader.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/past_leaders.h"
#include "tests/simulation/seam_bugs.h"
#include "tests/simulation/simulated_changelog.h"
#include "tests/simulation/simulated_commands.h"
#include "tests/simulation/simulated_consumer.h"
#include "tests/simulation/simulated_kafka.h"
#include "tests/simulation/simulated_producer.h"

namespace coagwatch::simulation {

/// Thrown out of a call of the seam: the process died there. Only the driver of a simulation catches it, and drops
/// the engine.
struct Killed {};

/// Topic names by role.
using OutputTopics = std::array<std::string, daemon::kOutputTopicCount>;
OutputTopics output_topics();
/// Those of a router stage, which writes what the scoring stage reads.
OutputTopics router_topics(const SimulatedKafka& cluster);

/// How often a fetch brings nothing although there is something, per 10,000.
inline constexpr std::uint32_t kSlowFetch = 1'000;
/// So long a broker may not know that it is in charge no more.
inline constexpr Time kStale = std::chrono::seconds(20);

/// Both seams over a simulated cluster: the client session of one process with the faults that its source decides.
class SimulatedBroker final : public daemon::Broker, public daemon::ChangelogReader {
 public:
  struct Settings {
    std::string transactional_id = "worker-0";
    Time transaction_timeout = std::chrono::seconds(10);
    SeamBugs bugs = {};
    Time wrong_clock_until{0};       ///< until then the process's clock is a year ahead
    std::int64_t records_read = 40;  ///< of the changelog, at most, in one call
    SimulatedConsumer::Source source = SimulatedConsumer::Source::input;
  };
  SimulatedBroker(SimulatedKafka& cluster, Settings settings, FaultSource& faults);

  /// What the rest of the world does while this process stands still.
  void while_stalled(std::function<void()> others) {
    others_ = std::move(others);
    producer_.while_stalled([this] { stall(Call::commit); });
  }
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
  [[nodiscard]] std::optional<std::int64_t> known_end(std::int32_t partition) override;
  [[nodiscard]] std::optional<std::int64_t> confirmed_end(std::int32_t partition) override;
  bool follow_commands(std::int32_t partition, std::int64_t offset) override;
  void unfollow_commands(std::int32_t partition) override;
  bool begin() override;
  daemon::ProduceOutcome produce(const daemon::OutputRecord& record) override;
  daemon::CommitOutcome mark_group(std::span<const std::int32_t> partitions) override;
  daemon::CommitOutcome mark_state(std::span<const std::int32_t> partitions, std::span<std::int64_t> ends) override;
  daemon::CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) override;
  bool abort() override;
  bool producer_suspect() override;
  bool replace_producer() override;
  [[nodiscard]] std::string_view transactional_id() const override { return settings_.transactional_id; }
  bool fence(std::string_view transactional_id) override;
  std::optional<daemon::ChangelogBounds> bounds(std::int32_t partition) override;
  void start_reading(std::int32_t partition, std::int64_t offset) override;
  daemon::ChangelogPosition read(std::int32_t partition, daemon::ChangelogSink& sink,
                                 std::chrono::milliseconds budget) override;
  void stop_reading(std::int32_t partition) override;
  /// Of both seams.
  std::chrono::steady_clock::time_point now() override;
  rules::Timestamp wall_clock() override;
  void close() override;

 private:
  /// Every call begins here: time passes, and what the fault source decided happens, as far as it concerns any
  /// call. The rest is returned for the call itself.
  Fault enter(Call call);
  Fault unanswered(Call call);
  /// Every call ends here.
  void leave(Fault fault);
  [[noreturn]] void die();
  void stall(Call call);
  [[nodiscard]] const std::string& topic(daemon::OutputTopic role) const {
    return topics_[static_cast<std::size_t>(role)];
  }
  struct Mark {
    std::int32_t place = 0;  // under the number of which partition it was committed
    std::int64_t offset = -1;
  };
  [[nodiscard]] std::int32_t place_of(std::int32_t first) const;
  daemon::CommitOutcome commit_mark(std::span<const std::int32_t> partitions, const Mark& mark, bool state,
                                    Fault fault);
  void ask_past_leaders(std::int32_t partition);
  [[nodiscard]] std::pair<std::int64_t, std::int32_t> told_end(const PastLeaders& leaders, std::int32_t partition,
                                                               const SimulatedLog& log) const;
  bool ask_others(const SimulatedGroup& group, std::int32_t partition, daemon::PartitionFacts& facts);
  const daemon::BrokerEvent& wait(std::chrono::milliseconds timeout);
  void note_ends();
  void check_tick(const daemon::OutputRecord& record);

  SimulatedKafka& cluster_;
  Settings settings_;
  FaultSource& faults_;
  OutputTopics topics_;
  SimulatedConsumer consumer_;
  SimulatedProducer producer_;
  SimulatedChangelog changelog_;
  SimulatedCommands commands_;
  std::function<void()> others_;
  std::set<std::int32_t> excused_;
  std::map<std::int32_t, std::string> identities_;     // of each partition's topic, when facts() last told
  std::map<std::int32_t, std::int64_t> fetched_ends_;  // as of the last fetch, in whichever assignment
  std::map<std::int32_t, std::int64_t> confirmed_;     // since the last poll
  std::map<std::int32_t, Mark> marks_;                 // of each partition the last
  PastLeaders told_;                                   // facts() asks them
  PastLeaders told_of_commands_;                       // likewise
  std::map<std::int32_t, Time> next_past_leader_;
  daemon::BrokerEvent quiet_;
  bool wrong_time_ = false;  // the open transaction has a record that the broker refuses
  bool dead_ = false;
};

}  // namespace coagwatch::simulation

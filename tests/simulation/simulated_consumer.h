#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "daemon/engine/broker.h"
#include "tests/simulation/delivered_record.h"
#include "tests/simulation/past_leaders.h"
#include "tests/simulation/seam_bugs.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// The consumer of one client: its membership of the group, which goes on in the background, and the positions of
/// its partitions.
class SimulatedConsumer final : public Background {
 public:
  /// What it reads, in which group.
  enum class Source : std::uint8_t { input, raw };

  explicit SimulatedConsumer(SimulatedKafka& cluster, Source source = Source::input, const SeamBugs& bugs = {});
  ~SimulatedConsumer() override;
  SimulatedConsumer(const SimulatedConsumer&) = delete;
  SimulatedConsumer& operator=(const SimulatedConsumer&) = delete;

  /// The next rebalance event or record, if there is one now. Invalidates what the call before returned.
  const daemon::BrokerEvent* next();
  /// Ends the life of what next() returned, as every poll does.
  void expire();
  void accept(std::span<const std::int32_t> partitions);
  void release(std::span<const std::int32_t> partitions);
  void resume_at(std::int32_t partition, std::int64_t offset);
  void rewind(std::int32_t partition, std::int64_t offset);
  void pause(std::int32_t partition);
  [[nodiscard]] bool owns(std::int32_t partition) const { return flows_.contains(partition); }
  [[nodiscard]] std::set<std::int32_t> held() const;
  /// The topic, and the log, of a partition by its number.
  [[nodiscard]] std::string topic_of(std::int32_t number) const;
  [[nodiscard]] SimulatedLog& log(std::int32_t number) const;
  [[nodiscard]] SimulatedGroup& group() const { return group_; }
  /// The group of whoever reads that.
  static SimulatedGroup& group_of(SimulatedKafka& cluster, Source source);
  /// True after poll said so, until release.
  [[nodiscard]] bool told_lost() const { return unanswered_ == Kind::lost; }
  /// Of what it fetches.
  PastLeaders& past() { return past_; }

  /// What a transaction's offset commit carries: 0 if the group does not know us.
  [[nodiscard]] MemberId member() const { return member_; }
  [[nodiscard]] std::int32_t generation() const { return generation_; }
  /// Leaves the group.
  void leave();
  /// The process is dead: no heartbeat any more, and no farewell.
  void die() { dead_ = true; }
  /// The process stands still, or goes on.
  void stall(bool stalled) { stalled_ = stalled; }

  void run_background() override;

 private:
  using Kind = daemon::BrokerEvent::Kind;
  struct Rebalance {
    Kind kind = Kind::none;
    std::set<std::int32_t> partitions;
  };
  struct Flow {
    bool flowing = false;
    std::int64_t position = -1;
    std::int64_t rewound_from = -1;  // with stale_record_after_rewind
  };
  [[nodiscard]] bool busy() const { return lost_ || !rebalances_.empty() || unanswered_ != Kind::none; }
  void synchronise();
  const daemon::BrokerEvent* next_rebalance();
  const daemon::BrokerEvent* next_record();
  const daemon::BrokerEvent* deliver(std::int32_t partition, Flow& flow);
  Flow* owned(std::int32_t partition, const char* call);

  SimulatedKafka& cluster_;
  Source source_;
  SimulatedGroup& group_;
  SeamBugs bugs_;
  bool dead_ = false;
  bool stalled_ = false;
  MemberId member_ = 0;
  std::int32_t generation_ = -1;
  bool lost_ = false;  // thrown out, and the application does not know yet
  std::deque<Rebalance> rebalances_;
  Kind unanswered_ = Kind::none;
  std::set<std::int32_t> asked_;  // the partitions of the event that is unanswered
  std::map<std::int32_t, Flow> flows_;
  PastLeaders past_;
  daemon::BrokerEvent event_;
  std::unique_ptr<DeliveredRecord> delivered_;  // what event_ points into
};

}  // namespace coagwatch::simulation

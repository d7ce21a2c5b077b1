#include "tests/simulation/simulated_consumer.h"

#include <algorithm>
#include <iterator>

#include "daemon/engine/input_number.h"

namespace coagwatch::simulation {
namespace {

/// How often a background request is answered at once rather than later, per 10,000.
constexpr std::uint32_t kPrompt = 5'000;

std::set<std::int32_t> minus(const std::set<std::int32_t>& a, const std::set<std::int32_t>& b) {
  std::set<std::int32_t> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
  return rest;
}

}  // namespace

SimulatedConsumer::SimulatedConsumer(SimulatedKafka& cluster, Source source, const SeamBugs& bugs)
    : cluster_(cluster), source_(source), group_(group_of(cluster, source)), bugs_(bugs) {
  cluster_.attach(*this);
}

SimulatedGroup& SimulatedConsumer::group_of(SimulatedKafka& cluster, Source source) {
  return source == Source::raw ? cluster.router_group() : cluster.group();
}

std::string SimulatedConsumer::topic_of(std::int32_t number) const {
  return source_ == Source::raw ? raw_topic(daemon::input_topic_of(number)) : cluster_.settings().input;
}

SimulatedLog& SimulatedConsumer::log(std::int32_t number) const {
  return cluster_.log(topic_of(number), daemon::input_partition_of(number));
}

SimulatedConsumer::~SimulatedConsumer() { cluster_.detach(*this); }

std::set<std::int32_t> SimulatedConsumer::held() const {
  std::set<std::int32_t> held;
  for (const auto& [partition, flow] : flows_) held.insert(partition);
  return held;
}

void SimulatedConsumer::run_background() {
  if (dead_ || stalled_) return;
  if (member_ != 0 && !group_.heartbeat(member_, cluster_.now())) {
    member_ = 0;
    rebalances_.clear();
    lost_ = true;
  }
  // While the application has not answered, the client takes no further step.
  if (busy() || !cluster_.random().chance(kPrompt)) return;
  if (member_ == 0) {
    member_ = group_.join(cluster_.now());
    generation_ = -1;
  } else if (group_.must_rejoin(member_)) {
    group_.rejoin(member_, held());
  } else if (!group_.rebalancing() && group_.generation() != generation_) {
    synchronise();
  }
}

void SimulatedConsumer::synchronise() {
  generation_ = group_.generation();
  const std::set<std::int32_t> assignment = group_.assignment(member_);
  const std::set<std::int32_t> mine = held();
  if (auto gone = minus(mine, assignment); !gone.empty()) rebalances_.push_back({Kind::revoked, std::move(gone)});
  if (auto fresh = minus(assignment, mine); !fresh.empty()) rebalances_.push_back({Kind::assigned, std::move(fresh)});
}

const daemon::BrokerEvent* SimulatedConsumer::next() {
  if (unanswered_ != Kind::none) cluster_.violation("poll before the rebalance was answered");
  expire();
  if (const auto* event = next_rebalance()) return event;
  return next_record();
}

void SimulatedConsumer::expire() {
  event_ = {};
  delivered_.reset();
}

const daemon::BrokerEvent* SimulatedConsumer::next_rebalance() {
  if (lost_) {
    lost_ = false;
    if (flows_.empty()) return nullptr;
    rebalances_.push_back({Kind::lost, held()});
  }
  if (rebalances_.empty()) return nullptr;
  unanswered_ = rebalances_.front().kind;
  asked_ = std::move(rebalances_.front().partitions);
  rebalances_.pop_front();
  event_.kind = unanswered_;
  event_.partitions.assign(asked_.begin(), asked_.end());
  return &event_;
}

const daemon::BrokerEvent* SimulatedConsumer::next_record() {
  std::vector<std::int32_t> flowing;
  for (const auto& [partition, flow] : flows_) {
    if (flow.flowing) flowing.push_back(partition);
  }
  while (!flowing.empty()) {
    const auto which = static_cast<std::size_t>(cluster_.random().below(flowing.size()));
    if (const auto* event = deliver(flowing[which], flows_.at(flowing[which]))) return event;
    flowing.erase(flowing.begin() + static_cast<std::ptrdiff_t>(which));
  }
  return nullptr;
}

const daemon::BrokerEvent* SimulatedConsumer::deliver(std::int32_t partition, Flow& flow) {
  const SimulatedLog& log = this->log(partition);
  const std::int64_t end = past_.end(partition, cluster_.now()).value_or(log.end());
  if (flow.position < log.start() || flow.position > end) {
    flow.flowing = false;
    event_.kind = Kind::failed;
    event_.partitions = {partition};
    event_.error = "offset out of range";
    event_.out_of_range = true;
    return &event_;
  }
  if (flow.position == end) return nullptr;
  std::int64_t& position = flow.rewound_from >= 0 ? flow.rewound_from : flow.position;
  const std::int64_t before = position;
  const LogRecord* record =
      bugs_.read_uncommitted_input ? log.read_uncommitted(position) : log.read_committed(position);
  const std::int64_t after = position;
  flow.rewound_from = -1;
  if (record == nullptr) {
    if (after == before) return nullptr;
    event_.kind = Kind::end;
    event_.partitions = {partition};
    event_.offset = after;
    return &event_;
  }
  delivered_ = std::make_unique<DeliveredRecord>(*record);
  event_.kind = Kind::record;
  event_.record = delivered_->view(partition);
  return &event_;
}

SimulatedConsumer::Flow* SimulatedConsumer::owned(std::int32_t partition, const char* call) {
  const auto found = flows_.find(partition);
  if (found != flows_.end()) return &found->second;
  cluster_.violation(std::string(call) + " of a partition that is not ours");
  return nullptr;
}

void SimulatedConsumer::accept(std::span<const std::int32_t> partitions) {
  if (unanswered_ != Kind::assigned || std::set<std::int32_t>(partitions.begin(), partitions.end()) != asked_) {
    cluster_.violation("accept without such an assignment");
  }
  unanswered_ = Kind::none;
  for (const std::int32_t partition : partitions) flows_[partition] = {};
}

void SimulatedConsumer::release(std::span<const std::int32_t> partitions) {
  const bool asked = unanswered_ == Kind::revoked || unanswered_ == Kind::lost;
  if (!asked || std::set<std::int32_t>(partitions.begin(), partitions.end()) != asked_) {
    cluster_.violation("release without such a revocation");
  }
  for (const std::int32_t partition : partitions) flows_.erase(partition);
  // Cooperative: what was given up can go to its new owner in the next generation only.
  if (unanswered_ == Kind::revoked && group_.known(member_)) {
    group_.request_rebalance(cluster_.now());
  }
  unanswered_ = Kind::none;
}

void SimulatedConsumer::resume_at(std::int32_t partition, std::int64_t offset) {
  Flow* flow = owned(partition, "resume_at");
  if (flow == nullptr) return;
  if (flow->flowing) cluster_.violation("resume_at of a partition that is not paused");
  *flow = {true, offset, -1};
}

void SimulatedConsumer::rewind(std::int32_t partition, std::int64_t offset) {
  Flow* flow = owned(partition, "rewind");
  if (flow != nullptr) *flow = {true, offset, bugs_.stale_record_after_rewind ? flow->position : -1};
}

void SimulatedConsumer::pause(std::int32_t partition) {
  Flow* flow = owned(partition, "pause");
  if (flow != nullptr) flow->flowing = false;
}

void SimulatedConsumer::leave() {
  if (group_.known(member_)) group_.leave(member_, cluster_.now());
  member_ = 0;
  dead_ = true;
}

}  // namespace coagwatch::simulation

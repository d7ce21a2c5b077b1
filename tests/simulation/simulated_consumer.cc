#include "tests/simulation/simulated_consumer.h"

#include <algorithm>
#include <iterator>

namespace coagwatch::simulation {
namespace {

/// How often a background request is answered at once rather than later, per 10,000.
constexpr std::uint32_t kPrompt = 5'000;

std::set<std::int32_t> minus(const std::set<std::int32_t>& a, const std::set<std::int32_t>& b) {
  std::set<std::int32_t> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
  return rest;
}

/// Makes a use after the time of life visible also without a sanitizer.
void scribble(LogRecord& record) {
  if (record.key) std::fill(record.key->begin(), record.key->end(), '#');
  if (record.value) std::fill(record.value->begin(), record.value->end(), '#');
}

}  // namespace

SimulatedConsumer::SimulatedConsumer(SimulatedKafka& cluster) : cluster_(cluster) { cluster_.attach(*this); }

SimulatedConsumer::~SimulatedConsumer() { cluster_.detach(*this); }

std::set<std::int32_t> SimulatedConsumer::held() const {
  std::set<std::int32_t> held;
  for (const auto& [partition, flow] : flows_) held.insert(partition);
  return held;
}

void SimulatedConsumer::run_background() {
  if (dead_ || stalled_) return;
  SimulatedGroup& group = cluster_.group();
  if (member_ != 0 && !group.heartbeat(member_, cluster_.now())) {
    member_ = 0;
    rebalances_.clear();
    lost_ = true;
  }
  // While the application has not answered, the client takes no further step.
  if (busy() || !cluster_.random().chance(kPrompt)) return;
  if (member_ == 0) {
    member_ = group.join(cluster_.now());
    generation_ = -1;
  } else if (group.must_rejoin(member_)) {
    group.rejoin(member_, held());
  } else if (!group.rebalancing() && group.generation() != generation_) {
    synchronise();
  }
}

void SimulatedConsumer::synchronise() {
  generation_ = cluster_.group().generation();
  const std::set<std::int32_t> assignment = cluster_.group().assignment(member_);
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
  if (record_) scribble(*record_);
  record_.reset();
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
  const SimulatedLog& log = cluster_.log(cluster_.settings().input, partition);
  if (flow.position < log.start() || flow.position > log.end()) {
    flow.flowing = false;
    event_.kind = Kind::failed;
    event_.partitions = {partition};
    event_.error = "offset out of range";
    return &event_;
  }
  const LogRecord* record = log.read_committed(flow.position);
  if (record == nullptr) return nullptr;
  record_ = std::make_unique<LogRecord>(*record);
  event_.kind = Kind::record;
  event_.record.partition = partition;
  event_.record.offset = record_->offset;
  event_.record.time = record_->time;
  event_.record.key = record_->key;
  event_.record.value = record_->value;
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
  if (unanswered_ == Kind::revoked && cluster_.group().known(member_)) {
    cluster_.group().request_rebalance(cluster_.now());
  }
  unanswered_ = Kind::none;
}

void SimulatedConsumer::resume_at(std::int32_t partition, std::int64_t offset) {
  Flow* flow = owned(partition, "resume_at");
  if (flow == nullptr) return;
  if (flow->flowing) cluster_.violation("resume_at of a partition that is not paused");
  *flow = {true, offset};
}

void SimulatedConsumer::rewind(std::int32_t partition, std::int64_t offset) {
  Flow* flow = owned(partition, "rewind");
  if (flow != nullptr) *flow = {true, offset};
}

void SimulatedConsumer::pause(std::int32_t partition) {
  Flow* flow = owned(partition, "pause");
  if (flow != nullptr) flow->flowing = false;
}

void SimulatedConsumer::leave() {
  if (cluster_.group().known(member_)) cluster_.group().leave(member_, cluster_.now());
  member_ = 0;
  dead_ = true;
}

}  // namespace coagwatch::simulation

#include "tests/simulation/simulated_group.h"

#include <algorithm>

#include "daemon/engine/input_number.h"

namespace coagwatch::simulation {
namespace {

constexpr Time kRemembered = std::chrono::seconds(30);

}  // namespace

MemberId SimulatedGroup::join(Time now) {
  const MemberId member = next_member_++;
  members_[member].heard = now;
  request_rebalance(now);
  members_[member].joined = true;
  return member;
}

void SimulatedGroup::leave(MemberId member, Time now) { remove(member, now); }

void SimulatedGroup::evict(MemberId member, Time now) { remove(member, now); }

void SimulatedGroup::remove(MemberId member, Time now) {
  if (members_.erase(member) != 0) request_rebalance(now);
}

bool SimulatedGroup::heartbeat(MemberId member, Time now) {
  const auto found = members_.find(member);
  if (found == members_.end()) return false;
  found->second.heard = now;
  return true;
}

void SimulatedGroup::request_rebalance(Time now) {
  if (rebalancing_) return;
  rebalancing_ = true;
  rebalance_started_ = now;
  for (auto& [id, member] : members_) member.joined = false;
}

void SimulatedGroup::rejoin(MemberId member, const std::set<std::int32_t>& held) {
  const auto found = members_.find(member);
  if (found == members_.end() || !rebalancing_) return;
  found->second.held = held;
  found->second.joined = true;
}

bool SimulatedGroup::must_rejoin(MemberId member) const {
  const auto found = members_.find(member);
  return rebalancing_ && found != members_.end() && !found->second.joined;
}

void SimulatedGroup::advance(Time now) {
  now_ = now;
  std::vector<MemberId> gone;
  const bool late = rebalancing_ && now - rebalance_started_ > settings_.rebalance_timeout;
  for (const auto& [id, member] : members_) {
    if (now - member.heard > settings_.session_timeout || (late && !member.joined)) gone.push_back(id);
  }
  for (const MemberId member : gone) remove(member, now);
  if (!rebalancing_ || members_.empty()) return;
  if (std::all_of(members_.begin(), members_.end(), [](const auto& item) { return item.second.joined; })) complete();
}

void SimulatedGroup::restarted(Time now) {
  for (auto& [id, member] : members_) member.heard = now;
  if (rebalancing_) rebalance_started_ = now;
}

std::map<std::int32_t, MemberId> SimulatedGroup::holders() const {
  std::map<std::int32_t, MemberId> holders;
  for (const auto& [id, member] : members_) {
    for (const std::int32_t partition : member.held) holders[partition] = id;
  }
  return holders;
}

std::vector<std::int32_t> SimulatedGroup::numbers() const {
  std::vector<std::int32_t> numbers;
  for (std::size_t topic = 0; topic < settings_.topics; ++topic) {
    for (std::int32_t partition = 0; partition < settings_.partitions; ++partition) {
      numbers.push_back(daemon::input_number(topic, partition));
    }
  }
  return numbers;
}

void SimulatedGroup::complete() {
  ++generation_;
  rebalancing_ = false;
  const std::map<std::int32_t, MemberId> held = holders();
  const std::vector<std::int32_t> all = numbers();
  const std::size_t count = all.size();
  const std::size_t least = count / members_.size();
  std::size_t larger = count % members_.size();  // so many members get one more
  std::map<MemberId, std::set<std::int32_t>> target;
  std::vector<std::int32_t> homeless;
  for (auto& [id, member] : members_) target[id];
  for (const std::int32_t partition : all) {
    const auto holder = held.find(partition);
    // Now and then an assignor moves more than it must.
    if (holder == held.end() || random_.chance(300)) {
      homeless.push_back(partition);
      continue;
    }
    std::set<std::int32_t>& mine = target[holder->second];
    if (mine.size() < least) {
      mine.insert(partition);
    } else if (mine.size() == least && larger > 0) {
      --larger;
      mine.insert(partition);
    } else {
      homeless.push_back(partition);
    }
  }
  while (!homeless.empty()) {
    const std::size_t which = static_cast<std::size_t>(random_.below(homeless.size()));
    const auto poorest = std::min_element(
        target.begin(), target.end(), [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    poorest->second.insert(homeless[which]);
    homeless.erase(homeless.begin() + static_cast<std::ptrdiff_t>(which));
  }
  for (auto& [id, member] : members_) {
    member.assignment.clear();
    for (const std::int32_t partition : target[id]) {
      // Cooperative: what another member still holds is given only after that one gave it up.
      const auto holder = held.find(partition);
      if (holder == held.end() || holder->second == id) member.assignment.insert(partition);
    }
  }
}

std::set<std::int32_t> SimulatedGroup::assignment(MemberId member) const {
  const auto found = members_.find(member);
  return found == members_.end() ? std::set<std::int32_t>() : found->second.assignment;
}

SimulatedGroup::CommitError SimulatedGroup::commit_in_transaction(
    TransactionId transaction, MemberId member, std::int32_t generation,
    const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets) {
  if (!known(member)) return CommitError::unknown_member;
  if (generation != generation_) return CommitError::illegal_generation;
  commit_without_member(transaction, offsets);
  return CommitError::none;
}

void SimulatedGroup::commit_without_member(TransactionId transaction,
                                           const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets) {
  remember();
  auto& pending = pending_[transaction];
  for (const auto& [partition, offset] : offsets) pending[partition] = offset;
}

void SimulatedGroup::end_transaction(TransactionId transaction, bool commit) {
  const auto [name, member] = committers_[transaction];
  committers_.erase(transaction);
  const auto found = pending_.find(transaction);
  if (found == pending_.end()) return;
  remember();
  if (commit) {
    if (!name.empty()) members_by_name_[name] = member;
    for (const auto& [partition, offset] : found->second) {
      committed_[partition] = offset;
      owners_[partition] = name;
      if (partition < kMarks) history_.push_back({transaction, partition, offset});
    }
  }
  pending_.erase(found);
}

SimulatedGroup::Committed SimulatedGroup::committed(std::int32_t partition) const {
  for (const auto& [transaction, offsets] : pending_) {
    if (offsets.contains(partition)) return {};
  }
  const auto found = committed_.find(partition);
  if (found == committed_.end()) return {true, std::nullopt};
  return {true, found->second};
}

SimulatedGroup SimulatedGroup::as_of(Time at) const {
  SimulatedGroup then = *this;
  const auto found = std::ranges::find_if(past_, [&](const Past& past) { return at < past.until; });
  if (found == past_.end()) return then;
  then.committed_ = found->committed;
  then.topics_of_ = found->topics_of;
  then.owners_ = found->owners;
  then.pending_ = found->pending;
  return then;
}

/// To be called before anything of it changes.
void SimulatedGroup::remember() {
  past_.push_back({now_, committed_, topics_of_, owners_, pending_});
  while (past_.front().until + kRemembered < now_) past_.pop_front();
}

void SimulatedGroup::note_topic(std::int32_t partition, const std::string& id) {
  remember();
  topics_of_[partition] = id;
}

void SimulatedGroup::set_committed(std::int32_t partition, std::optional<std::int64_t> offset) {
  if (offset) {
    committed_[partition] = *offset;
  } else {
    committed_.erase(partition);
  }
  // Neither a reset nor a loss leaves what came with it.
  topics_of_.erase(partition);
  owners_.erase(partition);
}

std::string SimulatedGroup::committed_by(std::int32_t partition) const {
  const auto found = owners_.find(partition);
  return found == owners_.end() ? std::string() : found->second;
}

bool SimulatedGroup::has_member(const std::string& transactional_id) const {
  const auto found = members_by_name_.find(transactional_id);
  return found != members_by_name_.end() && known(found->second);
}

std::string SimulatedGroup::noted_topic(std::int32_t partition) const {
  const auto found = topics_of_.find(partition);
  return found == topics_of_.end() || !committed_.contains(partition) ? std::string() : found->second;
}

}  // namespace coagwatch::simulation

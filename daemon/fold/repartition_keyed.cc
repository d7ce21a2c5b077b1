// Where the site divides the patients: partitions know nothing of each other.

#include "daemon/fold/repartition.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {

/// Where the site divides patients, the partition of the Patient resource that says something of one.
std::int32_t Repartition::home_of_claim(std::string_view key, std::string_view claimant, std::string_view into) const {
  return home_of(key.ends_with(claimant) ? key : into);
}

/// What a partition that knows nothing of others has of a patient.
rules::PatientState Repartition::keyed_state_in(std::int32_t partition, const std::string& key,
                                                const Linked& linked) const {
  const bool is_home = linked.home == partition;
  rules::PatientState state = is_home ? linked.state : rules::PatientState();
  state.links.clear();
  for (const rules::StoredLink& link : linked.state.links) {
    const std::string_view claimant = linked.state.view(link.claimant);
    const std::string_view into = linked.state.view(link.into);
    if (home_of_claim(key, claimant, into) == partition) rules::put_link(state, claimant, into);
  }
  const std::string other(rules::linked_to(state));
  const bool stays = linked.was_merged && !other.empty() && home_of(other) == partition;
  rules::set_merged_into(state, stays && (!is_home || linked.into == other) ? other : std::string());
  rules::set_copied_to(state, {});
  state.copied = 0;
  return state;
}

/// Who was merged and is not beside the other one any more goes on by himself; who is beside him now is merged. The
/// folds are asked for that, since they have to say so.
void Repartition::finish_keyed() {
  std::set<std::pair<std::int32_t, std::string>> places;
  std::set<std::string> changed = joined_;
  for (const auto& [key, linked] : linked_) {
    std::set<std::int32_t> partitions = {linked.home};
    for (const rules::StoredLink& link : linked.state.links) {
      partitions.insert(home_of_claim(key, linked.state.view(link.claimant), linked.state.view(link.into)));
    }
    for (const std::int32_t partition : partitions) {
      const rules::PatientState state = keyed_state_in(partition, key, linked);
      put(partition, key, state);
      places.emplace(partition, key);
      const bool is_merged = state.merged_into.length != 0;
      const std::string_view other = rules::linked_to(state);
      const bool merges = !is_merged && !other.empty() && home_of(other) == partition;
      const bool moves = linked.home == partition && (is_merged != linked.was_merged || other != linked.named);
      if (merges || moves) changed.insert(key);
    }
  }
  add_connected(changed);
  for (const std::string& key : changed) places.emplace(home_of(key), key);
  for (const auto& [partition, key] : places) {
    if (changed.contains(key)) sink_.settle(partition, key);
  }
}

/// Adds everybody whom links, or how patients were scored, connect with these.
void Repartition::add_connected(std::set<std::string>& people) const {
  std::map<std::string, std::set<std::string>> beside;
  const auto connect = [&](const std::string& one, std::string_view other) {
    beside[one].emplace(other);
    beside[std::string(other)].insert(one);
  };
  for (const auto& [key, linked] : linked_) {
    for (const rules::StoredLink& link : linked.state.links) connect(key, linked.state.view(link.into));
    if (!linked.into.empty()) connect(key, linked.into);
  }
  std::vector<std::string> next(people.begin(), people.end());
  while (!next.empty()) {
    const std::string key = std::move(next.back());
    next.pop_back();
    for (const std::string& other : beside[key]) {
      if (people.insert(other).second) next.push_back(other);
    }
  }
}

}  // namespace coagwatch::daemon

#include "daemon/fold/repartition.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "daemon/fold/patient_copy.h"
#include "daemon/fold/patient_links.h"
#include "rules/episodes/copy.h"
#include "rules/episodes/join.h"
#include "rules/episodes/tiers.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

/// Whether nobody else has to do with the patient, but for those who are scored as him.
bool is_alone(const rules::PatientState& state) {
  return state.links.empty() && state.merged_into.length == 0 && state.copied_to.length == 0;
}

/// Says of each link whom it names by `name(key)`.
template <typename Name>
void rename_links(rules::PatientState& state, const Name& name) {
  std::vector<std::pair<std::string, std::string>> links;
  for (const rules::StoredLink& link : state.links) {
    links.emplace_back(state.view(link.claimant), name(state.view(link.into)));
  }
  state.links.clear();
  for (const auto& [claimant, into] : links) rules::put_link(state, claimant, into);
}

/// A state of which nothing but the links is known.
rules::PatientState links_of(const rules::PatientState& state) {
  rules::PatientState links;
  for (const rules::StoredLink& link : state.links) {
    rules::put_link(links, state.view(link.claimant), state.view(link.into));
  }
  return links;
}

}  // namespace

Repartition::Repartition(Settings settings, RepartitionSink& sink) : settings_(std::move(settings)), sink_(sink) {}

std::int32_t Repartition::home_of(std::string_view key) const {
  return settings_.to.partition_of(rules::own_key(key), settings_.to.partitions);
}

/// The key under which a partition keeps a patient. Where the router stage does not divide them, it has no others.
std::string Repartition::key_in(std::int32_t partition, std::string_view key) const {
  return home_of(key) == partition ? std::string(rules::own_key(key)) : rules::elsewhere(rules::own_key(key));
}

std::optional<std::string> Repartition::add(std::int32_t partition, std::string_view key, std::string_view value) {
  if (auto problem = decode_state(value, scratch_)) return problem;
  // Made anew of what his own partition has.
  if (rules::is_elsewhere(key)) return std::nullopt;
  if (auto problem = check_place(settings_.from, partition, key, scratch_)) return problem;
  const bool at_home = is_home(settings_.from, partition, key);
  if (!at_home && !is_claim(scratch_)) {
    strays_[std::string(key)].emplace_back(value);
    return std::nullopt;
  }
  if (at_home) ++patients_;
  if (!is_alone(scratch_)) {
    note(key, at_home);
  } else if (settings_.from.routed) {
    sink_.state(home_of(key), key, value);
  } else {
    // Another partition may have claims about him.
    alone_.emplace(key, value);
  }
  return std::nullopt;
}

/// Takes note of the state at hand.
void Repartition::note(std::string_view key, bool is_home) {
  rename_links(scratch_, [](std::string_view into) { return rules::own_key(into); });
  Linked& linked = linked_[std::string(key)];
  linked.home = home_of(key);
  const rules::PatientState& known = is_home ? linked.state : scratch_;
  std::vector<std::pair<std::string, std::string>> claims;
  for (const rules::StoredLink& link : known.links)
    claims.emplace_back(known.view(link.claimant), known.view(link.into));
  if (is_home) {
    linked.is_known = true;
    linked.state = scratch_;
    linked.into = rules::own_key(scratch_.view(scratch_.merged_into));
    linked.was_merged = !linked.into.empty();
    linked.named = rules::linked_to(scratch_);
  }
  for (const auto& [claimant, into] : claims) rules::put_link(linked.state, claimant, into);
}

void Repartition::put(std::int32_t partition, std::string_view key, const rules::PatientState& state) {
  encoded_.clear();
  encode_state(state, encoded_);
  sink_.state(partition, key, encoded_);
}

/// Of whom something has gone astray, all that is known is put together. The folds are asked to look at it: scores may
/// be others by that, and alerts that were told for want of it without ground.
void Repartition::join_strays() {
  for (const auto& [key, values] : strays_) {
    const auto alone = alone_.find(key);
    const auto linked = linked_.find(key);
    rules::PatientState whole;
    bool is_known = alone != alone_.end() && !decode_state(alone->second, whole);
    if (linked != linked_.end() && linked->second.is_known) {
      whole = linked->second.state;
      rules::set_merged_into(whole, linked->second.into);
      is_known = true;
    }
    if (is_known) joined_.insert(key);
    if (!is_known) ++patients_;
    for (const std::string& value : values) {
      if (decode_state(value, scratch_)) continue;
      if (!std::exchange(is_known, true)) {
        whole = scratch_;
        continue;
      }
      rules::join_patient(whole, scratch_, settings_.window);
      for (const rules::StoredLink& link : scratch_.links) {
        rules::put_link(whole, scratch_.view(link.claimant), scratch_.view(link.into));
      }
      joined_.insert(key);
    }
    if (is_alone(whole) && linked == linked_.end()) {
      encoded_.clear();
      encode_state(whole, encoded_);
      alone_.insert_or_assign(key, encoded_);
    } else {
      alone_.erase(key);
      scratch_ = std::move(whole);
      note(key, true);
    }
  }
}

void Repartition::finish() {
  join_strays();
  for (const auto& [key, value] : alone_) {
    if (!linked_.contains(key)) {
      sink_.state(home_of(key), key, value);
      if (joined_.erase(key) != 0) sink_.settle(home_of(key), key);
    } else if (!decode_state(value, scratch_)) {
      note(key, true);
    }
  }
  alone_.clear();
  PatientLinks links;
  for (const auto& [key, linked] : linked_) links.note(key, links_of(linked.state));
  for (auto& [key, linked] : linked_) {
    linked.last = links.last_of(key);
    // Where partitions did not know of each other's links, they may name somebody else now, or nobody.
    if (settings_.to.routed && links.linked(key) != linked.into) linked.was_merged = false;
  }
  if (settings_.to.routed) {
    finish_routed();
  } else {
    finish_keyed();
  }
}

/// Every partition knows all links, and has a copy of each patient who is one of its own. First everybody at home: what
/// is copied of him follows from that.
void Repartition::finish_routed() {
  for (std::int32_t partition = 0; partition < settings_.to.partitions; ++partition) adopt_anew(partition);
  for (std::int32_t partition = 0; partition < settings_.to.partitions; ++partition) {
    for (const auto& [key, linked] : linked_) {
      put(partition, key_in(partition, key), state_in(partition, key, linked));
      // His own partition finds what is missing, and tells the others as of a new link.
      const bool is_settled = !joined_.contains(key) && linked.into.empty() == (linked.last == key) &&
                              linked.was_merged == !linked.into.empty();
      if (linked.home != partition || is_settled) continue;
      sink_.settle(partition, key);
      if (!linked.into.empty()) sink_.settle(home_of(linked.into), linked.into);
    }
  }
}

/// Whether a partition that is not his own has what is recorded of a patient.
bool Repartition::is_copied_to(std::int32_t partition, const std::string& key, const Linked& linked) const {
  return linked.was_merged && linked.last != key && linked.home != partition && home_of(linked.last) == partition;
}

/// What a partition knows of a patient.
rules::PatientState Repartition::state_in(std::int32_t partition, const std::string& key, const Linked& linked) const {
  const bool is_home = linked.home == partition;
  rules::PatientState state = is_home ? linked.state : links_of(linked.state);
  std::string beside;
  std::uint64_t copied = 0;
  if (is_copied_to(partition, key, linked)) {
    state = rules::copy_of(settings_.alerts, settings_.window, linked.state);
    for (const rules::StoredLink& link : linked.state.links) {
      rules::put_link(state, linked.state.view(link.claimant), linked.state.view(link.into));
    }
    // Whom its own partition was last told.
    beside = linked.last;
  } else if (is_home && is_copied_to(home_of(linked.last), key, linked)) {
    beside = rules::elsewhere(linked.last);
    copied = copy_beside(settings_.alerts, settings_.window, state, beside).name;
  }
  rules::set_copied_to(state, beside);
  state.copied = copied;
  rename_links(state, [&](std::string_view into) { return key_in(partition, into); });
  const bool is_merged = linked.last != key && (is_home ? linked.was_merged : home_of(linked.last) == partition);
  rules::set_merged_into(state, is_merged ? std::string(rules::linked_to(state)) : std::string());
  return state;
}

/// Whoever is merged himself, and in whose chain others stand, has what is recorded of those who are beside him now. At
/// the end of a chain it is as it was.
void Repartition::adopt_anew(std::int32_t partition) {
  std::map<std::string, rules::PatientState, std::less<>> states;
  PatientLinks links;
  for (const auto& [key, linked] : linked_) {
    const auto place = states.emplace(key_in(partition, key), state_in(partition, key, linked)).first;
    links.note(place->first, place->second);
  }
  for (auto& [key, linked] : linked_) {
    if (linked.home != partition || !linked.was_merged) continue;
    rules::release_adopted(linked.state, settings_.window);
    for (const std::string& source : links.sources(key)) {
      const rules::PatientState& from = states.find(source)->second;
      rules::adopt(linked.state, from, settings_.window);
      rules::carry_spent(settings_.alerts, from, linked.state);
    }
  }
}

PartitionRecord merged_record(const std::vector<PartitionRecord>& records) {
  PartitionRecord merged;
  bool first = true;
  for (const PartitionRecord& record : records) {
    merged.time = std::max(merged.time, record.time);
    merged.timer_cursor = first ? record.timer_cursor : std::min(merged.timer_cursor, record.timer_cursor);
    merged.rule_set_sequence = std::max(merged.rule_set_sequence, record.rule_set_sequence);
    first = false;
  }
  return merged;
}

}  // namespace coagwatch::daemon

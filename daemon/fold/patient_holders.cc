// Who of a partition's patients has something of a resource.

#include <algorithm>

#include "daemon/fold/patient_store.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {

std::vector<std::string> PatientStore::may_hold_result(std::uint64_t fingerprint) const {
  std::vector<std::string> found;
  const auto add = [&](std::string_view key) {
    // What is copied is changed where it is recorded.
    if (rules::is_elsewhere(key)) return;
    if (std::ranges::find(found, key) == found.end()) found.emplace_back(key);
  };
  result_holders_.for_each(
      fingerprint, [&](PatientTable::Slot slot) { add(committed_[slot].key()); },
      [&](std::uint32_t index) { add(pool_[index]->key); });
  // The same order in every transaction and after every restore.
  std::ranges::sort(found);
  return found;
}

bool PatientStore::may_hold(std::string_view key, std::string_view identity) const {
  if (overlay_.contains(key)) return true;
  // The changelog keeps texts as they are.
  const std::optional<std::string_view> value = committed(key);
  return value && value->find(identity) != std::string_view::npos;
}

/// Brings the index of resources up to date.
void PatientStore::list_resources() {
  if (!resource_holders_.listed()) {
    committed_.for_each([&](PatientTable::Slot slot) {
      const PatientTable::Entry& entry = committed_[slot];
      if (rules::is_elsewhere(entry.key())) return;
      decode_again(entry.value(), scratch_);
      resource_holders_.list(slot, scratch_);
    });
    resource_holders_.end_listing();
  }
  for (const std::uint32_t index : unlisted_) {
    pool_[index]->listed = true;
    resource_holders_.note(index, pool_[index]->state);
  }
  unlisted_.clear();
}

std::vector<std::string_view> PatientStore::holders(std::string_view identity, const Filter& may_be) {
  list_resources();
  std::vector<std::string_view> candidates;
  const auto add = [&](std::string_view key) {
    if (!key.empty() && !rules::is_elsewhere(key) && may_be(key)) candidates.push_back(key);
  };
  // A slot may be nobody's by now, or another's.
  const auto add_committed = [&](PatientTable::Slot slot) {
    if (!overlay_.contains(committed_[slot].key())) add(committed_[slot].key());
  };
  resource_holders_.for_each(identity, add_committed, [&](std::uint32_t index) { add(pool_[index]->key); });
  // The same order in every transaction and after every restore.
  std::ranges::sort(candidates);
  const auto person = [&](std::string_view key) {
    const std::vector<std::string> chain = links_.chain(key);
    return chain.empty() ? std::string(key) : chain.back();
  };
  std::vector<std::string_view> holding;
  std::vector<std::string_view> remembering;
  for (const std::string_view key : candidates) {
    const rules::PatientState* state = &scratch_;
    if (const auto touched = overlay_.find(key); touched != overlay_.end()) {
      state = &pool_[touched->second]->state;
    } else {
      decode_again(*committed(key), scratch_);
    }
    if (rules::holds(*state, identity)) {
      holding.push_back(key);
      if (holding.size() > 1 && person(key) != person(holding.front())) break;
    } else if (rules::knows(*state, identity)) {
      remembering.push_back(key);
    }
  }
  return holding.empty() ? remembering : holding;
}

bool PatientStore::knows(std::string_view key) {
  const rules::PatientState* state = &scratch_;
  if (const auto touched = overlay_.find(key); touched != overlay_.end()) {
    state = &pool_[touched->second]->state;
  } else if (const std::optional<std::string_view> value = committed(key)) {
    decode_again(*value, scratch_);
  } else {
    return false;
  }
  return !state->results.empty() || !state->retractions.empty() || !state->fact_sources.empty();
}

}  // namespace coagwatch::daemon

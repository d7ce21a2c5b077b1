#include "daemon/fold/patient_links.h"

#include <algorithm>
#include <utility>

#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

using Index = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

/// The same order whatever order they came in, also in a restore.
std::vector<std::string> entries_of(const Index& index, std::string_view key) {
  const auto found = index.find(key);
  if (found == index.end()) return {};
  return {found->second.begin(), found->second.end()};
}

void erase(Index& index, std::string_view key, std::string_view patient) {
  const auto found = index.find(key);
  if (found == index.end()) return;
  if (const auto at = found->second.find(patient); at != found->second.end()) found->second.erase(at);
  if (found->second.empty()) index.erase(found);
}

}  // namespace

void PatientLinks::forget(std::string_view patient) {
  const auto found = known_.find(patient);
  if (found == known_.end()) return;
  erase(waiting_, found->second.awaiting, patient);
  erase(merged_, found->second.into, patient);
  erase(linked_, found->second.linked, patient);
  for (const std::string& claimant : found->second.claimants) erase(claimants_, claimant, patient);
  known_.erase(found);
}

void PatientLinks::note(std::string_view patient, const rules::PatientState& state) {
  forget(patient);
  if (state.links.empty() && state.merged_into.length == 0) return;
  Known known;
  known.into = state.view(state.merged_into);
  known.linked = rules::linked_to(state);
  known.copy = state.is_copy;
  if (known.into.empty()) known.awaiting = known.linked;
  if (!known.into.empty()) merged_[known.into].emplace(patient);
  if (!known.linked.empty()) linked_[known.linked].emplace(patient);
  if (!known.awaiting.empty()) waiting_[known.awaiting].emplace(patient);
  for (const rules::StoredLink& link : state.links) {
    const std::string& claimant = known.claimants.emplace_back(state.view(link.claimant));
    claimants_[claimant].emplace(patient);
  }
  known_.emplace(patient, std::move(known));
}

std::vector<std::string> PatientLinks::waiting_for(std::string_view patient) const {
  return entries_of(waiting_, patient);
}

std::vector<std::string> PatientLinks::linked_by(std::string_view claimant) const {
  return entries_of(claimants_, claimant);
}

std::vector<std::string> PatientLinks::chain(std::string_view patient) const {
  std::vector<std::string> chain;
  auto it = known_.find(patient);
  // No chain is longer than that, unless it runs in a circle, which no fold writes.
  for (std::size_t i = 0; i < known_.size() && it != known_.end() && !it->second.into.empty(); ++i) {
    const std::string& into = it->second.into;
    if (!rules::is_elsewhere(into)) chain.push_back(into);
    it = known_.find(into);
  }
  return chain;
}

std::vector<std::string> PatientLinks::sources(std::string_view patient) const {
  std::vector<std::string> found = entries_of(merged_, patient);
  for (std::size_t i = 0; i < found.size() && found.size() <= known_.size(); ++i) {
    for (std::string& source : entries_of(merged_, found[i])) found.push_back(std::move(source));
  }
  std::ranges::sort(found);
  return found;
}

bool PatientLinks::is_refused(std::string_view patient) const {
  std::vector<const Known*> passed;
  auto it = known_.find(patient);
  while (it != known_.end() && !it->second.linked.empty()) {
    if (it->second.linked == patient) return true;
    // A circle that others run in is theirs.
    if (std::ranges::find(passed, &it->second) != passed.end()) break;
    passed.push_back(&it->second);
    if (passed.size() >= kMostRecordsOfAPerson) return true;
    it = known_.find(it->second.linked);
  }
  return !passed.empty() && is_led_to_by(patient, kMostRecordsOfAPerson - passed.size());
}

/// Whether so many records, one linked to the next, lead to the patient.
bool PatientLinks::is_led_to_by(std::string_view patient, std::size_t records) const {
  std::vector<std::string_view> last = {patient};
  for (; records > 0 && !last.empty(); --records) {
    std::vector<std::string_view> before;
    for (const std::string_view each : last) {
      if (const auto found = linked_.find(each); found != linked_.end()) {
        before.insert(before.end(), found->second.begin(), found->second.end());
      }
    }
    last = std::move(before);
  }
  return !last.empty();
}

std::string_view PatientLinks::linked(std::string_view patient) const {
  const auto found = known_.find(patient);
  return found == known_.end() ? std::string_view() : std::string_view(found->second.linked);
}

void PatientLinks::add_connected(const std::string& patient, std::vector<std::string>& people) const {
  const auto add = [&](const std::string& key) {
    if (std::ranges::find(people, key) == people.end()) people.push_back(key);
  };
  add(patient);
  std::size_t next = 0;
  while (next < people.size()) {
    const std::string key = people[next++];
    if (const std::string_view linked_key = linked(key); !linked_key.empty()) add(std::string(linked_key));
    for (const std::string& other : entries_of(linked_, key)) add(other);
  }
}

std::string PatientLinks::last_of(std::string_view patient) const {
  std::string last(patient);
  for (std::size_t i = 0; i < kMostRecordsOfAPerson; ++i) {
    const std::string_view next = linked(last);
    if (next.empty() || is_refused(last)) break;
    last = next;
  }
  return last;
}

std::string PatientLinks::awaits_from_elsewhere(std::string_view patient) const {
  if (merged_.find(patient) == merged_.end()) return {};
  for (const std::string& source : sources(patient)) {
    if (!rules::is_elsewhere(source)) continue;
    if (const auto found = known_.find(source); !found->second.copy) return std::string(rules::own_key(source));
  }
  return {};
}

}  // namespace coagwatch::daemon

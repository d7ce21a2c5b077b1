#include "daemon/fold/patient_links.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/merge.h"

namespace coagwatch::daemon {
namespace {

using Index = std::multimap<std::string, std::string, std::less<>>;

std::vector<std::string> entries_of(const Index& index, std::string_view key) {
  std::vector<std::string> found;
  for (auto [it, last] = index.equal_range(key); it != last; ++it) found.push_back(it->second);
  // Whatever order they came in, also in a restore.
  std::ranges::sort(found);
  return found;
}

void erase(Index& index, std::string_view key, std::string_view patient) {
  auto [it, last] = index.equal_range(key);
  while (it != last) it = it->second == patient ? index.erase(it) : std::next(it);
}

}  // namespace

void PatientLinks::forget(std::string_view patient) {
  const auto found = known_.find(patient);
  if (found == known_.end()) return;
  erase(waiting_, found->second.awaiting, patient);
  erase(merged_, found->second.into, patient);
  for (const std::string& claimant : found->second.claimants) erase(claimants_, claimant, patient);
  known_.erase(found);
}

void PatientLinks::note(std::string_view patient, const rules::PatientState& state) {
  forget(patient);
  if (state.links.empty() && state.merged_into.length == 0) return;
  Known known;
  known.into = state.view(state.merged_into);
  known.linked = rules::linked_to(state);
  if (known.into.empty()) known.awaiting = known.linked;
  if (!known.into.empty()) merged_.emplace(known.into, patient);
  if (!known.awaiting.empty()) waiting_.emplace(known.awaiting, patient);
  for (const rules::StoredLink& link : state.links) {
    claimants_.emplace(state.view(link.claimant), patient);
    known.claimants.emplace_back(state.view(link.claimant));
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
  while (it != known_.end() && !it->second.into.empty() && chain.size() < known_.size()) {
    chain.push_back(it->second.into);
    it = known_.find(chain.back());
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

bool PatientLinks::runs_in_a_circle(std::string_view patient) const {
  auto it = known_.find(patient);
  for (std::size_t steps = 0; it != known_.end() && !it->second.linked.empty() && steps < known_.size(); ++steps) {
    if (it->second.linked == patient) return true;
    it = known_.find(it->second.linked);
  }
  return false;
}

}  // namespace coagwatch::daemon

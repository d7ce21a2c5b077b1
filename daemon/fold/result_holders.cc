#include "daemon/fold/result_holders.h"

#include <algorithm>

namespace coagwatch::daemon {

void ResultHolders::number_patient(std::uint32_t& number, const std::string& key) {
  if (number != kNoNumber) return;
  number = static_cast<std::uint32_t>(keys_.size());
  keys_.push_back(&key);
}

void ResultHolders::add(std::uint32_t& number, const std::string& key, const rules::PatientState& state) {
  for (const rules::StoredResult& stored : state.results) {
    if (stored.fingerprint == 0) continue;
    number_patient(number, key);
    committed_.add(stored.fingerprint, number);
  }
  for (const rules::StoredRetraction& gone : state.retractions) {
    if (gone.fingerprint == 0) continue;
    number_patient(number, key);
    committed_.add(gone.fingerprint, number);
  }
}

void ResultHolders::remove(std::uint32_t number, const rules::PatientState& state) {
  if (number == kNoNumber) return;
  for (const rules::StoredResult& stored : state.results) committed_.remove(stored.fingerprint, number);
  for (const rules::StoredRetraction& gone : state.retractions) committed_.remove(gone.fingerprint, number);
}

void ResultHolders::commit(std::uint32_t& number, const std::string& key, const std::vector<std::uint64_t>& added,
                           const rules::PatientState& state) {
  for (const std::uint64_t fingerprint : added) {
    number_patient(number, key);
    committed_.add(fingerprint, number);
  }
  if (number == kNoNumber) return;
  for (const std::uint64_t fingerprint : state.gone) {
    // Also where the index cannot tell another fingerprint from this one.
    const auto is_it = [&](const auto& entry) { return ResultIndex::same(entry.fingerprint, fingerprint); };
    if (std::ranges::any_of(state.results, is_it) || std::ranges::any_of(state.retractions, is_it)) continue;
    committed_.remove(fingerprint, number);
  }
}

}  // namespace coagwatch::daemon

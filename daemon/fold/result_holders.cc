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
}

void ResultHolders::remove(std::uint32_t number, const rules::PatientState& state) {
  if (number == kNoNumber) return;
  for (const rules::StoredResult& stored : state.results) committed_.remove(stored.fingerprint, number);
}

void ResultHolders::commit(std::uint32_t& number, const std::string& key, const std::vector<std::uint64_t>& added,
                           const rules::PatientState& state) {
  for (const std::uint64_t fingerprint : added) {
    number_patient(number, key);
    committed_.add(fingerprint, number);
  }
  if (number == kNoNumber) return;
  for (const std::uint64_t fingerprint : state.gone) {
    const bool held =
        std::ranges::find(state.results, fingerprint, &rules::StoredResult::fingerprint) != state.results.end();
    if (!held) committed_.remove(fingerprint, number);
  }
}

}  // namespace coagwatch::daemon

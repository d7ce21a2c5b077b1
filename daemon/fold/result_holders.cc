#include "daemon/fold/result_holders.h"

#include <algorithm>

namespace coagwatch::daemon {

bool ResultHolders::add(std::uint32_t slot, const rules::PatientState& state) {
  bool any = false;
  const auto add = [&](std::uint64_t fingerprint) {
    if (fingerprint == 0) return;
    any = true;
    committed_.add(fingerprint, slot);
  };
  for (const rules::StoredResult& stored : state.results) add(stored.fingerprint);
  for (const rules::StoredRetraction& gone : state.retractions) add(gone.fingerprint);
  return any;
}

void ResultHolders::remove(std::uint32_t slot, const rules::PatientState& state) {
  for (const rules::StoredResult& stored : state.results) committed_.remove(stored.fingerprint, slot);
  for (const rules::StoredRetraction& gone : state.retractions) committed_.remove(gone.fingerprint, slot);
}

void ResultHolders::commit(std::uint32_t slot, const std::vector<std::uint64_t>& added,
                           const rules::PatientState& state) {
  for (const std::uint64_t fingerprint : added) committed_.add(fingerprint, slot);
  for (const std::uint64_t fingerprint : state.gone) {
    // Also where the index cannot tell another fingerprint from this one.
    const auto is_it = [&](const auto& entry) { return ResultIndex::same(entry.fingerprint, fingerprint); };
    if (std::ranges::any_of(state.results, is_it) || std::ranges::any_of(state.retractions, is_it)) continue;
    committed_.remove(fingerprint, slot);
  }
}

}  // namespace coagwatch::daemon

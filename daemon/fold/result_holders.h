#pragma once

#include <cstdint>
#include <vector>

#include "daemon/fold/result_index.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Which patients of a partition hold results of a resource, by its fingerprint: what is committed, and above it what
/// the open transaction brought. Committed patients are known by their slots (patient_table.h), others by their index
/// in the transaction.
///
/// Not thread-safe.
class ResultHolders {
 public:
  /// Adds a committed patient's results. Returns whether any has a fingerprint.
  bool add(std::uint32_t slot, const rules::PatientState& state);
  /// Removes a committed patient with these results.
  void remove(std::uint32_t slot, const rules::PatientState& state);

  /// Takes note of a result in the open transaction, of the patient who was touched as the `touched`-th.
  void note(std::uint32_t touched, std::uint64_t fingerprint) { open_.add(fingerprint, touched); }
  /// Commits what is noted of a patient: `added`, but not what is gone from his state.
  void commit(std::uint32_t slot, const std::vector<std::uint64_t>& added, const rules::PatientState& state);
  /// Ends the open transaction, however.
  void end_transaction() { open_.clear(); }

  /// Calls `committed(slot)` and `touched(index)` for each patient who may hold results with that fingerprint.
  template <typename Committed, typename Touched>
  void for_each(std::uint64_t fingerprint, const Committed& committed, const Touched& touched) const {
    committed_.for_each(fingerprint, committed);
    open_.for_each(fingerprint, touched);
  }

 private:
  ResultIndex committed_;
  ResultIndex open_;
};

}  // namespace coagwatch::daemon

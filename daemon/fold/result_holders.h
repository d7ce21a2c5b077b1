#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/fold/result_index.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Which patients of a partition hold results of a resource, by its fingerprint: what is committed, and above it what
/// the open transaction brought.
///
/// Not thread-safe.
class ResultHolders {
 public:
  static constexpr std::uint32_t kNoNumber = 0xFFFF'FFFF;

  /// Adds a committed patient's results. `number` is what this knows him by; it is set where it is kNoNumber. `key`
  /// must outlive this, or the patient's removal.
  void add(std::uint32_t& number, const std::string& key, const rules::PatientState& state);
  /// Removes a committed patient with these results.
  void remove(std::uint32_t number, const rules::PatientState& state);

  /// Takes note of a result in the open transaction, of the patient who was touched as the `touched`-th.
  void note(std::uint32_t touched, std::uint64_t fingerprint) { open_.add(fingerprint, touched); }
  /// Commits what is noted of a patient: `added`, but not what is gone from his state.
  void commit(std::uint32_t& number, const std::string& key, const std::vector<std::uint64_t>& added,
              const rules::PatientState& state);
  /// Ends the open transaction, however.
  void end_transaction() { open_.clear(); }

  /// Calls `committed(key)` and `touched(index)` for each patient who may hold results with that fingerprint.
  template <typename Committed, typename Touched>
  void for_each(std::uint64_t fingerprint, const Committed& committed, const Touched& touched) const {
    committed_.for_each(fingerprint, [&](std::uint32_t number) { committed(std::string_view(*keys_[number])); });
    open_.for_each(fingerprint, touched);
  }

 private:
  void number_patient(std::uint32_t& number, const std::string& key);

  ResultIndex committed_;                 // patients by their number
  ResultIndex open_;                      // by their index in the open transaction
  std::vector<const std::string*> keys_;  // by number
};

}  // namespace coagwatch::daemon

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/patient_state.h"

namespace coagwatch::daemon {

/// Which patients of a partition are others (Patient.link): under whose key each is scored, and who waits for a patient
/// of whom nothing is known here yet. Made from the patients' states.
///
/// Not thread-safe.
class PatientLinks {
 public:
  /// Takes note of what a patient's state says of him now; a state without links makes him forgotten.
  void note(std::string_view patient, const rules::PatientState& state);

  [[nodiscard]] bool empty() const { return known_.empty(); }
  /// Whether anybody waits to be merged into this patient.
  [[nodiscard]] bool awaited(std::string_view patient) const { return waiting_.contains(patient); }
  /// The patients who wait for this one.
  [[nodiscard]] std::vector<std::string> waiting_for(std::string_view patient) const;
  /// Whom the patient is scored as, nearest first: the last one is scored, those before adopt what is recorded.
  [[nodiscard]] std::vector<std::string> chain(std::string_view patient) const;
  /// Whether what is said of the patient leads back to him, from patient to patient.
  [[nodiscard]] bool runs_in_a_circle(std::string_view patient) const;
  /// The patients who have this one in their chain.
  [[nodiscard]] std::vector<std::string> sources(std::string_view patient) const;
  /// The patients of whom the Patient resource `claimant` says something.
  [[nodiscard]] std::vector<std::string> linked_by(std::string_view claimant) const;

 private:
  struct Known {
    std::string into;      ///< merged into; empty: not
    std::string awaiting;  ///< linked to, but not merged into; empty: nobody
    std::string linked;    ///< whom all links name; empty: nobody
    std::vector<std::string> claimants;
  };
  void forget(std::string_view patient);

  std::map<std::string, Known, std::less<>> known_;
  std::multimap<std::string, std::string, std::less<>> waiting_;    // by the one awaited
  std::multimap<std::string, std::string, std::less<>> merged_;     // by the one merged into
  std::multimap<std::string, std::string, std::less<>> claimants_;  // patients by claimant
};

}  // namespace coagwatch::daemon

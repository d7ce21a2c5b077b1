#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// More records than that in a chain of links are not one person's.
inline constexpr std::size_t kMostRecordsOfAPerson = 32;

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
  /// Whom of this partition the patient is scored as, nearest first: the last one is scored, those before adopt what is
  /// recorded.
  [[nodiscard]] std::vector<std::string> chain(std::string_view patient) const;
  /// Whether what is said of the patient leads back to him, from patient to patient, or he stands in a chain of too
  /// many.
  [[nodiscard]] bool is_refused(std::string_view patient) const;
  /// Whom all links of the patient name; empty: nobody.
  [[nodiscard]] std::string_view linked(std::string_view patient) const;
  /// The patients who have this one in their chain.
  [[nodiscard]] std::vector<std::string> sources(std::string_view patient) const;
  /// Adds the patient, and everybody whom links connect with him or with those who are there.
  void add_connected(const std::string& patient, std::vector<std::string>& people) const;
  /// The one to whom the patient's links lead in the end, merged or not; himself where they are refused.
  [[nodiscard]] std::string last_of(std::string_view patient) const;
  /// The key of one of another partition who is scored as this patient, though nothing of what is recorded there has
  /// come yet; empty: there is none.
  [[nodiscard]] std::string awaits_from_elsewhere(std::string_view patient) const;
  /// The patients of whom the Patient resource `claimant` says something.
  [[nodiscard]] std::vector<std::string> linked_by(std::string_view claimant) const;

 private:
  struct Known {
    std::string into;      ///< merged into; empty: not
    std::string awaiting;  ///< linked to, but not merged into; empty: nobody
    std::string linked;    ///< whom all links name; empty: nobody
    bool copy = false;     ///< what is recorded elsewhere has come
    std::vector<std::string> claimants;
  };
  void forget(std::string_view patient);
  [[nodiscard]] bool is_led_to_by(std::string_view patient, std::size_t records) const;

  std::map<std::string, Known, std::less<>> known_;
  /// Patients by somebody.
  using Index = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;
  Index waiting_;    // by the one awaited
  Index merged_;     // by the one merged into
  Index linked_;     // by the one whom all links name
  Index claimants_;  // by claimant
};

}  // namespace coagwatch::daemon

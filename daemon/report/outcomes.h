#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/time_zone.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// What became of a patient, by somebody else's judgement.
struct Outcome {
  bool yes = false;
  rules::Timestamp at = rules::Timestamp::none();  ///< none() where the file does not say
};

/// Outcomes by patient.
class Outcomes {
 public:
  /// Reads CSV with a header: `patient,label`, and optionally a time of the outcome. A label is 1, 0, yes or no; a time
  /// is a FHIR date or dateTime, read in `zone` where it names none, and may be empty. A patient stands there once.
  /// Returns what is wrong, with its line and without any content, or nullopt.
  std::optional<std::string> read(std::string_view text, const fhir::TimeZone& zone);

  /// That of the patient of that key, `Patient/17`, whom the file may also call `17`.
  [[nodiscard]] const Outcome* find(std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return by_patient_.size(); }
  [[nodiscard]] bool has_times() const { return has_times_; }

 private:
  std::map<std::string, Outcome, std::less<>> by_patient_;
  bool has_times_ = false;
};

}  // namespace coagwatch::daemon

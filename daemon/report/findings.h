#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "daemon/report/patient_course.h"
#include "fhir/intake.h"
#include "fhir/unmapped_codes.h"

namespace coagwatch::daemon {

/// How often a test would have decided a criterion that was indeterminate.
struct DecidingTest {
  std::uint64_t listed = 0;  ///< assessments that name it
  std::uint64_t alone = 0;   ///< that name nothing else
};

/// All assessments of one criterion in which it applied, of patients merged since too.
struct Decidedness {
  std::uint64_t assessments = 0;
  std::uint64_t indeterminate = 0;
  std::map<std::string, DecidingTest, std::less<>> tests;  ///< by name
};

/// Alert records, or the changes that they tell of, of one sort, by priority.
using ByPriority = std::map<std::string, std::uint64_t, std::less<>>;

/// Everything that a replay showed, for the report. Its size grows with patients, codes and kinds, not with records.
struct Findings {
  static constexpr std::size_t kMostUnmapped = 10'000;
  static constexpr std::size_t kDispositions = static_cast<std::size_t>(fhir::Disposition::dead) + 1;

  std::uint64_t records = 0;
  std::uint64_t assessments = 0;
  std::array<std::array<std::uint64_t, fhir::kReasonCount>, kDispositions> results{};
  rules::Timestamp first = rules::Timestamp::none();  ///< collection time of the oldest result applied
  rules::Timestamp last = rules::Timestamp::none();   ///< and of the newest
  std::deque<PatientCourse> patients;                 ///< in the order of their first assessment
  ByPriority alerts;                                  ///< records: each is one page, as loud as its loudest change
  /// Changes, by their own kind and priority: a record may tell of an onset and, quietly, of a retraction.
  std::map<std::string, ByPriority, std::less<>> changes_by_kind;
  std::map<std::pair<std::string, std::string>, ByPriority> changes_by_criterion;  ///< by kind and criterion
  std::map<std::string, std::uint64_t, std::less<>> dead_letters;                  ///< by reason
  fhir::UnmappedCodes unmapped{kMostUnmapped};
  std::vector<Decidedness> decidedness;  ///< by index into the rule set
};

}  // namespace coagwatch::daemon

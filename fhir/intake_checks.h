#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "fhir/collection_time.h"
#include "fhir/name_check.h"
#include "fhir/observation_reading.h"
#include "fhir/own_output.h"
#include "fhir/result_value.h"
#include "fhir/specimen.h"
#include "fhir/text_arena.h"
#include "fhir/time_zone.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// Judges the results of Observations, in the order of checks of fhir/README.md: the first that speaks decides.
/// A result that only an `unusable` check spoke of goes through the others too, so that it can be kept as evidence.
///
/// Not thread-safe.
class IntakeChecks {
 public:
  /// What is referred to must outlive this.
  IntakeChecks(const Terminology& terminology, const rules::SiteProfile& site, const IntakeLimits& limits,
               const TimeZone& zone, const std::string& own_base);

  /// Takes the Observation whose results are to be judged next. `arena` holds the texts that items refer to.
  void begin(const Observation& observation, const Surroundings& surroundings, TextArena& arena);
  /// Fills `item`, which is empty, from one result: `part` is the Observation itself, or its component of that index.
  void judge(const ResultPart& part, std::optional<std::size_t> component, Item& item);
  /// Of the Observation, what holds for all of its results.
  [[nodiscard]] const ObservationReading& reading() const { return whole_; }
  [[nodiscard]] const Identity& identity() const { return whole_.identity; }
  /// The patient key; empty if it could not be read.
  [[nodiscard]] std::string_view patient() const { return whole_.subject.patient; }

 private:
  Check decide();
  Check retract();
  void name_result();
  bool join_meaning(const CodeMeaning& other);
  Check check_code();
  Check check_fhir_version();
  Check check_status();
  Check check_modifiers();
  Check check_subject();
  Check check_specimen();
  Check check_value();
  Check check_clumps();
  Check check_time();
  Check check_identity();
  void describe(const Verdict& verdict);

  const Terminology& terminology_;
  const rules::SiteProfile& site_;
  const IntakeLimits& limits_;
  const TimeZone& zone_;
  OwnOutput own_output_;
  NameCheck names_;

  // The Observation at hand.
  const Observation* observation_ = nullptr;
  const Surroundings* surroundings_ = nullptr;
  TextArena* arena_ = nullptr;
  ObservationReading whole_;
  bool has_parts_ = false;
  std::array<std::uint16_t, rules::kMeasureCount> seen_{};  ///< results of a measure judged so far
  std::optional<SpecimenReading> specimen_;                 ///< once a result asked for it
  std::optional<TimeReading> time_;                         ///< likewise

  // The result at hand.
  const ResultPart* part_ = nullptr;
  Item* item_ = nullptr;
  CodeMeaning meaning_;
  PartNumber number_;
  bool flavour_conflict_ = false;
};

}  // namespace coagwatch::fhir

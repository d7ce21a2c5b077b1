#pragma once

#include <string>

#include "fhir/identity.h"
#include "fhir/observation.h"
#include "fhir/result_value.h"
#include "fhir/specimen.h"
#include "fhir/text_arena.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

class BundleContext;

/// Judges Observations, in the order of checks of fhir/README.md: the first that speaks decides.
/// A result that only an `unusable` check spoke of goes through the others too, so that it can be kept as evidence.
///
/// Not thread-safe.
class IntakeChecks {
 public:
  /// What is referred to must outlive this.
  IntakeChecks(const Terminology& terminology, const rules::SiteProfile& site, const IntakeLimits& limits,
               const std::string& own_base);

  /// Fills `item`, which is empty, from `observation`. `arena` holds the texts that `item` refers to.
  /// `bundle`, which may be null, resolves references.
  void judge(const Observation& observation, const RecordContext& context, BundleContext* bundle, TextArena& arena,
             Item& item);

 private:
  Check decide();
  Check retract();
  [[nodiscard]] bool is_own_output() const;
  [[nodiscard]] bool has_laboratory_category() const;
  bool join_meaning(const CodeMeaning& other);
  Check check_code();
  Check check_fhir_version();
  Check check_status();
  Check check_modifiers();
  Check check_subject();
  Check check_specimen();
  Check check_value();
  Check check_time();
  Check check_identity();
  void describe(const Verdict& verdict);

  const Terminology& terminology_;
  const rules::SiteProfile& site_;
  const IntakeLimits& limits_;
  std::string own_producer_;
  std::string own_criteria_;
  /// Of the site, for dates alone and times without a zone: UTC, until site.time-zone is read.
  int zone_offset_minutes_ = 0;

  // The Observation at hand.
  const Observation* observation_ = nullptr;
  const RecordContext* context_ = nullptr;
  TextArena* arena_ = nullptr;
  Item* item_ = nullptr;
  CodeMeaning meaning_;
  bool flavour_conflict_ = false;
  SpecimenReading specimen_;
  Check subject_problem_;
};

}  // namespace coagwatch::fhir

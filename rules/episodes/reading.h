#pragma once

#include <bitset>

#include "rules/episodes/machine.h"
#include "rules/episodes/policy.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// What is new at one collection time.
struct Touched {
  std::bitset<kMeasureCount> measures;  ///< of which a usable result was collected then
  /// Facts that have begun or ended since the collection time before it, and what follows from them.
  std::bitset<kFactCount> changed;
  /// An episode of the criterion is on record that covers the time, so that what the caps dropped may still hold it up.
  bool recorded = false;
};

/// Whether `criterion` is evaluated at a time with these news.
bool is_evaluated(const Criterion& criterion, const Touched& touched);

/// Why an evaluation below the cut does not count as one.
enum class Unproven : std::uint8_t {
  nothing,      ///< it counts
  not_new,      ///< only vital signs or facts are new
  no_panel,     ///< no platelet count, or no PT or fibrin marker, newer than the last evaluation that was met, or below
  transfusion,  ///< platelets, PT, fibrinogen or antithrombin improved within 24 h after they were given
};

/// Reads one criterion of an assessment made at `assessment.at`, for a course that stands as `course`. Pure.
/// `unproven`, where it is not null, is set to why it does not count where it is `below_unproven`.
Reading read_score(const AlertPolicy& policy, const PatientState& state, const Assessment& assessment,
                   std::size_t score, const Course& course, const Touched& touched, Unproven* unproven = nullptr);

/// Extreme bits that the assessment surely shows, of measures that the criterion scores; and group 4 by
/// `policy.grouped`.
std::uint8_t extremes_of(const AlertPolicy& policy, const Assessment& assessment, const Criterion& criterion);

/// Whether every item that a laboratory measures is known, none by values more than `policy.apart` older than the
/// newest.
bool is_full_panel(const AlertPolicy& policy, const CriterionScore& score);

/// Moves a course on by one evaluation.
void advance_course(const AlertPolicy& policy, const PatientState& state, const Assessment& assessment,
                    std::size_t score, const Touched& touched, Course& course);

}  // namespace coagwatch::rules

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rules/episodes/policy.h"
#include "rules/patient/known_facts.h"
#include "rules/scoring/assessment.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// The tier that a criterion alerts in for this patient (README.md, "What is told").
enum class Tier : std::uint8_t { none, early, overt };

/// A criterion's tier and its place in the order of precedence, overt before early; `none` publishes nothing.
struct Standing {
  Tier tier = Tier::none;
  std::size_t rank = 0;  ///< lower leads
};

/// Where `criterion` stands for a patient with these facts: malignancy and marrow suppression bring the malignancy
/// tier in, pregnancy its own.
Standing standing_of(const AlertPolicy& policy, std::string_view criterion, const KnownFacts& facts);

/// The criteria of a rule set that have a tier for a patient with these facts, as indices; the one that leads first.
std::vector<std::size_t> primary_criteria(const AlertPolicy& policy, const RuleSet& rules, const KnownFacts& facts);

/// The tier whose interruption an onset of `criterion` spends, whatever the patient's facts are.
Tier tier_of(const AlertPolicy& policy, std::string_view criterion);

/// Whether a published episode runs, or ended so short ago that an onset at `at` belongs to the same course.
bool in_course(const AlertPolicy& policy, const PatientState& state, Timestamp at);

/// Whoever is scored under another key from now on has been told of there: what interrupted in his course does not do
/// so again. To be called before EpisodeEngine::advance of `to`, which ends it.
void carry_spent(const AlertPolicy& policy, const PatientState& from, PatientState& to);

/// Whether any primary criterion applies to this patient; of whom none does nobody is ever alerted.
bool is_covered(const AlertPolicy& policy, const Assessment& assessment);

/// Whether an onset of that tier has interrupted in the patient's present course.
bool tier_spent(const AlertPolicy& policy, const PatientState& state, Tier tier);

}  // namespace coagwatch::rules

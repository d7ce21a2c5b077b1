#pragma once

#include "rules/episodes/alert.h"
#include "rules/patient/patient_state.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// Keeps in the state what a plan decided, so that one can ask later why something was told, or was not. Left out is
/// what follows from the criterion alone (Quiet::not_primary), and what was withheld for the same reason before, as a
/// panel in pieces asks the same again and again. Of what was sent, and of what was not, the oldest make room.
void remember_decisions(const RuleSet& rules, const AlertPlan& plan, PatientState& state);

/// The same thing, told or withheld for the same reason.
bool repeats(const Decision& decision, const Decision& other);

/// A decision on an event.
Decision decision_of(const RuleSet& rules, const EpisodeEvent& event, bool sent);

}  // namespace coagwatch::rules

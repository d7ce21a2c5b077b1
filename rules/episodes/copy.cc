#include "rules/episodes/copy.h"

#include "rules/episodes/tiers.h"
#include "rules/patient/merge.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {

PatientState copy_of(const AlertPolicy& policy, const WindowLimits& limits, const PatientState& state) {
  PatientState copy = state;
  release_adopted(copy, limits);
  copy.links.clear();
  copy.courses.clear();
  carry_spent(policy, state, copy);
  copy.episodes.clear();
  copy.attention = {};
  copy.decisions.clear();
  copy.frozen_at = copy.last_frozen = copy.folded_at = copy.before_folded = Timestamp::none();
  copy.scored_by = 0;
  copy.merged_into = {};
  copy.copied_to = {};
  copy.copied = 0;
  copy.is_copy = true;
  copy.gone.clear();
  return copy;
}

}  // namespace coagwatch::rules

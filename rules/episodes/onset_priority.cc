#include "rules/episodes/onset_priority.h"

#include <algorithm>

#include "rules/episodes/alert_gate.h"
#include "rules/episodes/departure.h"

namespace coagwatch::rules {
namespace {

/// Whether an event of the same record interrupts for the tier.
bool tier_told(const Occasion& occasion, const AlertPlan& plan, Tier tier) {
  return std::ranges::any_of(plan.events, [&](const EpisodeEvent& made) {
    const std::string& criterion = occasion.rules.criteria[made.score].id;
    return made.priority == Priority::interruptive && tier_of(occasion.policy, criterion) == tier;
  });
}

/// Whether the criterion is one that alerts nobody while its gate is open, and that is so.
bool is_quiet_by_gate(const Occasion& occasion, std::size_t score) {
  const std::vector<std::string>& passive = occasion.policy.passive_unconfirmed;
  return alert_gate(occasion.assessment, score) == Gate::unconfirmed &&
         std::ranges::find(passive, occasion.rules.criteria[score].id) != passive.end();
}

}  // namespace

Priority onset_priority(const Occasion& occasion, const AlertPlan& plan, Tier tier, EpisodeEvent& made) {
  if (is_deceased(occasion.state)) {
    made.quiet = Quiet::deceased;
  } else if (is_quiet_by_gate(occasion, made.score)) {
    made.quiet = Quiet::gate_unconfirmed;
  } else if (occasion.assessment.facts.yes(Fact::dic_recorded)) {
    made.quiet = Quiet::charted;
  } else if (tier_spent(occasion.policy, occasion.state, tier) || tier_told(occasion, plan, tier)) {
    made.quiet = Quiet::tier_spent;
  } else if (made.late) {
    made.quiet = Quiet::late;
    return Priority::task;
  } else {
    return Priority::interruptive;
  }
  return Priority::passive;
}

Duration age_of(const Occasion& occasion, Timestamp at) {
  if (!occasion.now.known()) return Duration{0};
  Timestamp time = at;
  for (const StoredResult& stored : occasion.state.results) {
    const LabResult& lab = stored.lab;
    if (lab.at == at && (lab.flags & kFlagDateOnly) != 0) time = std::max(time, lab.issued);
  }
  return occasion.now - time;
}

}  // namespace coagwatch::rules

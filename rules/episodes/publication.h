#pragma once

#include <bitset>
#include <vector>

#include "rules/episodes/alert.h"
#include "rules/episodes/episode_record.h"

namespace coagwatch::rules {

/// What a publication is about.
struct Occasion {
  const RuleSet& rules;
  const AlertPolicy& policy;
  PatientState& state;
  const Assessment& assessment;       ///< at the patient's newest collection time
  Timestamp now;                      ///< time of processing; none() where it is not known: then nothing is late
  bool correction = false;            ///< a value, or a fact, was taken away or replaced
  const std::vector<bool>& by_rules;  ///< criteria whose status only the rule set has changed; empty: none
  /// First collection time of what came, changed or went; none(): not known.
  Timestamp earliest = Timestamp::none();
  /// Of which a usable value came, changed or went.
  std::bitset<kMeasureCount> changed = {};
};

/// Decides what is told of the differences, how loudly, and in which order; and notes on the episodes what was. Adds to
/// `plan`. The rules are those of rules/episodes/README.md.
void publish_differences(const Occasion& occasion, const std::vector<EpisodeDifference>& differences, AlertPlan& plan);

/// Orders the events of one record, finds the bundle that they belong to, and counts them. To be called once when all
/// of them are there.
void complete_plan(const Occasion& occasion, AlertPlan& plan);

}  // namespace coagwatch::rules

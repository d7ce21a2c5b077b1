#pragma once

#include <bitset>
#include <vector>

#include "rules/episodes/alert.h"
#include "rules/episodes/policy.h"
#include "rules/episodes/publication.h"
#include "rules/episodes/timeline.h"

namespace coagwatch::rules {

/// What one record did to a patient, as far as his episodes go.
struct Happening {
  /// First collection time of what came, changed or went; none(): not known, or facts or the rule set have changed.
  Timestamp earliest = Timestamp::none();
  bool correction = false;            ///< a value or a fact was taken away or replaced
  Timestamp now = Timestamp::none();  ///< time of processing; none(): not known
  std::vector<bool> by_rules;         ///< criteria whose status only the rule set has changed; empty: none
  bool new_rules = false;             ///< another rule set decides than at the evaluations before
  /// Of which a usable value came, changed or went.
  std::bitset<kMeasureCount> changed = {};
};

/// Advances the episodes of every criterion after one record and says what to publish. Pure, apart from its buffers.
///
/// The courses of all criteria are folded (timeline.h), the episodes on record are brought up to date with them
/// (episode_record.h), what is told of the differences is decided (publication.h), and the notices are set (notices.h).
///
/// Not thread-safe. Keeps its buffers from record to record.
class EpisodeEngine {
 public:
  /// `assessment` is that at `state.at`, or where nothing is left in force at the time of what was removed. `plan` is
  /// overwritten.
  void advance(const RuleSet& rules, const AlertPolicy& policy, PatientState& state, const Assessment& assessment,
               const Happening& happening, AlertPlan& plan);

  /// Runs the timers that are due at `now`; `assessment` is that at `state.at`. `plan` is overwritten, and says whether
  /// the patient is watched on.
  /// REQUIRES: next_timer(state) is known and not after `now`.
  static void run_timers(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                         const Assessment& assessment, Timestamp now, AlertPlan& plan);

  /// Closes every running episode at `assessment.at`, because the patient is scored under another key, or
  /// forgotten, as `cause` says. All passive.
  /// `plan` is overwritten. Should he be scored under this one again, advance() takes them up where they were.
  static void close(const RuleSet& rules, const AlertPolicy& policy, PatientState& state, const Assessment& assessment,
                    Cause cause, AlertPlan& plan);

 private:
  Timeline timeline_;
  std::vector<EpisodeDifference> differences_;
};

}  // namespace coagwatch::rules

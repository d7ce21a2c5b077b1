#pragma once

#include "rules/scoring/assessment.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// Retro-credit of the platelet fall: the JAAM society's Japanese note lets a fall count that lies within 24 h before
/// or after the time of scoring (Gando S, et al. Crit Care Med 2006;34:625-631, as decisions.md 5 reads it). Live
/// scores count a fall at its later count alone, since the earlier one cannot know of it. Once an episode has begun, it
/// can be told how long the patient had been ill: evidence for the status record, which never makes, moves, upgrades or
/// ends an alert.

/// What is asked of one episode.
struct RetroCredit {
  Timestamp onset = Timestamp::none();
  /// What was answered before. It stands too where results that the caps dropped may still hold it up.
  Timestamp stood = Timestamp::none();
};

/// The earliest time s in [onset - 24 h, onset) of an evaluation, when anything usable was collected that the criterion
/// scores, at which the criterion is surely met on what was collected by then, where the fall is the greater of the one
/// to the count in force at s and those from it to counts after s, also after the onset, that were collected within
/// 24 h of it (a fall over more than 24 h is none in any table). none() where there is no such time, or where the table
/// in force then does not score the fall. Pure. A patient who was in an episode of it less than 24 h before may be told
/// a time of that.
///
/// Of two intervals the greater has the greater of the low ends. A greater fall never gives fewer points, so the
/// criterion is surely met by that if it is by either fall, and each is scored for itself.
Timestamp find_retro_since(const RuleSet& rules, const Criterion& criterion, const PatientState& state,
                           const RetroCredit& asked);

/// Looks again at what an episode says, after what it may stand on has changed: a result before its onset, or a
/// platelet count less than 24 h after it. `at` is the clinical time. Results are kept for one window: when the first
/// of them may be gone, nothing changes any more.
void review_retro_since(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at,
                        Episode& episode);

}  // namespace coagwatch::rules

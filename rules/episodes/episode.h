#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// Kinds of alert records.
enum class AlertKind : std::uint8_t {
  onset,
  probable,
  pre,
  worsening,
  trend,
  missing_test,
  re_evaluation_due,
  resolution,
  amendment,
  retraction,
  closure,
};
std::string_view alert_kind_name(AlertKind kind);

/// How loudly a record asks for attention (`coagwatch-priority`; flag-priority PH, PM, PL).
enum class Priority : std::uint8_t { passive, task, interruptive };
std::string_view priority_name(Priority priority);

/// One change of the published state of one criterion.
struct EpisodeEvent {
  AlertKind kind = AlertKind::onset;
  Priority priority = Priority::passive;
  std::size_t score = 0;    ///< index into the assessment's scores
  std::size_t episode = 0;  ///< index into the state's episodes, after the change
};

/// Whose episodes are alerts rather than status only (decisions.md, "Primary criteria"). A list is in order of
/// precedence: where two criteria of a tier start in one record, the first one leads.
struct AlertPolicy {
  std::vector<std::string> early_tier = {"jaam", "sic"};
  std::vector<std::string> overt_tier = {"isth-2001"};
  /// Overt tier for malignancy or marrow suppression only.
  std::vector<std::string> malignancy_tier = {"jmhw"};
  std::vector<std::string> pregnancy_tier = {"erez"};
  /// Never interrupt while their gate is unconfirmed.
  std::vector<std::string> passive_unconfirmed = {"jaam-2", "sac", "sic"};
  /// An onset within this of the end of another published episode belongs to the same course.
  Duration course_gap = Duration::hours(48);
};

/// Advances the episodes of every criterion by one assessment and says what to publish. Pure; `events` is overwritten.
///
/// `changed` are the measures whose values the causing record touched; `correction` says that it took a value away or
/// replaced one (ApplyResult). A criterion that scores none of them was not evaluated, and its episode stays as it is:
/// so nothing starts or ends because values expire. Or else `by_facts` marks it (mark_changed_scores): then it may
/// start, be taken back as after a correction, or close, but it never resolves.
///
/// - Onset: `met` while not in an episode.
/// - Resolution: `not-met`, for graded criteria surely the lowest grade. Never `indeterminate`, and
///   never by vital signs alone.
/// - Retraction: after a correction no evaluation in force since the onset is met, not now and at none of the
///   collection times of scored results in the window; of a resolved episode, up to its end. An episode that began
///   before the window can no longer be disproved, nor can one that results which the caps dropped may have met.
/// - Closure: the criterion does not apply to this patient any more, by a fact that came since.
/// - The episode of a criterion that is not primary for this patient at its onset moves, and publishes nothing ever.
///
/// An episode also keeps since when its criterion would have been met with platelet falls counted on both sides
/// (retro_credit.h): found at the onset, looked at again after a correction and when a result collected by then comes
/// later. `earliest` is the first collection time of what changed, none() if that is not known. Nothing else follows
/// from any of this.
///
/// Priority: an onset interrupts once per tier and course, unless DIC is charted already; a retraction is as loud as
/// its onset was; the rest is passive, and so is what a change of the rule set alone brings about (`by_rules`: criteria
/// whose status was the same before the causing record came, likewise). A course is a chain of published episodes, none
/// of which starts later than `course_gap` after the others ended; a retracted onset is none, and the next one
/// interrupts again.
///
/// Order of events: retractions, then the overt tier, then the early tier, in the policy's order.
void advance_episodes(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                      const Assessment& assessment, const std::bitset<kMeasureCount>& changed, bool correction,
                      std::vector<EpisodeEvent>& events, const std::vector<bool>& by_facts = {},
                      const std::vector<bool>& by_rules = {}, Timestamp earliest = Timestamp::none());

/// Closes every running episode, because the patient is not scored under this key any more. `events`, all passive, is
/// overwritten.
void close_episodes(PatientState& state, const Assessment& assessment, std::vector<EpisodeEvent>& events);

/// Adds to `by_facts`, which is empty or has one mark for each score, the criteria whose gate, status, total or column
/// facts have changed: `before` and `after` are assessments of one clinical time, without and with them.
void mark_changed_scores(const Assessment& before, const Assessment& after, std::vector<bool>& by_facts);

}  // namespace coagwatch::rules

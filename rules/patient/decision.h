#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "rules/values/timestamp.h"

namespace coagwatch::rules {

// Numbers of the enumerations are part of the changelog format: new ones go to the end.

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
inline constexpr AlertKind kLastAlertKind = AlertKind::closure;

/// How loudly a record asks for attention (`coagwatch-priority`; flag-priority PH, PM, PL).
enum class Priority : std::uint8_t { passive, task, interruptive };
inline constexpr Priority kLastPriority = Priority::interruptive;

/// What made an alert of its kind, where the kind does not say it.
enum class Cause : std::uint8_t {
  none,
  relapse,         ///< worsening: met again after a resolution
  points,          ///< worsening, or amendment with the rest of its panel: by points
  extreme,         ///< worsening, or amendment with the rest of its panel: a first extreme
  gate_confirmed,  ///< onset told again, or amendment: the gate is confirmed now
  onset_moved,     ///< amendment: an earlier or later evaluation is the first one that is met now
  numbers,         ///< amendment: what was shown has other numbers now
  resumed,         ///< amendment: the evaluation that ended the episode does not stand
  excluded,        ///< closure: the criterion does not apply any more
  departed,        ///< closure: death, discharge, or no result for long
  merged,          ///< closure: the patient is kept under another key
  gate_lost,       ///< amendment: the gate that was confirmed is not any more
  forgotten,       ///< closure: what is recorded of the patient is deleted here
};
inline constexpr Cause kLastCause = Cause::forgotten;

/// The rule that made an alert quieter than its kind can be, or withheld it.
enum class Quiet : std::uint8_t {
  none,
  not_primary,       ///< withheld: the criterion alerts nobody about this patient
  retrospective,     ///< withheld: too old, or the newest evaluation is below the cut
  settling,          ///< withheld for now: the panel may still come
  episode_open,      ///< withheld: a primary episode is open
  told_today,        ///< withheld: the same notice was sent less than a day ago
  gate_unconfirmed,  ///< passive, or withheld: the gate is not confirmed
  charted,           ///< passive: DIC is charted already
  tier_spent,        ///< passive: the tier has interrupted in this course
  bundled,           ///< passive: it belongs to an alert that was as loud
  rule_set,          ///< passive: only the rule set has changed
  late,              ///< task: the onset is a day old or older
  not_new,           ///< no resolution: only vital signs or facts are new
  no_panel,          ///< no resolution: no count, PT or fibrin marker of its own
  transfusion,       ///< no resolution: it improved after what was given
  unconfirmed,       ///< no resolution yet: it is the first evaluation below the cut
  deceased,          ///< passive: the patient has died
};
inline constexpr Quiet kLastQuiet = Quiet::deceased;

/// What was decided of one alert, kept so that one can ask later why something was told, or was not.
struct Decision {
  AlertKind kind = AlertKind::onset;
  Priority priority = Priority::passive;
  Cause cause = Cause::none;
  Quiet quiet = Quiet::none;
  bool sent = false;
  /// Of what was sent the number of its alert record, from 1 among those that are kept; else that of the last before.
  std::uint32_t record = 0;
  Timestamp at = Timestamp::none();  ///< clinical time of the evaluation
  std::string criterion;             ///< `isth-2001`
  friend bool operator==(const Decision&, const Decision&) = default;
};
/// So many are kept of what was sent, and so many of what was not.
inline constexpr std::size_t kMaxDecisions = 8;

}  // namespace coagwatch::rules

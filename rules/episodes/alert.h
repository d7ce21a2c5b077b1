#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/values/timestamp.h"

namespace coagwatch::rules {

// Numbers of the enumerations are part of the changelog format (Decision): new ones go to the end.

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

/// What made an alert of its kind, where the kind does not say it.
enum class Cause : std::uint8_t {
  none,
  relapse,         ///< worsening: met again after a resolution
  points,          ///< worsening: by points
  extreme,         ///< worsening: a first extreme
  gate_confirmed,  ///< onset told again, or amendment: the gate is confirmed now
  onset_moved,     ///< amendment: an earlier or later evaluation is the first one that is met now
  numbers,         ///< amendment: what was shown has other numbers now
  resumed,         ///< amendment: the evaluation that ended the episode does not stand
  excluded,        ///< closure: the criterion does not apply any more
  departed,        ///< closure: death, discharge, or no result for long
  merged,          ///< closure: the patient is kept under another key
};
std::string_view cause_name(Cause cause);

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
std::string_view quiet_name(Quiet quiet);
/// The rule in words: `its tier has interrupted in this course`.
std::string_view quiet_text(Quiet quiet);

/// One change of what is published of one criterion.
struct EpisodeEvent {
  AlertKind kind = AlertKind::onset;
  Priority priority = Priority::passive;
  Cause cause = Cause::none;
  Quiet quiet = Quiet::none;
  std::size_t score = 0;               ///< index into the assessment's scores
  std::optional<std::size_t> episode;  ///< index into the state's episodes, after the change; none of a notice
  std::uint32_t sequence = 0;          ///< of the criterion's alert records
  Timestamp at = Timestamp::none();    ///< clinical time of the evaluation that it shows
  /// Evaluations that were shown before and have other numbers now, or none that stands; `at` is not among them.
  std::vector<Timestamp> corrects;
  bool late = false;           ///< an onset of a day ago or more
  bool gate_was_open = false;  ///< told with an unconfirmed gate
};

/// Whether a patient is watched on.
enum class Leave : std::uint8_t {
  stays,
  departed,  ///< died, or went home: has no status any more
  expired,   ///< nothing came for long: is to be forgotten (departure.h)
};

/// What follows from one record, or one timer, for one patient.
struct AlertPlan {
  std::vector<EpisodeEvent> events;    ///< one alert record; empty: none
  std::vector<EpisodeEvent> withheld;  ///< what was not sent, and why (`quiet`)
  Leave leave = Leave::stays;
  Priority priority = Priority::passive;
  Timestamp group = Timestamp::none();  ///< clinical time of the first alert of its bundle
  std::uint32_t group_number = 0;

  void clear() {
    leave = Leave::stays;
    events.clear();
    withheld.clear();
  }
};

}  // namespace coagwatch::rules

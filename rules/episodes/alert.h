#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/patient/decision.h"
#include "rules/values/timestamp.h"

namespace coagwatch::rules {

std::string_view alert_kind_name(AlertKind kind);
std::string_view priority_name(Priority priority);
std::string_view cause_name(Cause cause);
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
  std::uint8_t told_extremes = 0;  ///< Extreme bits that were told of the episode before
  bool late = false;               ///< an onset of a day ago or more
  bool gate_was_open = false;      ///< told with an unconfirmed gate
};

/// Whether an amendment tells that an evaluation is worse with the rest of its panel, so that nothing was wrong.
inline bool completes_panel(const EpisodeEvent& event) {
  return event.kind == AlertKind::amendment && (event.cause == Cause::points || event.cause == Cause::extreme);
}

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

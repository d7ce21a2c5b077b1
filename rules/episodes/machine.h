#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/patient/course.h"

namespace coagwatch::rules {

/// What one evaluation says of a criterion, as the episode machine takes it.
enum class Reading : std::uint8_t {
  met,                ///< met, by values that belong together
  met_apart,          ///< met, with a value that scores more than 12 h older than the newest
  met_by_vitals,      ///< met, and only vital signs are new
  met_by_vitals_yet,  ///< the same 30 min or more after the first such reading
  below,              ///< surely below the cut, with a platelet count and a PT or fibrin marker of its own
  below_again,        ///< the same 12 h or more after the first of them
  below_unproven,     ///< surely below the cut, and it does not count (evaluation.h says why)
  between,            ///< indeterminate, or below the cut and not at the lowest grade
  excluded,           ///< the criterion does not apply to the patient
};
inline constexpr std::size_t kReadingCount = 9;
std::string_view reading_name(Reading reading);
std::string_view stage_name(Stage stage);
/// As in status records: `open`, `resolving`, `closed`, `retracted`; `none`.
std::string_view episode_state_name(EpisodeState state);

/// What a reading makes of a stage besides moving it on.
enum class Move : std::uint8_t {
  none,
  begin,        ///< an episode begins, or begins again
  end,          ///< it is over: resolved
  end_excluded  ///< it is over: the criterion does not apply any more
};
std::string_view move_name(Move move);

struct Transition {
  Stage next = Stage::none;
  Move move = Move::none;
};

/// The episode machine: what a reading makes of a stage. It is a table, in machine.cc.
Transition transition(Stage stage, Reading reading);

/// The table in Markdown, for rules/episodes/README.md; kept true by a test.
std::string machine_markdown();

}  // namespace coagwatch::rules

#include "rules/episodes/machine.h"

#include <array>

namespace coagwatch::rules {
namespace {

constexpr std::size_t kStageCount = 5;
using enum Stage;

constexpr Transition kBegin{open, Move::begin};
constexpr Transition kOver{none, Move::end};
constexpr Transition kExcluded{none, Move::end_excluded};

// A row a stage, a column a reading.
constexpr std::array<std::array<Transition, kReadingCount>, kStageCount> kTable = {{
    // met, met_apart, met_by_vitals, met_by_vitals_yet, below, below_again, below_unproven, between, excluded
    {{kBegin, {probable}, {watched}, {watched}, {none}, {none}, {none}, {none}, {none}}},
    {{kBegin, {probable}, {watched}, kBegin, {none}, {none}, {none}, {none}, {none}}},
    {{kBegin, {probable}, {probable}, {probable}, {none}, {none}, {none}, {none}, {none}}},
    {{{open}, {open}, {open}, {open}, {resolving}, {resolving}, {open}, {open}, kExcluded}},
    {{{open}, {open}, {open}, {open}, {resolving}, kOver, {resolving}, {resolving}, kExcluded}},
}};

constexpr std::array<std::string_view, kReadingCount> kReadings = {
    "met",
    "met, values more than 12 h apart",
    "met by vital signs alone",
    "met by vital signs alone, 30 min later",
    "below",
    "below, 12 h later",
    "below, does not count",
    "between",
    "excluded",
};

constexpr std::array<std::string_view, kStageCount> kStages = {"none", "watched", "probable", "open", "resolving"};
constexpr std::array<std::string_view, 5> kEpisodeStates = {"none", "open", "resolving", "closed", "retracted"};
constexpr std::array<std::string_view, 4> kMoves = {"", "onset or relapse", "resolution", "closure"};

}  // namespace

std::string_view reading_name(Reading reading) { return kReadings.at(static_cast<std::size_t>(reading)); }
std::string_view stage_name(Stage stage) { return kStages.at(static_cast<std::size_t>(stage)); }
std::string_view episode_state_name(EpisodeState state) { return kEpisodeStates.at(static_cast<std::size_t>(state)); }
std::string_view move_name(Move move) { return kMoves.at(static_cast<std::size_t>(move)); }

Transition transition(Stage stage, Reading reading) {
  return kTable.at(static_cast<std::size_t>(stage)).at(static_cast<std::size_t>(reading));
}

std::string machine_markdown() {
  std::string text = "| reading |";
  for (const std::string_view stage : kStages) text.append(" ").append(stage).append(" |");
  text.append("\n|---|");
  for (std::size_t i = 0; i < kStageCount; ++i) text.append("---|");
  text.append("\n");
  for (std::size_t reading = 0; reading < kReadingCount; ++reading) {
    text.append("| ").append(kReadings[reading]).append(" |");
    for (std::size_t stage = 0; stage < kStageCount; ++stage) {
      const Transition& to = kTable[stage][reading];
      text.append(" ").append(stage_name(to.next));
      if (to.move != Move::none) text.append(": **").append(move_name(to.move)).append("**");
      text.append(" |");
    }
    text.append("\n");
  }
  return text;
}

}  // namespace coagwatch::rules

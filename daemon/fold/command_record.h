#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/fold/input_record.h"

namespace coagwatch::daemon {

// Headers of the topic `coagwatch.commands` (commands.md), besides `coagwatch-partitions` (routed_record.h).
inline constexpr std::string_view kCommandHeader = "coagwatch-command";    ///< a CommandKind's name
inline constexpr std::string_view kClaimantHeader = "coagwatch-claimant";  ///< the Patient resource that says so
inline constexpr std::string_view kIntoHeader = "coagwatch-into";          ///< a patient key; not there: nobody

inline constexpr std::string_view kAsksHeader = "coagwatch-asks";      ///< `merged`: whether he is scored there
inline constexpr std::string_view kStatusHeader = "coagwatch-status";  ///< of `moved`: `corrected`, if it is
inline constexpr std::string_view kCorrected = "corrected";

// What the journal adds to a command that was applied.
inline constexpr std::string_view kAfterOffsetHeader = "coagwatch-after-offset";  ///< the last input offset before it
inline constexpr std::string_view kCommandSourceHeader = "coagwatch-command-source";  ///< its `topic/partition/offset`

/// What a command asks for.
enum class CommandKind : std::uint8_t {
  forget,       ///< everything that is known of the patient is to be forgotten
  link,         ///< a Patient resource of another partition says who this patient is, or does not say it any more
  adopt,        ///< what is recorded of a patient of another partition, who is one of this one; no value: he is not
  merged,       ///< the other partition scores this patient as one of its own
  unmerged,     ///< and does not any more
  acknowledge,  ///< for the read side: the fold is not moved
  snooze,       ///< likewise
  settle,       ///< who is whom is to be looked at again: patients were divided anew
  moved,        ///< a version of a result is about this patient, of another partition: older ones are nobody's else
};
inline constexpr std::array<std::string_view, 9> kCommandNames = {
    "forget", "link", "adopt", "merged", "unmerged", "acknowledge", "snooze", "settle", "moved"};

/// A command as it is read. The views are those of its record.
struct Command {
  CommandKind kind = CommandKind::forget;
  std::string_view patient = {};   ///< the record's key
  std::string_view claimant = {};  ///< of a link; else empty
  std::string_view into = {};      ///< the one whom it is about; of a link empty: nobody
  bool corrects = false;           ///< of `moved`: its status says that there was a version before it
  bool asks = false;               ///< of `adopt`: his own partition scores him until it is told
  std::optional<std::string_view> value = std::nullopt;
  std::int32_t partitions = 0;  ///< that patients were divided among when it was written; 0: it does not say
};

/// Reads a command. Returns what is wrong with it, a constant, or nothing.
std::string_view read_command(const InputRecord& record, Command& command);

}  // namespace coagwatch::daemon

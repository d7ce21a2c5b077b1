#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/command_record.h"
#include "fhir/intake.h"
#include "fhir/unmapped_codes.h"
#include "rules/episodes/episode.h"
#include "rules/patient/result.h"

namespace coagwatch::daemon {

inline constexpr std::size_t kDispositionCount = static_cast<std::size_t>(fhir::Disposition::dead) + 1;
inline constexpr std::size_t kAlertKindCount = static_cast<std::size_t>(rules::AlertKind::closure) + 1;

/// What a collection time may lack, and the name of that in metrics.
struct TimeAssumption {
  rules::ResultFlag flag;
  std::string_view name;
};
inline constexpr std::array<TimeAssumption, 3> kTimeAssumptions = {{{rules::kFlagZoneAssumed, "no-zone"},
                                                                    {rules::kFlagDateOnly, "date-only"},
                                                                    {rules::kFlagTimeFromIssued, "issued"}}};

/// What became of statements that a patient is another one (Patient.link).
enum class LinkEvent : std::uint8_t {
  merged,   ///< he is scored under the other's key from now on
  undone,   ///< and not any more
  waiting,  ///< of the other one nothing is known in this partition
  refused,  ///< the statements contradict each other, or run in a circle
};
inline constexpr std::array<std::string_view, 4> kLinkEventNames = {"merged", "undone", "waiting", "refused"};

/// What a fold did since the last transaction ended. Counted into the metrics when the transaction commits, and
/// forgotten when it aborts, so that the metrics tell what is visible.
struct FoldCounters {
  std::uint64_t records = 0;
  rules::Timestamp newest = rules::Timestamp::none();  ///< timestamp of the newest record
  std::uint64_t replayed = 0;                          ///< records at or below the last applied offset, skipped
  std::uint64_t assessments = 0;
  std::uint64_t evicted = 0;  ///< results that the caps of a patient's window dropped
  std::array<std::array<std::uint32_t, fhir::kReasonCount>, kDispositionCount> results{};
  std::array<std::uint32_t, kTimeAssumptions.size()> assumed_times{};  ///< results, by what their time lacks
  std::array<std::uint32_t, kLinkEventNames.size()> links{};           ///< by LinkEvent
  std::array<std::uint32_t, kCommandNames.size()> commands{};          ///< carried out, by CommandKind
  std::uint32_t refused_commands = 0;
  /// (criterion index in the rule set, kind) of each published alert event.
  std::vector<std::pair<std::uint16_t, rules::AlertKind>> alerts;
  static constexpr std::size_t kMaxUnmapped = 256;
  fhir::UnmappedCodes unmapped{kMaxUnmapped};

  void count(LinkEvent event) { ++links[static_cast<std::size_t>(event)]; }
  void clear() {
    records = replayed = assessments = evicted = 0;
    newest = rules::Timestamp::none();
    for (auto& row : results) row.fill(0);
    assumed_times.fill(0);
    links.fill(0);
    commands.fill(0);
    refused_commands = 0;
    alerts.clear();
    unmapped.clear();
  }
};

}  // namespace coagwatch::daemon

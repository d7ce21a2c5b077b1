#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/rule_set.h"

namespace coagwatch::rules {

/// Kinds of alert records (interfaces.md section 3).
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

/// Whose episodes are alerts rather than status only (alerting.md, "primary criteria").
struct AlertPolicy {
  std::vector<std::string> early_tier = {"jaam", "sic"};
  std::vector<std::string> overt_tier = {"isth-2001"};
  /// Overt tier for malignancy or marrow suppression only.
  std::vector<std::string> malignancy_tier = {"jmhw"};
  std::vector<std::string> pregnancy_tier = {"erez"};
};

/// Advances the episodes of every criterion by one assessment and says what to publish.
///
/// Onset when a criterion becomes `met`; resolution when it becomes `not_met` (for graded criteria: its lowest
/// grade). An episode never ends on `indeterminate`, nor by an evaluation to which no scored measure was added.
/// A correction that leaves no evaluation of the episode met retracts it. Events come out leading criterion
/// first; criteria that are not primary for this patient move their episodes and publish nothing.
///
/// `changed` are the measures whose results the causing record touched; `correction` says that it took a value
/// away or replaced one. Pure; `events` is overwritten.
void advance_episodes(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                      const Assessment& assessment, const std::bitset<kMeasureCount>& changed, bool correction,
                      std::vector<EpisodeEvent>& events);

}  // namespace coagwatch::rules

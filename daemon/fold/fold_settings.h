#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fhir/intake.h"
#include "rules/episodes/episode.h"
#include "rules/patient/patient_state.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// What decides scores and alerts: one rule set, as it was loaded, shared by all folds. It may change between two
/// transactions (PartitionFold::change_scoring).
struct Scoring {
  std::shared_ptr<const rules::RuleSet> rules;           ///< never null
  std::shared_ptr<const fhir::Terminology> terminology;  ///< never null
  rules::AlertPolicy alerts;
  fhir::TimeZone time_zone;  ///< the site's
};

/// What every fold of a process has in common. All but Scoring stays as it is while folds run.
struct FoldSettings : Scoring {
  /// `record`: clinical time is judged against Kafka's record timestamps. `event`: each patient has a clock of its
  /// own, the greatest collection or issue time in its data, so that history plays as if it were live.
  enum class TimeSource : std::uint8_t { record, event };

  rules::WindowLimits window;
  fhir::IntakeLimits intake;
  std::vector<std::string> envelopes;  ///< JSON pointers to where resources stand in records that are none
  TimeSource time_source = TimeSource::record;
  std::string fhir_base = "urn:coagwatch";
  bool notifications = false;               ///< alerts are written as notifications too
  std::string version;                      ///< of the program, in records and headers
  std::string input_topic;                  ///< for `coagwatch-source`
  bool routed = false;                      ///< it was written by the router stage: open_routed
  std::size_t dead_letter_bytes = 900'000;  ///< key and value of a dead letter; what is longer is cut and marked
};

}  // namespace coagwatch::daemon

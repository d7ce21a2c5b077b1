#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "daemon/fold/input_record.h"
#include "fhir/intake.h"
#include "fhir/writers.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// One record to publish, as the fold made it. The views live until the call returns.
struct FoldRecord {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::span<const std::pair<std::string_view, std::string_view>> headers;
};

/// Receives what the fold publishes, in the order in which it arose. The daemon produces it to Kafka; `replay`
/// prints it. The last three calls are for people who look on and are empty in the daemon.
class FoldSink {
 public:
  virtual ~FoldSink() = default;
  virtual void alert(const FoldRecord& record) = 0;
  /// The alert before it in its second form; only where FoldSettings::notifications asks for it.
  virtual void notification(const FoldRecord& /*record*/) {}
  virtual void dead_letter(const FoldRecord& record) = 0;
  /// The last state and status of a patient whom the transaction touched.
  virtual void state(const FoldRecord& record) = 0;
  virtual void status(const FoldRecord& record) = 0;
  /// A command for the fold of `partition` (commands.md).
  virtual void command(std::int32_t /*partition*/, const FoldRecord& /*record*/) {}

  /// Whether the statuses that are not tombstones, and with assessments what could change them, are of use: to write
  /// them takes time.
  [[nodiscard]] virtual bool shows_statuses() const { return true; }
  [[nodiscard]] virtual bool shows_assessments() const { return false; }

  /// One result found in the input, with its final disposition.
  virtual void item(const InputRecord& /*record*/, const fhir::Item& /*item*/) {}
  /// One assessment, made by one applied change.
  virtual void assessment(const fhir::WriteContext& /*context*/, const rules::Assessment& /*assessment*/) {}
  /// What was decided to be told of one record's changes of one patient, or of his timers, and what was not.
  virtual void decided(const fhir::WriteContext& /*context*/, const rules::RuleSet& /*rules*/,
                       const rules::AlertPlan& /*plan*/) {}
};

}  // namespace coagwatch::daemon

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/fold/fold_sink.h"
#include "rules/explain/explanation.h"

namespace coagwatch::daemon {

/// Keeps of a fold what `explain` needs of one patient: the alerts written for him, and his state as it stands in the
/// end; or, where a time is asked for, as it stood last while it still held what an assessment of that time looks at.
/// REQUIRES: the fold is flushed after every record.
class PatientHistory : public FoldSink {
 public:
  /// `keeps`: how much newer than `asked` the newest result may be. `asked`: none() for the end.
  PatientHistory(std::string patient, rules::Timestamp asked, rules::Duration keeps)
      : patient_(std::move(patient)), asked_(asked), keeps_(keeps) {}

  void alert(const FoldRecord& record) override;
  void dead_letter(const FoldRecord& /*record*/) override {}
  void state(const FoldRecord& record) override;
  void status(const FoldRecord& /*record*/) override {}
  void assessment(const fhir::WriteContext& context, const rules::Assessment& assessment) override;
  void decided(const fhir::WriteContext& context, const rules::RuleSet& rules, const rules::AlertPlan& plan) override;

  /// Where the next records come from.
  void set_source(std::uint64_t line, std::int32_t partition);

  /// Whether anything was kept of the patient.
  [[nodiscard]] bool found() const { return found_; }
  [[nodiscard]] const rules::PatientState& state() const { return state_; }
  /// Later results came that are not in state().
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// Records of the patient came in several partitions: each has a state of its own, and state() is the one that was
  /// changed last.
  [[nodiscard]] bool scattered() const { return scattered_; }
  /// With a clinical time at or before `at`, or with none.
  [[nodiscard]] std::vector<rules::ExplainedAlert> alerts_until(rules::Timestamp at) const;
  /// What was decided of evaluations at or before `at`, in the order in which it was.
  [[nodiscard]] std::vector<rules::ExplainedDecision> decisions_until(rules::Timestamp at) const;

 private:
  std::string patient_;
  rules::Timestamp asked_;
  rules::Duration keeps_;
  rules::PatientState state_;
  rules::PatientState next_;
  std::vector<rules::ExplainedAlert> alerts_;
  std::vector<rules::ExplainedDecision> decisions_;
  std::vector<rules::ExplainedChange> changes_;           ///< of the alert that comes next
  rules::Timestamp assessed_ = rules::Timestamp::none();  ///< last
  std::uint64_t line_ = 0;
  std::int32_t partition_ = 0;
  std::optional<std::int32_t> home_;
  bool found_ = false;
  bool stopped_ = false;
  bool scattered_ = false;
};

}  // namespace coagwatch::daemon

#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/fold/fold_sink.h"
#include "daemon/report/findings.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// Collects from a replayed fold what a report shows. The fold must be flushed after the last record. What alerts
/// tell is taken from what was decided, by the names of kinds alone, so that a new kind needs no change here.
///
/// Not thread-safe.
class ReportCollector : public FoldSink {
 public:
  /// `rules` must outlive this. `window`: how long results are kept in a patient's state.
  ReportCollector(const rules::RuleSet& rules, rules::Duration window);

  void alert(const FoldRecord& record) override;
  void dead_letter(const FoldRecord& record) override;
  void state(const FoldRecord& record) override;
  void status(const FoldRecord& /*record*/) override {}
  [[nodiscard]] bool shows_statuses() const override { return false; }
  [[nodiscard]] bool shows_assessments() const override { return true; }
  void item(const InputRecord& record, const fhir::Item& item) override;
  void assessment(const fhir::WriteContext& context, const rules::Assessment& assessment) override;
  void decided(const fhir::WriteContext& context, const rules::RuleSet& rules, const rules::AlertPlan& plan) override;

  Findings& findings() { return findings_; }

 private:
  PatientCourse& course_of(std::string_view key);
  PatientCourse* known_course(std::string_view key);
  void note_scores(const rules::Assessment& assessment, PatientCourse& course);
  void note_state(const rules::PatientState& state, PatientCourse& course);
  void note_values(const rules::PatientState& state, PatientCourse& course);
  void note_episodes(const rules::PatientState& state, PatientCourse& course);
  static void note_treatments(const rules::PatientState& state, PatientCourse& course);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  const rules::RuleSet& rules_;
  rules::Duration window_;
  Findings findings_;
  std::unordered_map<std::string, PatientCourse*, Hash, std::equal_to<>> courses_;  // in findings_.patients
  rules::PatientState decoded_;
  std::string changes_;                                   ///< of the alert that comes next
  rules::Timestamp reminded_ = rules::Timestamp::none();  ///< when that reminds; none() if it does not
  std::vector<SeriesPoint> points_;
};

}  // namespace coagwatch::daemon

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/report/findings.h"
#include "daemon/report/outcomes.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// How a report is to be made.
struct ReportOptions {
  std::size_t patients = 50;  ///< of whom time lines are shown, at most
  bool keys = false;          ///< patients by their keys, and dates rather than days since the first result
};

/// What a report is made of. The references must outlive it.
struct ReportSource {
  const Findings& findings;
  const rules::RuleSet& rules;
  const Config& config;
  std::vector<std::string> files;  ///< as the command line named them
  bool event_time = false;         ///< the replay took each patient's own clock
  const Outcomes* outcomes = nullptr;
  std::string outcomes_file;
};

/// What the sections of a report share: who is shown, and by what name.
class ReportView {
 public:
  ReportView(const ReportSource& source, const ReportOptions& options);

  [[nodiscard]] const Findings& findings() const { return source_.findings; }
  [[nodiscard]] const rules::RuleSet& rules() const { return source_.rules; }
  [[nodiscard]] const ReportSource& source() const { return source_; }
  [[nodiscard]] const ReportOptions& options() const { return options_; }

  /// Patients who are scored under their own key, in the order of their first assessment.
  [[nodiscard]] const std::vector<const PatientCourse*>& patients() const { return patients_; }
  /// Who is scored under another key.
  [[nodiscard]] std::size_t merged() const { return source_.findings.patients.size() - patients_.size(); }
  [[nodiscard]] std::uint64_t patient_days() const;
  /// `Patient 12`, or his key.
  [[nodiscard]] std::string name_of(std::size_t patient) const;

  /// Criteria that have a status, by index into the rule set, in its order.
  [[nodiscard]] const std::vector<std::size_t>& judged() const { return judged_; }
  /// Those of them that alert as configured, in the order of their tiers: overt first.
  [[nodiscard]] const std::vector<std::size_t>& alerting() const { return alerting_; }
  /// Its place among those that alert; their number where it does not.
  [[nodiscard]] std::size_t alert_rank(std::size_t criterion) const;
  [[nodiscard]] const std::string& id(std::size_t criterion) const { return source_.rules.criteria[criterion].id; }
  /// Its id with its title below, as HTML.
  [[nodiscard]] std::string titled(std::size_t criterion) const;

 private:
  const ReportSource& source_;
  ReportOptions options_;
  std::vector<const PatientCourse*> patients_;
  std::vector<std::size_t> judged_;
  std::vector<std::size_t> alerting_;
};

/// The last part of a path.
std::string last_part(const std::string& path);

}  // namespace coagwatch::daemon

#include "daemon/report/view.h"

#include <algorithm>

#include "daemon/report/html.h"

namespace coagwatch::daemon {

ReportView::ReportView(const ReportSource& source, const ReportOptions& options) : source_(source), options_(options) {
  for (const PatientCourse& course : source.findings.patients) {
    if (!course.merged) patients_.push_back(&course);
  }
  const std::vector<rules::Criterion>& criteria = source.rules.criteria;
  for (std::size_t i = 0; i < criteria.size(); ++i) {
    if (criteria[i].result != rules::Criterion::Result::group) judged_.push_back(i);
  }
  const rules::AlertPolicy& alerts = source.config.alerts;
  for (const auto* tier : {&alerts.overt_tier, &alerts.malignancy_tier, &alerts.pregnancy_tier, &alerts.early_tier}) {
    for (const std::string& name : *tier) {
      const auto found = std::ranges::find_if(judged_, [&](std::size_t i) { return criteria[i].id == name; });
      if (found != judged_.end() && alert_rank(*found) == alerting_.size()) alerting_.push_back(*found);
    }
  }
}

std::uint64_t ReportView::patient_days() const {
  std::uint64_t days = 0;
  for (const PatientCourse* patient : patients_) days += patient->days;
  return days;
}

std::string ReportView::name_of(std::size_t patient) const {
  return options_.keys ? patients_[patient]->key : "Patient " + std::to_string(patient + 1);
}

std::size_t ReportView::alert_rank(std::size_t criterion) const {
  return static_cast<std::size_t>(std::ranges::find(alerting_, criterion) - alerting_.begin());
}

std::string ReportView::titled(std::size_t criterion) const {
  const rules::Criterion& known = source_.rules.criteria[criterion];
  const std::string profile = known.profile.empty() ? "" : "/" + known.profile;
  return "<span class=\"id\">" + escaped(known.id + profile) + "</span> <span class=\"sub\">" + escaped(known.title) +
         "</span>";
}

std::string last_part(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace coagwatch::daemon

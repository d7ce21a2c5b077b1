#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/report/patient_course.h"

namespace coagwatch::daemon {

/// A treatment's courses: one begins where the same was not begun within 24 h before.
std::vector<Treatment> treatment_courses(const PatientCourse& patient);

/// One criterion around the beginning of a treatment.
struct BeforeAfter {
  std::optional<ScoreCell> before;  ///< the last at or within 7 days before it
  std::optional<ScoreCell> after;   ///< the first from 24 h to 7 days after it
  bool assessed = false;            ///< at all within 7 days after it
  bool below = false;               ///< not met at some time within 7 days after it
};
BeforeAfter around(const PatientCourse& patient, std::size_t criterion, rules::Timestamp start);

/// For people: `platelet transfusion`.
std::string treatment_name(rules::Fact fact);
/// For a chart: `PLT`.
std::string_view treatment_letters(rules::Fact fact);

}  // namespace coagwatch::daemon

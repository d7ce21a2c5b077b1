#include "daemon/report/treatment_course.h"

#include <algorithm>
#include <map>

namespace coagwatch::daemon {
namespace {

constexpr rules::Duration kSameCourse = rules::Duration::hours(24);
constexpr rules::Duration kSettled = rules::Duration::hours(24);
constexpr rules::Duration kLookedAt = rules::Duration::hours(7 * 24);

}  // namespace

std::vector<Treatment> treatment_courses(const PatientCourse& patient) {
  std::vector<Treatment> courses;
  std::map<rules::Fact, rules::Timestamp> latest;
  for (const Treatment& treatment : patient.treatments) {
    const auto known = latest.find(treatment.fact);
    if (known == latest.end() || treatment.start - known->second > kSameCourse) courses.push_back(treatment);
    latest[treatment.fact] = treatment.start;
  }
  return courses;
}

BeforeAfter around(const PatientCourse& patient, std::size_t criterion, rules::Timestamp start) {
  const ScoreHistory& scores = patient.scores;
  const auto applied = [&](std::size_t row) -> std::optional<ScoreCell> {
    const ScoreCell& cell = scores.cell(row, criterion);
    if (cell.status == rules::Status::not_applicable) return std::nullopt;
    return cell;
  };
  BeforeAfter result;
  const auto before = scores.last_until(start);
  if (before && start - scores.at(*before) <= kLookedAt) result.before = applied(*before);
  const auto after = scores.first_from(start + kSettled);
  if (after && scores.at(*after) - start <= kLookedAt) result.after = applied(*after);
  for (std::size_t row = before ? *before + 1 : 0; row < scores.size() && scores.at(row) - start <= kLookedAt; ++row) {
    const auto cell = applied(row);
    if (!cell) continue;
    result.assessed = true;
    result.below = result.below || cell->status == rules::Status::not_met;
  }
  return result;
}

std::string treatment_name(rules::Fact fact) {
  std::string name(rules::fact_name(fact));
  std::ranges::replace(name, '-', ' ');
  return name;
}

std::string_view treatment_letters(rules::Fact fact) {
  switch (fact) {
    case rules::Fact::platelet_transfusion:
      return "PLT";
    case rules::Fact::plasma_transfusion:
      return "FFP";
    case rules::Fact::red_cell_transfusion:
      return "RBC";
    case rules::Fact::fibrinogen_concentrate:
      return "FIB";
    case rules::Fact::antithrombin_concentrate:
      return "AT";
    case rules::Fact::thrombomodulin:
      return "TM";
    case rules::Fact::heparin:
      return "HEP";
    default:
      return "AC";
  }
}

}  // namespace coagwatch::daemon

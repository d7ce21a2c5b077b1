#include "daemon/report/collector.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "daemon/fold/state_codec.h"
#include "fhir/bundle_time.h"
#include "rules/values/decimal.h"

namespace coagwatch::daemon {
namespace {

std::string header(const FoldRecord& record, std::string_view name) {
  for (const auto& [known, value] : record.headers) {
    if (known == name) return std::string(value);
  }
  return {};
}

template <typename Visit>
void for_each_name(std::string_view list, const Visit& visit) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    visit(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

double number(rules::Decimal value) {
  return static_cast<double>(value.coefficient()) * std::pow(10.0, value.exponent());
}

SeriesPoint point_of(const rules::LabResult& lab) {
  constexpr double kUnbounded = std::numeric_limits<double>::infinity();
  return {lab.at, lab.value.low_unbounded ? -kUnbounded : number(lab.value.low),
          lab.value.high_unbounded ? kUnbounded : number(lab.value.high)};
}

/// A D-dimer that names neither FEU nor DDU is no number on either scale.
bool is_drawn(const rules::LabResult& lab) {
  return lab.unusable == rules::Unusable::none && (lab.flags & rules::kFlagMultipleOnly) == 0;
}

constexpr std::int64_t kDay = 86'400'000'000;

/// Days of the calendar that a patient was seen on or between; who is away for longer than a week is not there.
void count_days(rules::Timestamp before, rules::Timestamp now, std::uint32_t& days) {
  constexpr std::int64_t kLongestGap = 7;
  const auto day = [](rules::Timestamp time) { return (time.micros - ((time.micros % kDay) + kDay) % kDay) / kDay; };
  if (!before.known()) {
    days = 1;
  } else if (const std::int64_t gap = day(now) - day(before); gap > 0) {
    days += gap <= kLongestGap ? static_cast<std::uint32_t>(gap) : 1;
  }
}

/// Whether it reminds of an evaluation at about the time when that was due: data of last year that is loaded today with
/// the times of its records does not.
bool is_reminder(const rules::AlertPlan& plan, rules::Timestamp processed) {
  constexpr rules::Duration kReach = rules::Duration::hours(7 * 24);
  return !plan.events.empty() && std::ranges::all_of(plan.events, [&](const rules::EpisodeEvent& event) {
    return event.kind == rules::AlertKind::re_evaluation_due && processed - event.at <= kReach;
  });
}

}  // namespace

ReportCollector::ReportCollector(const rules::RuleSet& rules, rules::Duration window) : rules_(rules), window_(window) {
  findings_.decidedness.resize(rules.criteria.size());
}

PatientCourse* ReportCollector::known_course(std::string_view key) {
  const auto found = courses_.find(key);
  return found == courses_.end() ? nullptr : found->second;
}

PatientCourse& ReportCollector::course_of(std::string_view key) {
  if (PatientCourse* known = known_course(key)) return *known;
  PatientCourse& course = findings_.patients.emplace_back();
  course.key = key;
  course.criteria.resize(rules_.criteria.size());
  courses_.emplace(course.key, &course);
  return course;
}

void ReportCollector::alert(const FoldRecord& record) {
  const rules::Timestamp shown = fhir::bundle_time(record.value.value_or(std::string_view()));
  AlertMark mark{reminded_.known() ? reminded_ : shown, changes_, header(record, "coagwatch-priority")};
  ++findings_.alerts[mark.priority];
  PatientCourse* course = record.key ? known_course(*record.key) : nullptr;
  if (course == nullptr) return;
  for_each_name(header(record, "coagwatch-criterion"), [&](std::string_view name) {
    const auto found = std::ranges::find(rules_.criteria, name, &rules::Criterion::id);
    if (found == rules_.criteria.end()) return;
    ++course->criteria[static_cast<std::size_t>(found - rules_.criteria.begin())].alerts;
  });
  ++course->alert_count;
  if (mark.priority == "interruptive") ++course->interruptive;
  if (course->alerts.size() < PatientCourse::kMostAlerts) course->alerts.push_back(std::move(mark));
}

// The headers of a record are those of its leading change; the others have kinds and priorities of their own.
void ReportCollector::decided(const fhir::WriteContext& context, const rules::RuleSet& rules,
                              const rules::AlertPlan& plan) {
  changes_.clear();
  reminded_ = is_reminder(plan, context.processed) ? context.processed : rules::Timestamp::none();
  std::string_view before;
  for (const rules::EpisodeEvent& event : plan.events) {
    const std::string_view kind = rules::alert_kind_name(event.kind);
    const std::string& criterion = rules.criteria[event.score].id;
    const std::string priority(rules::priority_name(event.priority));
    ++findings_.changes_by_kind[std::string(kind)][priority];
    ++findings_.changes_by_criterion[{std::string(kind), criterion}][priority];
    if (kind != before) changes_.append(before.empty() ? "" : "; ").append(kind).append(" ").append(criterion);
    if (kind == before) changes_.append(", ").append(criterion);
    before = kind;
  }
}

void ReportCollector::dead_letter(const FoldRecord& record) {
  ++findings_.dead_letters[header(record, "coagwatch-reason")];
}

void ReportCollector::item(const InputRecord& /*record*/, const fhir::Item& item) {
  ++findings_.results[static_cast<std::size_t>(item.disposition)][static_cast<std::size_t>(item.reason)];
  if (item.reason == fhir::Reason::unmapped_code) {
    findings_.unmapped.add(item.code, item.display, item.code_problem);
  }
  const rules::Timestamp at = item.change.result.at;
  if (item.disposition != fhir::Disposition::applied || !item.measure_known || !at.known()) return;
  if (!findings_.first.known() || at < findings_.first) findings_.first = at;
  findings_.last = std::max(findings_.last, at);
}

void ReportCollector::assessment(const fhir::WriteContext& context, const rules::Assessment& assessment) {
  ++findings_.assessments;
  PatientCourse& course = course_of(context.patient);
  count_days(course.last, assessment.at, course.days);
  if (!course.first.known()) course.first = assessment.at;
  course.last = assessment.at;
  note_scores(assessment, course);
  if (assessment.state != nullptr) note_state(*assessment.state, course);
}

void ReportCollector::note_scores(const rules::Assessment& assessment, PatientCourse& course) {
  assert(assessment.lists_deciding);
  course.scores.note(assessment);
  for (std::size_t i = 0; i < assessment.scores.size(); ++i) {
    const rules::CriterionScore& score = assessment.scores[i];
    CriterionSummary& known = course.criteria[i];
    known.last = score.status;
    if (score.status == rules::Status::not_applicable || score.criterion->result == rules::Criterion::Result::group) {
      continue;
    }
    known.cut = score.criterion->result == rules::Criterion::Result::status ? std::int16_t{1} : score.table->met.cut;
    ++known.assessments;
    Decidedness& decidedness = findings_.decidedness[i];
    ++decidedness.assessments;
    if (score.status == rules::Status::indeterminate) {
      ++decidedness.indeterminate;
      for (const std::string_view test : score.deciding) {
        DecidingTest& deciding = decidedness.tests.try_emplace(std::string(test)).first->second;
        ++deciding.listed;
        if (score.deciding.size() == 1) ++deciding.alone;
      }
      continue;
    }
    if (!known.decided()) known.first_decided = assessment.at;
    if (score.status == rules::Status::met && !known.met()) known.first_met = assessment.at;
  }
}

// After a flush: what the last record did to the episodes, and who has nothing left in force.
void ReportCollector::state(const FoldRecord& record) {
  PatientCourse* course = record.key ? known_course(*record.key) : nullptr;
  if (course == nullptr || !record.value || decode_state(*record.value, decoded_)) return;
  course->merged = decoded_.merged_into.length != 0;
  note_state(decoded_, *course);
}

void ReportCollector::note_state(const rules::PatientState& state, PatientCourse& course) {
  if (state.at.known()) {
    course.complete_from = std::max(course.complete_from, state.at - window_);
    // The newest result was taken back, and what a week before it had dropped out of the state stays as it was seen.
    if (course.complete_from > state.at) course.complete_from = state.at + rules::Duration{1};
  }
  note_values(state, course);
  note_episodes(state, course);
  note_treatments(state, course);
}

void ReportCollector::note_values(const rules::PatientState& state, PatientCourse& course) {
  for (std::size_t i = 0; i < kDrawnMeasures.size(); ++i) {
    rules::Timestamp edge = course.complete_from;
    // What a cap dropped is in force and not in the state.
    for (const rules::StoredEviction& eviction : state.evictions) {
      if (eviction.measure != kDrawnMeasures[i]) continue;
      edge = std::max(edge, eviction.at + rules::Duration{1});
    }
    points_.clear();
    for (const rules::StoredResult& result : state.results) {
      if (result.lab.measure != kDrawnMeasures[i] || result.lab.at < edge || !is_drawn(result.lab)) continue;
      points_.push_back(point_of(result.lab));
    }
    course.series[i].replace_from(edge, points_);
  }
}

void ReportCollector::note_episodes(const rules::PatientState& state, PatientCourse& course) {
  for (const rules::Episode& episode : state.episodes) {
    const auto found = std::ranges::find(rules_.criteria, episode.criterion, &rules::Criterion::id);
    if (found == rules_.criteria.end() || episode.number == 0) continue;
    const auto index = static_cast<std::size_t>(found - rules_.criteria.begin());
    CriterionSummary& known = course.criteria[index];
    const EpisodeSpan span{index, episode.number, episode.state, episode.onset, episode.since, episode.peak};
    const auto seen = std::ranges::find_if(course.episodes, [&](const EpisodeSpan& other) {
      return other.criterion == index && other.number == episode.number;
    });
    if (episode.state == rules::EpisodeState::none) {
      // Part of another one by now.
      if (seen != course.episodes.end()) course.episodes.erase(seen);
      continue;
    }
    const bool known_retracted = seen != course.episodes.end() && seen->state == rules::EpisodeState::retracted;
    const bool retracted = episode.state == rules::EpisodeState::retracted;
    if (retracted && !known_retracted) ++known.retracted;
    if (!retracted && known_retracted) --known.retracted;
    if (seen != course.episodes.end()) {
      *seen = span;
    } else {
      if (course.episodes.size() == PatientCourse::kMostEpisodes) course.episodes.erase(course.episodes.begin());
      course.episodes.push_back(span);
    }
    if (episode.number < known.episodes) continue;
    known.episodes = episode.number;
    known.state = episode.state;
  }
}

void ReportCollector::note_treatments(const rules::PatientState& state, PatientCourse& course) {
  const rules::Timestamp edge = course.complete_from;
  std::vector<Treatment>& list = course.treatments;
  // A treatment that was entered in error is not in the state any more.
  std::erase_if(list, [&](const Treatment& treatment) { return treatment.start >= edge; });
  for (const rules::StoredFact& fact : state.facts) {
    if (fact.value != rules::Tristate::yes || !fact.start.known() || fact.start < edge) continue;
    if (std::ranges::find(kTreatments, fact.fact) == kTreatments.end()) continue;
    const Treatment treatment{fact.fact, fact.start};
    if (std::ranges::find(list, treatment) == list.end()) list.push_back(treatment);
  }
  std::ranges::stable_sort(list, {}, [](const Treatment& treatment) { return treatment.start; });
  if (list.size() > PatientCourse::kMostTreatments)
    list.erase(list.begin(), list.end() - PatientCourse::kMostTreatments);
}

}  // namespace coagwatch::daemon

#include "daemon/report/urgency.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace coagwatch::daemon {
namespace {

/// Smaller is more urgent.
using Urgency = std::tuple<int, std::size_t, int>;

/// Its place among the criteria that alert; after them where it did not alert for this patient.
std::size_t rank_of(const ReportView& view, const PatientCourse& patient, std::size_t criterion) {
  return patient.criteria[criterion].alerts > 0 ? view.alert_rank(criterion) : view.alerting().size();
}

Urgency urgency_of(const ReportView& view, const PatientCourse& patient) {
  Urgency least{std::numeric_limits<int>::max(), 0, 0};
  for (const EpisodeSpan& episode : patient.episodes) {
    const int state = episode.running() ? 0 : episode.state == rules::EpisodeState::retracted ? 2 : 1;
    const int above = episode.peak - patient.criteria[episode.criterion].cut;
    least = std::min(least, Urgency{state, rank_of(view, patient, episode.criterion), -above});
  }
  return least;
}

}  // namespace

std::vector<std::size_t> by_urgency(const ReportView& view) {
  std::vector<std::pair<Urgency, std::size_t>> order;
  for (std::size_t i = 0; i < view.patients().size(); ++i) {
    if (!view.patients()[i]->episodes.empty()) order.emplace_back(urgency_of(view, *view.patients()[i]), i);
  }
  std::ranges::sort(order);
  std::vector<std::size_t> patients;
  patients.reserve(order.size());
  for (const auto& [urgency, patient] : order) patients.push_back(patient);
  return patients;
}

std::vector<std::size_t> episode_criteria(const ReportView& view, const PatientCourse& patient) {
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (const EpisodeSpan& episode : patient.episodes) {
    order.emplace_back(rank_of(view, patient, episode.criterion), episode.criterion);
  }
  std::ranges::sort(order);
  std::vector<std::size_t> criteria;
  for (const auto& [rank, criterion] : order) {
    if (criteria.empty() || criteria.back() != criterion) criteria.push_back(criterion);
  }
  return criteria;
}

}  // namespace coagwatch::daemon

#include "rules/episodes/tiers.h"

#include <algorithm>
#include <limits>

namespace coagwatch::rules {
namespace {

constexpr std::size_t kAbsent = std::numeric_limits<std::size_t>::max();

std::size_t place_in(const std::vector<std::string>& list, std::string_view criterion) {
  const auto found = std::ranges::find(list, criterion);
  return found == list.end() ? kAbsent : static_cast<std::size_t>(found - list.begin());
}

/// The lists of criteria that alert, in the order of precedence, and whether each is for a patient with these facts.
template <typename Visit>
void for_each_list(const AlertPolicy& policy, const KnownFacts& facts, const Visit& visit) {
  visit(policy.overt_tier, true, Tier::overt);
  visit(policy.malignancy_tier, facts.yes(Fact::malignancy) || facts.yes(Fact::marrow_suppression), Tier::overt);
  visit(policy.pregnancy_tier, facts.yes(Fact::pregnancy), Tier::overt);
  visit(policy.early_tier, true, Tier::early);
}

}  // namespace

Standing standing_of(const AlertPolicy& policy, std::string_view criterion, const KnownFacts& facts) {
  std::size_t before = 0;
  Standing standing{Tier::none, kAbsent};
  for_each_list(policy, facts, [&](const std::vector<std::string>& list, bool applies, Tier tier) {
    const std::size_t place = applies ? place_in(list, criterion) : kAbsent;
    if (place != kAbsent && standing.tier == Tier::none) standing = {tier, before + place};
    before += list.size();
  });
  return standing;
}

std::vector<std::size_t> primary_criteria(const AlertPolicy& policy, const RuleSet& rules, const KnownFacts& facts) {
  std::vector<std::size_t> primary;
  primary.reserve(rules.criteria.size());
  for_each_list(policy, facts, [&](const std::vector<std::string>& list, bool applies, Tier /*tier*/) {
    if (!applies) return;
    for (const std::string& id : list) {
      const auto found = std::ranges::find(rules.criteria, id, &Criterion::id);
      if (found == rules.criteria.end()) continue;
      const auto i = static_cast<std::size_t>(found - rules.criteria.begin());
      if (std::ranges::find(primary, i) == primary.end()) primary.push_back(i);
    }
  });
  return primary;
}

Tier tier_of(const AlertPolicy& policy, std::string_view criterion) {
  if (place_in(policy.early_tier, criterion) != kAbsent) return Tier::early;
  for (const auto* list : {&policy.overt_tier, &policy.malignancy_tier, &policy.pregnancy_tier}) {
    if (place_in(*list, criterion) != kAbsent) return Tier::overt;
  }
  return Tier::none;
}

bool in_course(const AlertPolicy& policy, const PatientState& state, Timestamp at) {
  const bool carried =
      std::ranges::any_of(state.courses, [](const CriterionCourse& course) { return (course.marks & kCarried) != 0; });
  return carried || std::ranges::any_of(state.episodes, [&](const Episode& episode) {
           if ((episode.marks & kEpisodePublished) == 0) return false;
           if (is_running(episode)) return true;
           return episode.state == EpisodeState::closed && at - episode.since <= policy.course_gap;
         });
}

bool tier_spent(const AlertPolicy& policy, const PatientState& state, Tier tier) {
  return std::ranges::any_of(state.courses, [&](const CriterionCourse& course) {
    return (course.marks & kTierSpent) != 0 && tier_of(policy, course.criterion) == tier;
  });
}

void carry_spent(const AlertPolicy& policy, const PatientState& from, PatientState& to) {
  if (!in_course(policy, from, from.at)) return;
  for (const CriterionCourse& spent : from.courses) {
    if ((spent.marks & kTierSpent) == 0) continue;
    auto place = std::ranges::lower_bound(to.courses, spent.criterion, {}, &CriterionCourse::criterion);
    if (place == to.courses.end() || place->criterion != spent.criterion) {
      place = to.courses.insert(place, CriterionCourse{});
      place->criterion = spent.criterion;
    }
    place->marks |= kTierSpent | kCarried;
  }
}

bool is_covered(const AlertPolicy& policy, const Assessment& assessment) {
  return std::ranges::any_of(assessment.scores, [&](const CriterionScore& score) {
    if (score.status == Status::not_applicable) return false;
    return standing_of(policy, score.criterion->id, assessment.facts).tier != Tier::none;
  });
}

}  // namespace coagwatch::rules

#include "rules/episodes/decisions.h"

#include <algorithm>

namespace coagwatch::rules {
namespace {

/// Makes room for one more of that outcome.
void make_room(std::vector<Decision>& decisions, bool sent) {
  if (std::ranges::count(decisions, sent, &Decision::sent) < static_cast<std::ptrdiff_t>(kMaxDecisions)) return;
  decisions.erase(std::ranges::find(decisions, sent, &Decision::sent));
}

}  // namespace

Decision decision_of(const RuleSet& rules, const EpisodeEvent& event, bool sent) {
  Decision decision;
  decision.kind = event.kind;
  decision.priority = event.priority;
  decision.cause = event.cause;
  decision.quiet = event.quiet;
  decision.sent = sent;
  decision.at = event.at;
  decision.criterion = rules.criteria[event.score].id;
  return decision;
}

bool repeats(const Decision& decision, const Decision& other) {
  return decision.kind == other.kind && decision.quiet == other.quiet && decision.at == other.at &&
         decision.criterion == other.criterion && decision.sent == other.sent;
}

void remember_decisions(const RuleSet& rules, const AlertPlan& plan, PatientState& state) {
  std::vector<Decision>& kept = state.decisions;
  const std::uint32_t before = kept.empty() ? 0 : kept.back().record;
  const auto keep = [&](Decision decision, std::uint32_t record) {
    make_room(kept, decision.sent);
    decision.record = record;
    kept.push_back(std::move(decision));
  };
  for (const EpisodeEvent& event : plan.events) keep(decision_of(rules, event, true), before + 1);
  const std::uint32_t last = plan.events.empty() ? before : before + 1;
  for (const EpisodeEvent& event : plan.withheld) {
    if (event.quiet == Quiet::not_primary) continue;
    Decision decision = decision_of(rules, event, false);
    const auto same = [&](const Decision& other) { return repeats(decision, other); };
    if (std::ranges::none_of(kept, same)) keep(std::move(decision), last);
  }
}

}  // namespace coagwatch::rules

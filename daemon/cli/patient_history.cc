#include "daemon/cli/patient_history.h"

#include <algorithm>

#include "daemon/fold/state_codec.h"
#include "rules/episodes/decisions.h"

namespace coagwatch::daemon {

void PatientHistory::set_source(std::uint64_t line, std::int32_t partition) {
  line_ = line;
  partition_ = partition;
}

void PatientHistory::assessment(const fhir::WriteContext& context, const rules::Assessment& assessment) {
  if (context.patient == patient_) assessed_ = assessment.at;
}

void PatientHistory::alert(const FoldRecord& record) {
  if (record.key != patient_) return;
  rules::ExplainedAlert& alert = alerts_.emplace_back();
  for (const auto& [name, text] : record.headers) {
    if (name == "coagwatch-alert") alert.kind = text;
    if (name == "coagwatch-criterion") alert.criteria = text;
    if (name == "coagwatch-priority") alert.priority = text;
  }
  alert.at = assessed_;
  alert.line = line_;
  alert.changes = std::move(changes_);
}

void PatientHistory::decided(const fhir::WriteContext& context, const rules::RuleSet& rules,
                             const rules::AlertPlan& plan) {
  if (context.patient != patient_) return;
  changes_.clear();
  for (const rules::EpisodeEvent& event : plan.events) {
    changes_.push_back({event.kind, rules.criteria[event.score].id, event.priority});
  }
  const auto add = [&](const std::vector<rules::EpisodeEvent>& events, bool sent) {
    for (const rules::EpisodeEvent& event : events) {
      rules::ExplainedDecision decision{rules::decision_of(rules, event, sent), line_};
      const auto same = [&](const rules::ExplainedDecision& other) {
        return rules::repeats(decision.decision, other.decision);
      };
      // A panel in pieces asks the same again and again.
      if (!sent && std::ranges::any_of(decisions_, same)) continue;
      decisions_.push_back(std::move(decision));
    }
  };
  add(plan.events, true);
  add(plan.withheld, false);
}

std::vector<rules::ExplainedDecision> PatientHistory::decisions_until(rules::Timestamp at) const {
  std::vector<rules::ExplainedDecision> out;
  for (const rules::ExplainedDecision& decision : decisions_) {
    if (!decision.decision.at.known() || decision.decision.at <= at) out.push_back(decision);
  }
  return out;
}

void PatientHistory::state(const FoldRecord& record) {
  if (record.key != patient_) return;
  if (home_ && *home_ != partition_) scattered_ = true;
  home_ = partition_;
  // The fold wrote it: it can be read.
  if (!record.value || decode_state(*record.value, next_)) return;
  stopped_ = stopped_ || (found_ && asked_.known() && next_.at.known() && next_.at - asked_ > keeps_);
  found_ = true;
  if (!stopped_) std::swap(state_, next_);
}

std::vector<rules::ExplainedAlert> PatientHistory::alerts_until(rules::Timestamp at) const {
  std::vector<rules::ExplainedAlert> out;
  for (const rules::ExplainedAlert& alert : alerts_) {
    if (!alert.at.known() || alert.at <= at) out.push_back(alert);
  }
  return out;
}

}  // namespace coagwatch::daemon

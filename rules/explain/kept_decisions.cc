#include "rules/explain/kept_decisions.h"

#include <algorithm>

namespace coagwatch::rules {

std::vector<ExplainedDecision> kept_decisions(const PatientState& state) {
  std::vector<ExplainedDecision> out;
  for (const Decision& decision : state.decisions) out.push_back({decision, 0});
  return out;
}

std::vector<ExplainedAlert> kept_alerts(const PatientState& state) {
  std::vector<ExplainedAlert> out;
  std::uint32_t record = 0;
  Priority loudest = Priority::passive;
  for (const Decision& decision : state.decisions) {
    if (!decision.sent) continue;
    const ExplainedChange change{decision.kind, decision.criterion, decision.priority};
    if (out.empty() || decision.record != record) {
      // The first change of a record leads, and gives it its kind.
      ExplainedAlert& alert = out.emplace_back();
      alert.kind = alert_kind_name(change.kind);
      alert.criteria = change.criterion;
      alert.at = decision.at;
      loudest = change.priority;
    } else {
      std::string& criteria = out.back().criteria;
      const bool listed = ("," + criteria + ",").find("," + change.criterion + ",") != std::string::npos;
      if (!listed) criteria.append(",").append(change.criterion);
      loudest = std::max(loudest, change.priority);
    }
    record = decision.record;
    out.back().priority = priority_name(loudest);
    out.back().changes.push_back(change);
  }
  return out;
}

}  // namespace coagwatch::rules

#include "fhir/alert_entries.h"
#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

std::string group_text(const WriteContext& context, const rules::AlertPlan& plan) {
  const std::string time = plan.group.known() ? format_instant(plan.group) : "unknown";
  return portable_key(context.patient) + "|" + time + "|" + std::to_string(plan.group_number);
}

void write_envelope(JsonWriter& json, const WriteContext& context, const std::string& identifier) {
  json.text("resourceType", "Bundle");
  if (context.processed.known()) {
    json.begin_object("meta");
    json.instant("lastUpdated", context.processed);
    json.end_object();
  }
  json.member("identifier");
  write_identifier(json, system_uri(context.base, "sid", "alert"), identifier);
  json.text("type", "transaction");
  if (context.processed.known()) json.instant("timestamp", context.processed);
}

}  // namespace

void write_alert(const WriteContext& context, const rules::RuleSet& rules, const rules::AlertPolicy& policy,
                 const rules::PatientState& state, const rules::Assessment& assessment, const rules::AlertPlan& plan,
                 AlertRecord& out) {
  out.value.clear();
  out.criteria.clear();
  out.kind = plan.events.front().kind;
  out.group = group_text(context, plan);
  const AlertInput input{context, rules, policy, state, assessment, plan};
  AlertEntries entries(input, false);
  JsonWriter json(out.value);
  json.begin_object();
  write_envelope(json, context, entries.record_identifier());
  json.begin_array("entry");
  entries.write(json);
  json.end_array();
  json.end_object();
  for (const rules::EpisodeEvent& event : plan.events) {
    if (!out.criteria.empty()) out.criteria += ',';
    out.criteria += rules.criteria[event.score].id;
  }
}

}  // namespace coagwatch::fhir

// An alert as the notification of a subscription (HL7 "Subscriptions R5 Backport" for R4): for receivers who have that.

#include "fhir/alert_entries.h"
#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

void begin_parameter(JsonWriter& json, std::string_view name) {
  json.begin_object();
  json.text("name", name);
}

void write_reference_parameter(JsonWriter& json, std::string_view name, const std::string& urn) {
  begin_parameter(json, name);
  json.begin_object("valueReference");
  json.text("reference", urn);
  json.end_object();
  json.end_object();
}

/// Of each patient and criterion, whose records are numbered.
std::string subscription_identifier(const AlertInput& input) {
  return portable_key(input.context.patient) + "|" + input.rules.criteria[input.plan.events.front().score].id;
}

void write_event_parameter(JsonWriter& json, const AlertInput& input, AlertEntries& entries,
                           const std::vector<std::string>& urns) {
  begin_parameter(json, "notification-event");
  json.begin_array("part");
  begin_parameter(json, "event-number");
  json.text("valueString", std::to_string(input.plan.events.front().sequence));
  json.end_object();
  if (input.context.processed.known()) {
    begin_parameter(json, "timestamp");
    json.instant("valueInstant", input.context.processed);
    json.end_object();
  }
  const std::string focus = entries.focus();
  write_reference_parameter(json, "focus", focus);
  for (const std::string& urn : urns) {
    if (urn != focus) write_reference_parameter(json, "additional-context", urn);
  }
  json.end_array();
  json.end_object();
}

void write_parameters(JsonWriter& json, const AlertInput& input, AlertEntries& entries,
                      const std::vector<std::string>& urns) {
  json.begin_object("resource");
  json.text("resourceType", "Parameters");
  json.begin_array("parameter");
  begin_parameter(json, "subscription");
  json.begin_object("valueReference");
  json.member("identifier");
  write_identifier(json, system_uri(input.context.base, "sid", "subscription"), subscription_identifier(input));
  json.end_object();
  json.end_object();
  begin_parameter(json, "topic");
  json.text("valueCanonical", system_uri(input.context.base, "SubscriptionTopic", "alerts"));
  json.end_object();
  begin_parameter(json, "status");
  json.text("valueCode", "active");
  json.end_object();
  begin_parameter(json, "type");
  json.text("valueCode", "event-notification");
  json.end_object();
  write_event_parameter(json, input, entries, urns);
  json.end_array();
  json.end_object();
}

void write_status_entry(JsonWriter& json, const AlertInput& input, AlertEntries& entries, const std::string& identifier,
                        const std::vector<std::string>& urns) {
  json.begin_object();
  json.text("fullUrl", uuid_urn(system_uri(input.context.base, "sid", "notification"), identifier));
  write_parameters(json, input, entries, urns);
  json.begin_object("request");
  json.text("method", "GET");
  json.text("url", conditional_url("Subscription", system_uri(input.context.base, "sid", "subscription"),
                                   subscription_identifier(input)));
  json.end_object();
  json.begin_object("response");
  json.text("status", "200");
  json.end_object();
  json.end_object();
}

}  // namespace

void write_notification(const WriteContext& context, const rules::RuleSet& rules, const rules::AlertPolicy& policy,
                        const rules::PatientState& state, const rules::Assessment& assessment,
                        const rules::AlertPlan& plan, std::string& out) {
  const AlertInput input{context, rules, policy, state, assessment, plan};
  // The first entry names the others, so they are found before.
  AlertEntries found(input, true);
  std::string unused;
  JsonWriter nowhere(unused);
  nowhere.begin_array();
  found.write(nowhere);
  out.clear();
  AlertEntries entries(input, true);
  const std::string identifier = entries.record_identifier();
  JsonWriter json(out);
  json.begin_object();
  json.text("resourceType", "Bundle");
  json.member("identifier");
  write_identifier(json, system_uri(context.base, "sid", "notification"), identifier);
  json.text("type", "history");
  if (context.processed.known()) json.instant("timestamp", context.processed);
  json.begin_array("entry");
  write_status_entry(json, input, entries, identifier, found.written());
  entries.write(json);
  json.end_array();
  json.end_object();
}

}  // namespace coagwatch::fhir

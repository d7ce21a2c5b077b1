#include <algorithm>

#include "fhir/alert_parts.h"
#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

using rules::AlertKind;

struct Code {
  std::string_view code;
  std::string_view display;
};

Code priority_code(rules::Priority priority) {
  switch (priority) {
    case rules::Priority::interruptive:
      return {"PH", "High priority"};
    case rules::Priority::task:
      return {"PM", "Medium priority"};
    case rules::Priority::passive:
      break;
  }
  return {"PL", "Low priority"};
}

// What the Flag is about, which stays while its state changes: the end of an episode is still about criteria met.
Code subject_matter(AlertKind kind) {
  switch (kind) {
    case AlertKind::probable:
      return {"-probable", "criteria probably met"};
    case AlertKind::pre:
      return {"-pre", "criteria nearly met"};
    case AlertKind::trend:
      return {"-trend", "adverse trend"};
    case AlertKind::missing_test:
      return {"-missing-test", "a missing test would decide"};
    default:
      return {"-criteria-met", "criteria met"};
  }
}

bool ends_episode(const AlertPart& part) {
  return part.event.kind == AlertKind::resolution || part.event.kind == AlertKind::closure ||
         part.episode.state == rules::EpisodeState::closed;
}

std::string_view status_of(const AlertPart& part) {
  if (part.retracted()) return "entered-in-error";
  return ends_episode(part) ? "inactive" : "active";
}

void write_extension(JsonWriter& json, const AlertPart& part) {
  json.begin_array("extension");
  json.begin_object();
  json.text("url", "http://hl7.org/fhir/StructureDefinition/flag-detail");
  json.begin_object("valueReference");
  json.text("reference", part.score_urn);
  json.end_object();
  json.end_object();
  json.begin_object();
  json.text("url", "http://hl7.org/fhir/StructureDefinition/flag-priority");
  json.begin_object("valueCodeableConcept");
  json.begin_array("coding");
  const Code priority = priority_code(part.event.priority);
  write_coding(json, "http://hl7.org/fhir/flag-priority-code", priority.code, priority.display);
  json.end_array();
  json.end_object();
  json.end_object();
  json.end_array();
}

void write_code(JsonWriter& json, const AlertPart& part) {
  json.begin_array("category");
  json.begin_object();
  json.begin_array("coding");
  write_coding(json, "http://terminology.hl7.org/CodeSystem/flag-category", "clinical", "Clinical");
  json.end_array();
  json.end_object();
  json.end_array();
  const Code matter = subject_matter(part.event.kind);
  json.begin_object("code");
  json.begin_array("coding");
  write_coding(json, system_uri(part.context.base, "CodeSystem", "criteria"),
               std::string(part.criterion.id).append(matter.code),
               std::string(part.criterion.title).append(": ").append(matter.display));
  json.end_array();
  json.text("text", headline(part) + ". " + std::string(kDisclaimer));
  json.end_object();
}

void write_period(JsonWriter& json, const AlertPart& part) {
  if (!part.episode.onset.known()) return;
  json.begin_object("period");
  json.instant("start", part.episode.onset);
  if (!part.retracted() && ends_episode(part)) {
    // A correction can move the assessment back before the onset; a period must not run backwards.
    json.instant("end", std::max(part.episode.onset, part.assessment.at));
  }
  json.end_object();
}

}  // namespace

std::string episode_identifier(const AlertPart& part) {
  return portable_key(part.context.patient) + "|" + part.criterion.id + "|" +
         (part.episode.onset.known() ? format_instant(part.episode.onset) : "unknown");
}

void write_flag(JsonWriter& json, const AlertPart& part) {
  json.begin_object("resource");
  json.text("resourceType", "Flag");
  write_tag(json, part);
  write_narrative(json, flag_div(part));
  write_extension(json, part);
  json.begin_array("identifier");
  write_identifier(json, system_uri(part.context.base, "sid", "episode"), episode_identifier(part));
  json.end_array();
  json.text("status", status_of(part));
  write_code(json, part);
  write_subject(json, part);
  write_encounter(json, part);
  write_period(json, part);
  json.begin_object("author");
  json.text("display", producer(part));
  json.end_object();
  json.end_object();
}

}  // namespace coagwatch::fhir

#include <algorithm>

#include "fhir/alert_parts.h"
#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

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

// What is part of another one by now was over too.
bool ends_episode(const AlertPart& part) {
  return part.episode->state == rules::EpisodeState::closed || part.episode->state == rules::EpisodeState::none;
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
  json.begin_object("code");
  json.begin_array("coding");
  write_coding(json, system_uri(part.context.base, "CodeSystem", "criteria"),
               std::string(part.criterion.id).append("-criteria-met"),
               std::string(part.criterion.title).append(": criteria met"));
  json.end_array();
  json.text("text", headline(part) + ". " + std::string(kDisclaimer));
  json.end_object();
}

/// What closes an episode from outside can lie before the onset as results stand; a period must not run backwards. To
/// be merged or forgotten has no clinical time: the episode ran until it was known.
rules::Timestamp end_of(const AlertPart& part) {
  const rules::Episode& episode = *part.episode;
  const rules::Cause cause = part.event.cause;
  const bool timeless = cause == rules::Cause::merged || cause == rules::Cause::forgotten;
  return std::max({episode.onset, episode.since, timeless ? part.context.processed : rules::Timestamp::none()});
}

void write_period(JsonWriter& json, const AlertPart& part) {
  const rules::Episode& episode = *part.episode;
  json.begin_object("period");
  json.instant("start", episode.onset);
  if (!part.retracted() && ends_episode(part)) json.instant("end", end_of(part));
  json.end_object();
}

}  // namespace

std::string episode_identifier(const AlertPart& part) {
  return portable_key(part.context.patient) + "|" + part.criterion.id + "|" + format_instant(part.episode->first_onset);
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

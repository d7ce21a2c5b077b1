#include "fhir/alert_parts.h"
#include "rules/patient/visit.h"

namespace coagwatch::fhir {

void write_tag(JsonWriter& json, const AlertPart& part) {
  json.begin_object("meta");
  json.begin_array("tag");
  write_coding(json, system_uri(part.context.base, "CodeSystem", "producer"), "coagwatch", {});
  json.end_array();
  json.end_object();
}

void write_narrative(JsonWriter& json, std::string_view div) {
  json.begin_object("text");
  json.text("status", "generated");
  json.text("div", div);
  json.end_object();
}

void write_identifier(JsonWriter& json, std::string_view system, std::string_view value) {
  json.begin_object();
  if (!system.empty()) json.text("system", system);
  json.text("value", value);
  json.end_object();
}

void write_subject(JsonWriter& json, const AlertPart& part) {
  json.begin_object("subject");
  if (!part.subject.reference.empty()) {
    json.text("reference", part.subject.reference);
  } else {
    json.member("identifier");
    write_identifier(json, part.subject.system, part.subject.value);
  }
  json.end_object();
}

void write_encounter(JsonWriter& json, const AlertPart& part) {
  const std::string_view encounter = rules::encounter_of(part.state);
  if (encounter.empty()) return;
  json.begin_object("encounter");
  json.text("reference", encounter);
  if (const std::string_view place = rules::place_of(part.state); !place.empty()) json.text("display", place);
  json.end_object();
}

void write_coding(JsonWriter& json, std::string_view system, std::string_view code, std::string_view display) {
  json.begin_object();
  json.text("system", system);
  json.text("code", code);
  if (!display.empty()) json.text("display", display);
  json.end_object();
}

std::string producer(const AlertPart& part) { return std::string("coagwatch ").append(part.context.version); }

}  // namespace coagwatch::fhir

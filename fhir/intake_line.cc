#include "fhir/record_parts.h"

namespace coagwatch::fhir {
namespace {

void text_or_null(JsonWriter& json, JsonWriter::Key name, std::string_view value) {
  if (value.empty()) {
    json.null(name);
  } else {
    json.text(name, value);
  }
}

/// Of a D-dimer of unknown flavour the number is as it was written.
std::string_view unit_of(const rules::LabResult& lab) {
  return (lab.flags & rules::kFlagMultipleOnly) != 0 ? "mg/L" : rules::measure_info(lab.measure).unit;
}

}  // namespace

void write_intake(std::uint64_t line, const Item& item, std::string& out) {
  JsonWriter json(out);
  const rules::LabResult& lab = item.change.result;
  json.begin_object();
  json.integer("line", static_cast<std::int64_t>(line));
  json.integer("entry", item.entry);
  text_or_null(json, "resource", item.resource);
  text_or_null(json, "patient", item.patient);
  json.text("disposition", disposition_name(item.disposition));
  text_or_null(json, "reason", reason_name(item.reason));
  if (item.measure_known) json.text("measure", rules::measure_info(lab.measure).name);
  if (item.value_known) write_ends(json, lab.value);
  if (item.measure_known && item.value_known) json.text("unit", unit_of(lab));
  if (lab.at.known()) json.instant("at", lab.at);
  if (!item.text.empty()) json.text("text", item.text);
  json.end_object();
}

}  // namespace coagwatch::fhir

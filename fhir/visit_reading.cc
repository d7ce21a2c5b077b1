#include "fhir/visit_reading.h"

#include "fhir/datetime.h"
#include "fhir/identity.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kEncounter = "Encounter/";
// Shown to people, and kept with every patient.
constexpr std::size_t kMaxPlaceLength = 128;
constexpr std::size_t kMaxEncounterLength = 128;

rules::Timestamp time_of(const ContextNode& node, const TimeZone& zone) {
  const auto parsed = parse_datetime(node.text(), zone);
  return parsed ? parsed->time : rules::Timestamp::none();
}

}  // namespace

std::string_view read_encounter_reference(std::string_view reference, BundleContext* bundle, TextArena& arena) {
  if (reference.empty()) return {};
  std::string_view named;
  if (reference.starts_with("urn:")) {
    const LocatedResource* entry = bundle == nullptr ? nullptr : bundle->entry(reference);
    if (entry != nullptr && entry->type == "Encounter" && !entry->id.empty()) {
      named = named_resource(arena.join({kEncounter, entry->id}), arena).source;
    }
  } else {
    named = named_resource(reference, arena).source;
  }
  return named.starts_with(kEncounter) && named.size() <= kMaxEncounterLength ? named : std::string_view();
}

void read_place(const ContextNode& encounter, const TimeZone& zone, TextArena& arena, ContextFacts& out) {
  out.tells_place = out.source.starts_with(kEncounter) && out.source.size() <= kMaxEncounterLength;
  ContextNode period = encounter["period"];
  if (!period.present()) period = encounter["actualPeriod"];  // R5
  out.place_start = time_of(period["start"], zone);
  const std::string_view status = encounter["status"].text();
  if (status == "entered-in-error" || status == "cancelled" || status == "planned") return;
  const ContextNode locations = encounter["location"];
  rules::Timestamp newest = rules::Timestamp::none();
  for (std::size_t i = 0; i < locations.size(); ++i) {
    const ContextNode location = locations.at(i);
    const std::string_view of_location = location["status"].text();
    if (!of_location.empty() && of_location != "active") continue;
    const rules::Timestamp start = time_of(location["period"]["start"], zone);
    if (start < newest) continue;
    std::string_view text = location["location"]["display"].text();
    if (text.empty()) text = named_resource(location["location"]["reference"].text(), arena).source;
    if (text.empty()) continue;
    newest = start;
    out.place = arena.join({cut_utf8(text, kMaxPlaceLength)});
  }
}

}  // namespace coagwatch::fhir

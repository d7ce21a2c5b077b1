#pragma once

#include <string_view>

#include "fhir/bundle_context.h"
#include "fhir/context_document.h"
#include "fhir/context_facts.h"
#include "fhir/text_arena.h"
#include "fhir/time_zone.h"

namespace coagwatch::fhir {

/// The encounter that a reference names by its id, `Encounter/e1`, also behind a base, or by a `urn:` of the Bundle;
/// empty for everything else. `bundle` may be null.
std::string_view read_encounter_reference(std::string_view reference, BundleContext* bundle, TextArena& arena);

/// Reads where an Encounter takes place: its active location that began last, by its display, else by its reference.
void read_place(const ContextNode& encounter, const TimeZone& zone, TextArena& arena, ContextFacts& out);

}  // namespace coagwatch::fhir

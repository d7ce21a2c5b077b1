#pragma once

#include <string_view>

#include "fhir/identity.h"
#include "fhir/item_list.h"
#include "fhir/observation.h"

namespace coagwatch::fhir {

/// Adds the deletion of the Observation that a URL or a record's key names (`Observation/a1`, named_observation); of
/// anything else one `other-resource`. What the URL says of the version goes before `version`.
void read_deletion(std::string_view url, const rules::Version& version, ItemList& items);

/// The same for a deletion that shows the resource as it was.
void read_deletion(const Observation& deleted, const TimeZone& zone, ItemList& items);

}  // namespace coagwatch::fhir

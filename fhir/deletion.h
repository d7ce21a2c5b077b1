#pragma once

#include <string_view>

#include "fhir/identity.h"
#include "fhir/item_list.h"
#include "fhir/observation.h"

namespace coagwatch::fhir {

/// Adds the deletion of what a URL or a record's key names by its id (`Observation/a1`, `Condition/c1`): of an
/// Observation, or as `other-resource` of a resource whose facts go with it. Of anything else it is one
/// `other-resource` that changes nothing. What the URL says of the version goes before `version`.
void read_deletion(std::string_view url, const rules::Version& version, ItemList& items);

/// The same for a deletion that shows the resource as it was.
void read_deletion(const Observation& deleted, const TimeZone& zone, ItemList& items);

}  // namespace coagwatch::fhir

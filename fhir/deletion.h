#pragma once

#include <string_view>

#include "fhir/identity.h"
#include "fhir/item_list.h"
#include "fhir/observation.h"
#include "fhir/servers.h"

namespace coagwatch::fhir {

/// Adds the deletion of what a URL or a record's key names by its id (`Observation/a1`, `Condition/c1`): of an
/// Observation, or as `other-resource` of a resource whose facts go with it. Of anything else it is one
/// `other-resource` that changes nothing, and so it is on a server that `servers` does not list. What the URL says of
/// the version goes before `version`, and its base before that of `full_url`, which may be empty. Where neither says
/// which of several servers is meant: ambiguous-subject.
void read_deletion(std::string_view url, std::string_view full_url, const rules::Version& version,
                   const Servers& servers, ItemList& items);

/// The same for a deletion that shows the resource as it was.
void read_deletion(const Observation& deleted, const TimeZone& zone, const Servers& servers, ItemList& items);

}  // namespace coagwatch::fhir

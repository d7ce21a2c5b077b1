#pragma once

#include <cstdint>
#include <string_view>

#include "fhir/field_names.h"
#include "fhir/resource_locator.h"

namespace coagwatch::fhir {

/// What kind of object or array a level of nesting is, on the way to the resources of a Bundle.
enum class BundleLevel : std::uint8_t { other, resource, entries, entry, request, response, contained };

/// A bit for each key that must not stand twice at that level; 0 for every other.
std::uint64_t key_bit(BundleLevel level, Field field);

/// Where the text of a key goes; null if it is not read.
std::string_view* key_text(BundleLevel level, Field field, LocatedResource& resource);

}  // namespace coagwatch::fhir

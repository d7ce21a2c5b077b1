#pragma once

#include <string_view>

#include "fhir/observation.h"
#include "fhir/text_arena.h"
#include "rules/result.h"

namespace coagwatch::fhir {

/// What tells that two versions are the same result, and which is newer.
struct Identity {
  std::string_view source;    ///< `Observation/a1`; empty without a usable id
  std::string_view identity;  ///< `Observation/a1`, else `system|value`; empty if there is neither
  rules::Version version;
};

/// Reads id, identifier and meta.
Identity read_identity(const Observation& observation, TextArena& arena);

/// The identity of a result that has neither id nor identifier: measure, collection time and specimen. Begins with `=`,
/// which neither of the others does.
std::string_view composed_identity(const Observation& observation, rules::Measure measure, rules::Timestamp at,
                                   TextArena& arena);

}  // namespace coagwatch::fhir

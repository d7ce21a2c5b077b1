#pragma once

#include <string_view>

#include "fhir/observation.h"
#include "fhir/text_arena.h"
#include "fhir/time_zone.h"
#include "rules/patient/result.h"

namespace coagwatch::fhir {

struct LocatedResource;

/// Between a resource and its version in a URL: `Observation/1/_history/2`.
inline constexpr std::string_view kHistory = "/_history/";

/// Whether a resource's id can stand in a key. Laxer than FHIR's own rule, since servers are.
bool is_usable_id(std::string_view id);

/// Whether the text looks like the name of a resource type.
bool is_resource_type(std::string_view text);

/// What tells that two versions are the same result, and which is newer.
struct Identity {
  std::string_view source;    ///< `Observation/a1`; empty without a usable id
  std::string_view identity;  ///< `Observation/a1`, else `system|value`; empty if there is neither
  rules::Version version;
  bool by_identifier = false;     ///< `identity` is an identifier: results of other measures may share it
  std::uint64_t fingerprint = 0;  ///< of its first identifier with a system, as rules::Change::fingerprint; 0: none
};

/// Reads id, identifier and meta of an Observation, or of the resource that `type` names. `zone` is the site's.
Identity read_identity(const Observation& resource, std::string_view type, const TimeZone& zone, TextArena& arena);

/// What a URL or a record's key names by type and id: `Condition/c1`, also behind a base and with `/_history/2`, which
/// is the version then. Empty if it names no resource.
Identity named_resource(std::string_view url, TextArena& arena);
/// The same, if that is an Observation, else empty.
Identity named_observation(std::string_view url, TextArena& arena);

/// What an identifier names: `system|value`. Empty if that is none that a result is known by.
Identity identity_of(const Identifier& identifier, TextArena& arena);
/// What a search names by an identifier and nothing else: `Observation?identifier=system|value`, also behind a base.
/// Empty for everything else.
Identity searched_observation(std::string_view url, TextArena& arena);
/// The Observation that an entry of a Bundle is by its absolute fullUrl; empty where it is to be given an id yet
/// (POST).
Identity identity_by_url(const LocatedResource& entry, TextArena& arena);
/// The Observation that an entry of a Bundle is: by its id, else by its fullUrl, or empty.
Identity identity_of_entry(const LocatedResource& entry, TextArena& arena);

/// A version from a resource's meta, either may be empty. An opaque string is none: only where it is a plain number
/// does its order say anything.
rules::Version version_of_meta(std::string_view version_id, std::string_view last_updated, const TimeZone& zone);

/// A version from HTTP's headers: `W/"2"` and an instant, either may be empty.
rules::Version version_of(std::string_view etag, std::string_view last_modified, const TimeZone& zone);

/// What `version` lacks comes from `other`.
void complete(rules::Version& version, const rules::Version& other);

/// One of several results that an Observation brings: the how manieth of its measure, from 0.
struct PartNumber {
  rules::Measure measure = rules::Measure::platelets;
  std::uint32_t repeat = 0;
};

/// The identity of one of several results of the resource whose identity is `whole` (rules::kPartSeparator).
std::string_view part_identity(std::string_view whole, PartNumber part, TextArena& arena);

/// The identity of the only result of a resource that is known by the identifier `whole` (rules::kMeasureSeparator).
std::string_view measure_identity(std::string_view whole, rules::Measure measure, TextArena& arena);

/// The identity of an Observation inside of the resource whose identity is `whole`; empty if either has none.
std::string_view contained_identity(std::string_view whole, const Scalar& id, TextArena& arena);

/// The identity of a result that has neither id nor identifier: measure, collection time and specimen. Begins with `=`,
/// which neither of the others does.
std::string_view composed_identity(const Observation& observation, PartNumber part, rules::Timestamp at,
                                   TextArena& arena);

}  // namespace coagwatch::fhir

#pragma once

#include <string>
#include <string_view>

#include "rules/values/timestamp.h"

namespace coagwatch::fhir {

/// A system under the site's base: `urn:coagwatch` + `sid`, `score` -> `urn:coagwatch:sid:score`. Joined by `/`
/// where the base is an http(s) URL; a separator that ends the base is not doubled.
std::string system_uri(std::string_view base, std::string_view kind, std::string_view name);

/// Appends `text` with every byte outside RFC 3986's unreserved characters as `%XX`.
void percent_encode(std::string_view text, std::string& out);

/// A patient key as it may stand in an identifier. A key that FHIR strings and token searches can carry is kept as
/// it is. Any other (control characters, no UTF-8, outer blanks, empty, or `,` `$` `\`, which servers treat as
/// operators of a search) becomes `percent:` and its percent-encoded bytes. Two keys never become the same.
std::string portable_key(std::string_view key);

/// `Observation?identifier=urn:coagwatch:sid:score|p%7Cisth-2001...`: the condition of a PUT that creates the
/// resource or updates the one with that identifier.
std::string conditional_url(std::string_view type, std::string_view system, std::string_view value);

/// `urn:uuid:…` for an entry of a Bundle: the same identifier gives the same UUID on every machine. A UUID of
/// version 8 (RFC 9562: custom) made of the 128-bit FNV-1a hash of `system`, a zero byte, and `value`.
std::string uuid_urn(std::string_view system, std::string_view value);

/// How a resource names its patient: a literal reference, else an identifier with optional system.
struct SubjectReference {
  std::string reference;
  std::string system;
  std::string value;
};
/// Reads a patient key back: `Patient/17`, `base|Patient/17` and an absolute URL are references;
/// anything else is an identifier, `system|value` split where `system` can be a URI. A `urn:` is an identifier too,
/// since a transaction may not refer to a URN that is none of its entries.
SubjectReference subject_reference(std::string_view key);

/// True if `source` can stand as a literal reference to an Observation: `Observation/a1`, with a base before it or a
/// version behind it.
bool is_observation_reference(std::string_view source);

}  // namespace coagwatch::fhir

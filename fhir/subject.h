#pragma once

#include <optional>
#include <string_view>

#include "fhir/observation.h"
#include "fhir/text_arena.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// Longer patient keys and identities are refused: they are record keys and state, both bounded.
inline constexpr std::size_t kMaxKeyLength = 512;

/// The patient that a result is about.
struct SubjectReading {
  std::string_view patient;  ///< patient key: `Patient/17`, a `urn:`, or `system|value`; empty if `problem` speaks
  Check problem;             ///< no-subject, ambiguous-subject, unresolved-reference, other-subject
};

class BundleContext;
class Servers;
struct LocatedResource;

/// Where a reference stands, and so what it can mean.
struct SubjectScope {
  /// `entry` is where it stands in the Bundle; both are null outside of one.
  SubjectScope(const Servers& listed, BundleContext* around, const LocatedResource* entry);

  const Servers& servers;
  BundleContext* bundle;  ///< null outside of a Bundle
  std::string_view base;  ///< of the entry's fullUrl, if it is listed: that of relative references; else empty
};

/// Reads Observation.subject. A literal reference goes before an identifier; its version is cut off, and so is its
/// base, but where several are listed. A `urn:` that no entry of the Bundle has is itself the key.
SubjectReading read_subject(const Reference& subject, const Pool<Contained>& contained, const SubjectScope& scope,
                            TextArena& arena);

/// The patient that a Patient entry is written to: `Patient/17`, also behind a base, or conditionally
/// `Patient?identifier=system|value`. nullopt if the URL names none.
std::optional<SubjectReading> read_patient_target(std::string_view url, const SubjectScope& scope, TextArena& arena);

/// The patient of a search `identifier=system|value`; anything more or less names none: unresolved-reference.
SubjectReading read_patient_condition(std::string_view query, TextArena& arena);

/// The identifier in a search `identifier=system|value`; nullopt for anything more or less.
std::optional<Identifier> read_identifier_search(std::string_view query, TextArena& arena);

/// The key of the only identifier with a value; empty if there is none or more than one.
std::string_view only_identifier_key(const Pool<Identifier>& identifiers, TextArena& arena);

/// The contained resource of a local reference (`#p1`).
struct ContainedMatch {
  const Contained* resource = nullptr;  ///< null if there is none
  bool several = false;                 ///< then it is the first of them
};
ContainedMatch find_contained(const Pool<Contained>& contained, std::string_view reference);

/// `system|value`, or empty where there is no value, or the system cannot be told from the value, or both together are
/// too long, or a NUL stands in them.
std::string_view identifier_key(const Identifier& identifier, TextArena& arena);

}  // namespace coagwatch::fhir

#include "fhir/subject.h"

#include <algorithm>
#include <string>

#include "fhir/bundle_context.h"
#include "fhir/identity.h"
#include "fhir/resource_locator.h"
#include "fhir/servers.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kPatient = "Patient";

SubjectReading refused(Verdict verdict) { return {{}, verdict}; }

// Laxer than FHIR's own rule (64 letters, digits, `-` and `.`), since servers are; strict where a key would be
// ambiguous.
bool is_usable_patient_id(std::string_view text) {
  const auto usable = [](char c) {
    const bool printable = static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
    return printable && c != '/' && c != '|' && c != '?' && c != '#' && c != '\\';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), usable);
}

// `Group`, also where it is given as the URL of its definition.
std::string_view stated_type(const Reference& subject) {
  const std::string_view type = subject.type.string();
  return type.substr(type.rfind('/') == std::string_view::npos ? 0 : type.rfind('/') + 1);
}

bool is_other_type(std::string_view type) { return !type.empty() && type != kPatient; }

SubjectReading read_contained(std::string_view reference, const Pool<Contained>& contained, TextArena& arena) {
  const auto [resource, several] = find_contained(contained, reference);
  if (resource == nullptr) {
    return refused(dead(Reason::unresolved_reference, "subject.reference: no contained resource has this id"));
  }
  if (several) {
    return refused(dead(Reason::ambiguous_subject, "subject.reference: several contained resources have this id"));
  }
  if (resource->resource_type.string() != kPatient) {
    return refused(ignored(Reason::other_subject, "subject.reference: the contained resource is not a Patient"));
  }
  const std::string_view key = only_identifier_key(resource->identifiers, arena);
  if (key.empty()) {
    return refused(dead(Reason::ambiguous_subject, "contained Patient.identifier: expected exactly one with a value"));
  }
  return {key, {}};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Percent-encoding undone; nullopt where it is broken.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    if (low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

SubjectReading read_literal(std::string_view reference, const SubjectScope& scope, TextArena& arena) {
  const std::size_t query = reference.find('?');
  if (query != std::string_view::npos) {
    const std::string_view asked = reference.substr(0, query);
    const std::string_view type = asked.substr(asked.rfind('/') + 1);
    if (type != kPatient && is_resource_type(type)) {
      return refused(ignored(Reason::other_subject, "subject.reference: not a Patient"));
    }
    // As an identifier it is of no server, but of one that is read.
    const bool foreign = asked.size() > type.size() && scope.servers.is_foreign(arena.join({asked, "/"}));
    if (type == kPatient && !foreign) return read_patient_condition(reference.substr(query + 1), arena);
  }
  const std::string_view whole = reference.substr(0, reference.find(kHistory));
  const std::size_t id_at = whole.rfind('/');
  if (id_at == std::string_view::npos || id_at == 0) {
    return refused(dead(Reason::unresolved_reference, "subject.reference: expected Patient/id"));
  }
  const std::size_t before_type = whole.rfind('/', id_at - 1);
  const std::size_t type_at = before_type == std::string_view::npos ? 0 : before_type + 1;
  const std::string_view type = whole.substr(type_at, id_at - type_at);
  // In front of it stands the address of a server, or nothing: `Patient/1/Patient/2` names two.
  const bool two = is_resource_type(whole.substr(0, whole.find('/'))) && type_at > 0;
  if (two || !is_resource_type(type) || !is_usable_patient_id(whole.substr(id_at + 1))) {
    return refused(dead(Reason::unresolved_reference, "subject.reference: expected Patient/id"));
  }
  if (type != kPatient) return refused(ignored(Reason::other_subject, "subject.reference: not a Patient"));
  return scope.servers.patient(type_at > 1 ? whole.substr(0, type_at - 1) : scope.base, whole.substr(type_at), arena);
}

// `urn:uuid:` and something behind it.
bool names_something(std::string_view urn) {
  const std::size_t name_at = urn.find(':', 4);
  return name_at != std::string_view::npos && name_at > 4 && name_at + 1 < urn.size();
}

SubjectReading read_any(const Reference& subject, const Pool<Contained>& contained, const SubjectScope& scope,
                        TextArena& arena) {
  if (!subject.reference.absent() && !subject.reference.is_string()) {
    return refused(dead(Reason::no_subject, "subject.reference: expected a string"));
  }
  const std::string_view reference = subject.reference.string();
  if (reference.starts_with('#')) return read_contained(reference, contained, arena);
  if (!reference.empty() && !reference.starts_with("urn:")) return read_literal(reference, scope, arena);
  if (scope.bundle != nullptr && !reference.empty()) {
    if (const auto found = scope.bundle->patient(reference, arena)) return *found;
  }
  if (is_other_type(stated_type(subject))) return refused(ignored(Reason::other_subject, "subject.type: not Patient"));
  if (!reference.empty()) {
    if (names_something(reference)) return {reference, {}};
    return refused(dead(Reason::unresolved_reference, "subject.reference: a urn that names nothing"));
  }
  const std::string_view key = identifier_key(subject.identifier, arena);
  if (key.empty()) return refused(dead(Reason::no_subject, "subject: expected a reference or an identifier"));
  return {key, {}};
}

}  // namespace

SubjectScope::SubjectScope(const Servers& listed, BundleContext* around, const LocatedResource* entry)
    : servers(listed), bundle(around), base(entry == nullptr ? std::string_view() : listed.base_of(entry->full_url)) {}

ContainedMatch find_contained(const Pool<Contained>& contained, std::string_view reference) {
  ContainedMatch match;
  if (reference.size() < 2 || !reference.starts_with('#')) return match;
  for (const Contained& resource : contained) {
    if (resource.id.string() != reference.substr(1)) continue;
    match.several = match.resource != nullptr;
    if (match.several) break;
    match.resource = &resource;
  }
  return match;
}

std::string_view identifier_key(const Identifier& identifier, TextArena& arena) {
  const std::string_view system = identifier.system.string();
  const std::string_view value = identifier.value.string();
  if (value.empty() || system.find('|') != std::string_view::npos) return {};
  // Keys that begin with NUL are not patients' (daemon/fold/state_format.md).
  if (system.find('\0') != std::string_view::npos || value.find('\0') != std::string_view::npos) return {};
  if (system.size() + 1 + value.size() > kMaxKeyLength) return {};
  return arena.join({system, "|", value});
}

std::string_view only_identifier_key(const Pool<Identifier>& identifiers, TextArena& arena) {
  std::string_view key;
  for (const Identifier& identifier : identifiers) {
    const std::string_view candidate = identifier_key(identifier, arena);
    if (candidate.empty()) continue;
    if (!key.empty()) return {};
    key = candidate;
  }
  return key;
}

std::optional<Identifier> read_identifier_search(std::string_view query, TextArena& arena) {
  constexpr std::string_view kIdentifier = "identifier=";
  if (!query.starts_with(kIdentifier) || query.find('&') != std::string_view::npos) return std::nullopt;
  const auto token = decoded(query.substr(kIdentifier.size()));
  if (!token) return std::nullopt;
  const std::size_t bar = token->find('|');
  if (bar == std::string::npos || token->find('|', bar + 1) != std::string::npos) return std::nullopt;
  const std::string_view kept = arena.join({*token});
  Identifier identifier;
  identifier.system = {kept.substr(0, bar), Scalar::Kind::string};
  identifier.value = {kept.substr(bar + 1), Scalar::Kind::string};
  return identifier;
}

SubjectReading read_patient_condition(std::string_view query, TextArena& arena) {
  const auto identifier = read_identifier_search(query, arena);
  const std::string_view key = identifier ? identifier_key(*identifier, arena) : std::string_view();
  if (!key.empty()) return {key, {}};
  return refused(dead(Reason::unresolved_reference, "subject.reference: expected Patient?identifier=system|value"));
}

std::optional<SubjectReading> read_patient_target(std::string_view url, const SubjectScope& scope, TextArena& arena) {
  const SubjectReading reading = read_literal(url, scope, arena);
  // Which server is meant is no less open for what else the entry says.
  if (reading.problem && reading.problem->reason != Reason::ambiguous_subject) return std::nullopt;
  return reading;
}

SubjectReading read_subject(const Reference& subject, const Pool<Contained>& contained, const SubjectScope& scope,
                            TextArena& arena) {
  if (subject.presence != Presence::present) {
    return refused(dead(Reason::no_subject, "subject: expected a Reference"));
  }
  const SubjectReading reading = read_any(subject, contained, scope, arena);
  if (!reading.problem && is_other_type(stated_type(subject))) {
    return refused(dead(Reason::ambiguous_subject, "subject: its type contradicts its reference"));
  }
  if (reading.patient.size() > kMaxKeyLength) {
    return refused(dead(Reason::no_subject, "subject: longer than a patient key may be"));
  }
  return reading;
}

}  // namespace coagwatch::fhir

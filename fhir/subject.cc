#include "fhir/subject.h"

#include <algorithm>

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kPatient = "Patient";
constexpr std::string_view kHistory = "/_history/";

SubjectReading refused(Verdict verdict) { return {{}, verdict}; }

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_resource_type(std::string_view text) {
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
         std::all_of(text.begin(), text.end(), is_letter);
}

// Laxer than FHIR's own rule (64 letters, digits, `-` and `.`), since servers are; strict where a key would be
// ambiguous.
bool is_usable_id(std::string_view text) {
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
  const Contained* resource = find_contained(contained, reference);
  if (resource == nullptr) {
    return refused(dead(Reason::unresolved_reference, "subject.reference: no contained resource has this id"));
  }
  if (resource->resource_type.string() != kPatient) {
    return refused(ignored(Reason::other_subject, "subject.reference: the contained resource is not a Patient"));
  }
  std::string_view key;
  std::size_t found = 0;
  for (const Identifier& identifier : resource->identifiers) {
    const std::string_view candidate = identifier_key(identifier, arena);
    if (candidate.empty()) continue;
    key = candidate;
    ++found;
  }
  if (found != 1) {
    return refused(dead(Reason::ambiguous_subject, "contained Patient.identifier: expected exactly one with a value"));
  }
  return {key, {}};
}

SubjectReading read_literal(std::string_view reference) {
  const std::string_view whole = reference.substr(0, reference.find(kHistory));
  const std::size_t id_at = whole.rfind('/');
  if (id_at == std::string_view::npos || id_at == 0) {
    return refused(dead(Reason::unresolved_reference, "subject.reference: expected Patient/id"));
  }
  const std::size_t before_type = whole.rfind('/', id_at - 1);
  const std::size_t type_at = before_type == std::string_view::npos ? 0 : before_type + 1;
  const std::string_view type = whole.substr(type_at, id_at - type_at);
  if (!is_resource_type(type) || !is_usable_id(whole.substr(id_at + 1))) {
    return refused(dead(Reason::unresolved_reference, "subject.reference: expected Patient/id"));
  }
  if (type != kPatient) return refused(ignored(Reason::other_subject, "subject.reference: not a Patient"));
  return {whole.substr(type_at), {}};
}

SubjectReading read_any(const Reference& subject, const Pool<Contained>& contained, TextArena& arena) {
  if (!subject.reference.absent() && !subject.reference.is_string()) {
    return refused(dead(Reason::no_subject, "subject.reference: expected a string"));
  }
  const std::string_view reference = subject.reference.string();
  if (reference.starts_with('#')) return read_contained(reference, contained, arena);
  if (!reference.empty() && !reference.starts_with("urn:")) return read_literal(reference);
  if (is_other_type(stated_type(subject))) return refused(ignored(Reason::other_subject, "subject.type: not Patient"));
  if (!reference.empty()) return {reference, {}};
  const std::string_view key = identifier_key(subject.identifier, arena);
  if (key.empty()) return refused(dead(Reason::no_subject, "subject: expected a reference or an identifier"));
  return {key, {}};
}

}  // namespace

const Contained* find_contained(const Pool<Contained>& contained, std::string_view reference) {
  if (!reference.starts_with('#')) return nullptr;
  const std::string_view id = reference.substr(1);
  if (id.empty()) return nullptr;
  for (const Contained& resource : contained) {
    if (resource.id.string() == id) return &resource;
  }
  return nullptr;
}

std::string_view identifier_key(const Identifier& identifier, TextArena& arena) {
  const std::string_view system = identifier.system.string();
  const std::string_view value = identifier.value.string();
  if (value.empty() || system.find('|') != std::string_view::npos) return {};
  if (system.size() + 1 + value.size() > kMaxKeyLength) return {};
  return arena.join({system, "|", value});
}

SubjectReading read_subject(const Reference& subject, const Pool<Contained>& contained, TextArena& arena) {
  if (subject.presence != Presence::present) {
    return refused(dead(Reason::no_subject, "subject: expected a Reference"));
  }
  const SubjectReading reading = read_any(subject, contained, arena);
  if (reading.patient.size() > kMaxKeyLength) {
    return refused(dead(Reason::no_subject, "subject: longer than a patient key may be"));
  }
  return reading;
}

}  // namespace coagwatch::fhir

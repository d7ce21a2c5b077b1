#include "fhir/bundle_context.h"

#include <algorithm>

#include "fhir/subject.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kPatient = "Patient";

}  // namespace

BundleContext::BundleContext(std::uint32_t max_depth) : reader_(max_depth) {}

void BundleContext::set(std::span<const LocatedResource> resources) {
  resources_ = resources;
  known_.clear();
}

std::optional<SubjectReading> BundleContext::patient(std::string_view urn, TextArena& arena) {
  const auto known = std::ranges::find(known_, urn, &Known::urn);
  if (known != known_.end()) return known->reading;
  return known_.emplace_back(Known{std::string(urn), find(urn, arena)}).reading;
}

std::optional<SubjectReading> BundleContext::find(std::string_view urn, TextArena& arena) {
  const auto names_it = [&](const LocatedResource& resource) {
    return resource.role == LocatedResource::Role::entry && resource.full_url == urn;
  };
  const auto found = std::ranges::find_if(resources_, names_it);
  if (found == resources_.end()) return std::nullopt;
  if (std::ranges::any_of(found + 1, resources_.end(), names_it)) {
    return SubjectReading{{}, dead(Reason::ambiguous_subject, "subject.reference: several entries have this fullUrl")};
  }
  return read_patient(*found, arena);
}

SubjectReading BundleContext::read_patient(const LocatedResource& resource, TextArena& arena) {
  if (resource.type != kPatient) {
    return {{}, ignored(Reason::other_subject, "subject.reference: the entry is not a Patient")};
  }
  if (const auto target = read_patient_target(resource.url, arena)) return *target;
  if (!resource.id.empty()) return {arena.join({"Patient/", resource.id}), {}};
  if (reader_.read(resource.bytes, fields_) == JsonReader::Outcome::object) {
    const std::string_view key = only_identifier_key(fields_.identifiers, arena);
    if (!key.empty()) return {key, {}};
  }
  return {{}, dead(Reason::ambiguous_subject, "entry Patient: expected an id or exactly one identifier with a value")};
}

}  // namespace coagwatch::fhir

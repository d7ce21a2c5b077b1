#include "fhir/replaced.h"

#include "fhir/bundle_context.h"
#include "fhir/fingerprint.h"
#include "fhir/identity.h"
#include "fhir/observation.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kReplaces = "http://hl7.org/fhir/StructureDefinition/observation-replaces";
constexpr std::string_view kRelated = "replaces";
constexpr std::string_view kObservation = "Observation";

Replaced by_id(const Identity& named) { return {named.identity, 0}; }

Replaced by_identifier(const Identifier& identifier, TextArena& arena) {
  const Identity named = identity_of(identifier, arena);
  return {named.identity, named.fingerprint};
}

Replaced read_target(const Reference& target, BundleContext* bundle, TextArena& arena) {
  const std::string_view reference = target.reference.string();
  Replaced found = by_id(named_observation(reference, arena));
  if (found.identity.empty() && bundle != nullptr && !reference.empty()) {
    const LocatedResource* const entry = bundle->entry(reference);
    if (entry != nullptr && entry->type == kObservation) found = by_id(identity_of_entry(*entry, arena));
  }
  if (found.identity.empty()) {
    const Identity searched = searched_observation(reference, arena);
    found = {searched.identity, searched.fingerprint};
  }
  return found.identity.empty() ? by_identifier(target.identifier, arena) : found;
}

}  // namespace

std::string_view read_replaced(const Observation& observation, bool lenient, BundleContext* bundle, TextArena& arena,
                               std::vector<Replaced>& out) {
  std::string_view problem;
  const auto add = [&](const Reference& target, std::string_view what) {
    const Replaced found = read_target(target, bundle, arena);
    if (found.identity.empty()) {
      problem = what;
    } else {
      out.push_back(found);
    }
  };
  for (const Extension& extension : observation.extensions) {
    if (extension.url.string() != kReplaces) continue;
    add(extension.value_reference, "extension observation-replaces: names no Observation that can be known");
  }
  if (!lenient) return problem;
  for (const Related& related : observation.related) {
    if (related.type.string() == kRelated) add(related.target, "related: names no Observation that can be known");
  }
  return problem;
}

}  // namespace coagwatch::fhir

#include "fhir/old_version.h"

#include <algorithm>
#include <array>

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kReplaces = "replaces";

/// Of ObservationRelationshipType (DSTU2, STU3): those that leave the result what it is. The others say that it was
/// replaced, or that something qualifies it or interferes with it.
constexpr std::array<std::string_view, 4> kHarmless = {"has-member", "derived-from", "sequel-to", kReplaces};

bool is_harmless(const Related& related) {
  return std::ranges::find(kHarmless, related.type.string()) != kHarmless.end();
}

bool is_old(const Observation& observation) {
  return observation.old_version != Presence::absent || observation.related_presence != Presence::absent ||
         !observation.applies_date_time.absent() || observation.applies_period.presence != Presence::absent ||
         !observation.reliability.absent();
}

}  // namespace

Check check_old_version(const Observation& observation, bool lenient) {
  if (!is_old(observation)) return {};
  if (!lenient) return dead(Reason::unsupported_fhir_version, "a field that FHIR R4 does not have");
  if (observation.related_presence == Presence::wrong_shape || !std::ranges::all_of(observation.related, is_harmless)) {
    return dead(Reason::unsupported_fhir_version, "related: may change what the result means");
  }
  if (!observation.reliability.absent() && observation.reliability.string() != "ok") {
    return dead(Reason::unsupported_fhir_version, "reliability: other than ok");
  }
  return {};
}

}  // namespace coagwatch::fhir

#include "fhir/own_output.h"

#include <algorithm>

#include "fhir/identifiers.h"

namespace coagwatch::fhir {

OwnOutput::OwnOutput(const std::string& base)
    : producer_(system_uri(base, "CodeSystem", "producer")), criteria_(system_uri(base, "CodeSystem", "criteria")) {}

bool OwnOutput::is(const Observation& observation) const {
  const auto is_producer = [&](const Coding& tag) {
    return tag.system.string() == producer_ && tag.code.string() == "coagwatch";
  };
  const auto is_criterion = [&](const Coding& coding) { return coding.system.string() == criteria_; };
  return std::ranges::any_of(observation.tags, is_producer) ||
         std::ranges::any_of(observation.code.codings, is_criterion);
}

}  // namespace coagwatch::fhir

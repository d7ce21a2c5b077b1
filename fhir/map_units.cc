#include "fhir/map_units.h"

#include <optional>
#include <string>
#include <utility>

namespace coagwatch::fhir {
namespace {

/// What is wrong with the units of one code.
std::optional<std::string> settle(const UnitTable& units, const std::string& unit, CodeMeaning& meaning) {
  const std::string name(rules::measure_info(meaning.measure).name);
  if (meaning.alternative && units.share_unit(meaning.measure, *meaning.alternative)) {
    return "the unit decides between two targets, but one fits both " + name + " and " +
           std::string(rules::measure_info(*meaning.alternative).name);
  }
  if (unit.empty()) return std::nullopt;
  meaning.unit = units.find(meaning.measure, unit);
  if (!meaning.unit) return unit + " is not a unit of " + name;
  const DDimerFlavour flavour = meaning.unit->flavour;
  const bool both = flavour != DDimerFlavour::unknown && meaning.flavour != DDimerFlavour::unknown;
  if (meaning.unit->flavour_conflict || (both && flavour != meaning.flavour)) return "FEU and DDU are both named";
  return std::nullopt;
}

}  // namespace

std::vector<MapProblem> settle_units(const UnitTable& units, std::vector<MappedCode>& mapped) {
  std::vector<MapProblem> problems;
  for (MappedCode& each : mapped) {
    if (!each.meaning) continue;
    if (auto problem = settle(units, each.unit, *each.meaning)) problems.push_back({each.path, 0, std::move(*problem)});
  }
  return problems;
}

}  // namespace coagwatch::fhir

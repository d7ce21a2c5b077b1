#include <algorithm>

#include "rules/criterion/population.h"

namespace coagwatch::rules {
namespace {

std::vector<Sign> read_signs(const YamlNode& gate, CriterionReader& reader) {
  std::vector<Sign> out;
  const YamlNode* list = gate.find("needs-any");
  if (list == nullptr) return out;
  if (list->kind != YamlNode::Kind::sequence) {
    reader.problem(*list, "gate.needs-any", "expected a list of facts, or of {measure: sofa-renal, ge: 2}");
  }
  for (const YamlNode& entry : list->items) {
    Sign& sign = out.emplace_back();
    if (entry.kind == YamlNode::Kind::map) {
      reader.check_keys(entry, "gate.needs-any", CriterionMap::sign);
      const YamlNode* name = entry.find("measure");
      if (name == nullptr) {
        reader.problem(entry, "gate.needs-any", "expected a measure");
      } else {
        sign.measure = reader.measure(*name, "gate.needs-any").value_or(Measure::platelets);
      }
      sign.at_least = reader.points_at(entry, "gate.needs-any", "ge").value_or(0);
    } else {
      sign.fact = reader.fact(entry, "gate.needs-any").value_or(Fact::shock);
    }
  }
  return out;
}

}  // namespace

GateRule read_gate(const YamlNode& root, CriterionReader& reader) {
  GateRule out;
  const YamlNode* gate = root.find("gate");
  if (gate == nullptr) {
    out.adults_only = false;
    out.newborns = true;
    return out;
  }
  reader.check_keys(*gate, "gate", CriterionMap::gate);
  out.requires_any = reader.facts(*gate, "gate", "requires-any");
  out.excludes = reader.fact_tests(*gate, "gate", "excludes");
  out.excluded_by_no = reader.facts(*gate, "gate", "excluded-by-no");
  out.only = reader.facts(*gate, "gate", "only");
  out.needs_any = read_signs(*gate, reader);
  out.adults_only = reader.boolean(*gate, "gate", "adults-only", true);
  // A criterion for adults that a site takes for children is not one for newborns.
  const auto is_for = [&](Fact fact) { return std::ranges::find(out.only, fact) != out.only.end(); };
  out.newborns = is_for(Fact::child) || is_for(Fact::newborn);
  return out;
}

}  // namespace coagwatch::rules

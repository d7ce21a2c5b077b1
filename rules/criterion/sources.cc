// What an item is scored by: measures, their units and bands.

#include "rules/criterion/items.h"

namespace coagwatch::rules {
namespace {

Band read_band(CriterionReader& reader, const YamlNode& entry, const std::string& where) {
  reader.check_keys(entry, where, CriterionMap::band);
  Band band;
  for (const auto& [key, value] : entry.entries) {
    const std::string place = where + "." + key;
    if (key == "points") {
      band.points = reader.points(value, place).value_or(0);
    } else if (key == "lt" || key == "le") {
      if (band.high) reader.problem(value, place, "an upper end was given already");
      band.high = reader.decimal(value, place);
      band.high_inclusive = key == "le";
    } else if (key == "gt" || key == "ge") {
      if (band.low) reader.problem(value, place, "a lower end was given already");
      band.low = reader.decimal(value, place);
      band.low_inclusive = key == "ge";
    }
  }
  band.final = reader.boolean(entry, where, "final", false);
  band.worse = reader.boolean(entry, where, "worse", false);
  if (entry.find("points") == nullptr) reader.problem(entry, where, "a band needs points");
  return band;
}

std::vector<Band> read_bands(CriterionReader& reader, const YamlNode& node, const std::string& path) {
  std::vector<Band> out;
  if (node.kind != YamlNode::Kind::sequence || node.items.empty()) {
    reader.problem(node, path, "expected a list of bands, such as {ge: 50, lt: 100, points: 1}");
    return out;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    out.push_back(read_band(reader, node.items[i], path + "[" + std::to_string(i) + "]"));
  }
  return out;
}

void check_unit(CriterionReader& reader, const YamlNode& node, const std::string& path, Measure measure) {
  const std::string expected(measure_info(measure).unit);
  const YamlNode* given = node.find("unit");
  if (given == nullptr) {
    if (expected != "1") {
      reader.problem(node, path + ".unit", "missing; expected the unit of the cut-offs, " + expected);
    }
  } else if (given->scalar != expected) {
    reader.problem(*given, path + ".unit", "expected " + expected + ": cut-offs are given in that unit");
  }
}

}  // namespace

Source read_source(CriterionReader& reader, const YamlNode& node, const std::string& path) {
  Source out;
  if (const YamlNode* name = node.find("measure")) {
    if (const auto found = reader.measure(*name, path + ".measure")) {
      out.measure = *found;
      check_unit(reader, node, path, *found);
    }
  } else {
    reader.problem(node, path, "expected a measure");
  }
  if (const YamlNode* per = node.find("per")) out.per = reader.measure(*per, path + ".per");
  if (const YamlNode* list = node.find("bands")) {
    out.bands = read_bands(reader, *list, path + ".bands");
  } else {
    reader.problem(node, path, "expected bands");
  }
  return out;
}

}  // namespace coagwatch::rules

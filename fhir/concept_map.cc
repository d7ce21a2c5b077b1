#include "fhir/concept_map.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "fhir/json_node.h"
#include "fhir/quantity.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kPropertyBase = "urn:coagwatch:property:";
constexpr int kMaxRank = 100;
constexpr std::size_t kLongestCode = 256;

/// What a target's relation to its code says to us.
enum class Relation { means, part, nothing };

struct NamedRelation {
  std::string_view name;
  Relation relation;
};
// R4's equivalences and R5's relationships. `inexact`, `relatedto` and `related-to` are not here: a result that is only
// somehow akin to a measure is not to be scored as that measure.
constexpr std::array<NamedRelation, 11> kRelations = {{{"equal", Relation::means},
                                                       {"equivalent", Relation::means},
                                                       {"wider", Relation::means},
                                                       {"subsumes", Relation::means},
                                                       {"source-is-narrower-than-target", Relation::means},
                                                       {"narrower", Relation::part},
                                                       {"specializes", Relation::part},
                                                       {"source-is-broader-than-target", Relation::part},
                                                       {"unmatched", Relation::nothing},
                                                       {"disjoint", Relation::nothing},
                                                       {"not-related-to", Relation::nothing}}};

class MapReader {
 public:
  explicit MapReader(std::vector<MappedCode>& out) : out_(out) {}

  void read(const JsonNode& root) {
    if (const auto type = root.text("resourceType"); type && type != "ConceptMap") {
      root.problem("expected resourceType ConceptMap");
      return;
    }
    if (root.optional_text("status") == "retired") root.problem("the map is retired; expected status draft or active");
    if (root.has("implicitRules") || root.has("modifierExtension")) root.problem("modifiers are not understood");
    const std::vector<JsonNode> groups = root.objects("group");
    if (groups.empty()) root.problem("expected at least one `group`");
    for (const JsonNode& group : groups) read_group(group);
  }

 private:
  void read_group(const JsonNode& group) {
    group.only({"id", "extension", "source", "sourceVersion", "target", "targetVersion", "element", "unmapped"});
    const auto target = group.text("target");
    if (target && without_version(*target) == kFactSystem) return;
    if (target && without_version(*target) != kMeasureSystem) {
      group.problem("expected the target " + std::string(kMeasureSystem) + " or " + std::string(kFactSystem));
    }
    if (group.has("unmapped")) group.problem("`unmapped` is not used: only a code that is listed has a meaning");
    const std::string system = without_version(group.optional_text("source").value_or(""));
    const std::vector<JsonNode> elements = group.objects("element");
    if (elements.empty()) group.problem("expected at least one `element`");
    for (const JsonNode& element : elements) read_element(element, system);
  }

  void read_element(const JsonNode& element, const std::string& system) {
    element.only({"id", "extension", "code", "display", "target", "noMap", "valueSet"});
    MappedCode mapped;
    mapped.system = system;
    mapped.code = read_map_code(element, kLongestCode);
    mapped.path = element.path();
    if (element.has("valueSet")) element.problem("`valueSet` is not used; expected `code`");
    const bool no_map = element.boolean("noMap");
    const std::vector<JsonNode> targets = element.objects("target");
    if (targets.empty() && !no_map) element.problem("expected a `target`, or one whose equivalence is unmatched");
    bool only_parts = true;
    for (const JsonNode& target : targets) {
      if (read_target(target, targets.size(), mapped) == Relation::means) only_parts = false;
    }
    if (no_map && mapped.meaning) element.problem("noMap, but a target that means something");
    check_element(element, mapped, only_parts);
    out_.push_back(std::move(mapped));
  }

  void check_element(const JsonNode& element, const MappedCode& mapped, bool only_parts) {
    const bool two = mapped.meaning && mapped.meaning->alternative;
    if (two && !only_parts) {
      element.problem(
          "two targets are parts of what the code says; expected narrower or specializes "
          "(source-is-broader-than-target)");
    }
    if (two && !mapped.unit.empty())
      element.problem("of two targets the unit of the result decides; expected none here");
    if (mapped.code.empty()) return;
    if (mapped.is_pattern && mapped.code.find_first_not_of('?') == std::string::npos) {
      element.problem("a pattern of nothing but ? means every code of that length");
    }
    if (!seen_.emplace(std::pair(mapped.system, mapped.code), true).second) {
      element.problem("the code stands in this map twice");
    }
  }

  static std::optional<Relation> read_target(const JsonNode& target, std::size_t targets, MappedCode& mapped) {
    target.only({"id", "extension", "code", "display", "equivalence", "relationship", "comment", "dependsOn", "product",
                 "property"});
    const std::optional<Relation> relation = read_relation(target);
    CodeMeaning meaning;
    std::vector<std::string> properties;
    for (const char* const list : {"product", "dependsOn"}) {
      for (const JsonNode& property : target.objects(list)) read_property(property, meaning, mapped, properties);
    }
    if (!relation || *relation == Relation::nothing) return relation;
    if (!read_meaning(target, meaning)) return std::nullopt;
    if (meaning.platelet_clumps && !mapped.unit.empty())
      target.problem("platelet-clumps is no measure: it has no unit");
    if (*relation == Relation::part && targets < 2 && !meaning.needs_arterial_specimen) {
      target.problem("only a part of what the code says; expected a second target, or dependsOn");
    }
    if (!mapped.meaning) {
      mapped.meaning = meaning;
    } else if (!mapped.meaning->alternative && mapped.meaning->measure != meaning.measure &&
               !mapped.meaning->platelet_clumps && !meaning.platelet_clumps) {
      mapped.meaning->alternative = meaning.measure;
    } else {
      target.problem("expected at most two targets, of different measures");
    }
    return relation;
  }

  static std::optional<Relation> read_relation(const JsonNode& target) {
    const bool r5 = target.has("relationship");
    if (r5 && target.has("equivalence")) target.problem("expected one of `equivalence` and `relationship`");
    const auto name = r5 ? target.optional_text("relationship") : target.text("equivalence");
    if (!name) return std::nullopt;
    const auto* const found = std::find_if(kRelations.begin(), kRelations.end(),
                                           [&](const NamedRelation& each) { return each.name == *name; });
    if (found != kRelations.end()) return found->relation;
    target.problem(*name + " does not say that the code means the measure; expected one of " +
                   (r5 ? "equivalent, source-is-narrower-than-target, source-is-broader-than-target, not-related-to"
                       : "equal, equivalent, wider, subsumes, narrower, specializes, unmatched, disjoint"));
    return std::nullopt;
  }

  static bool read_meaning(const JsonNode& target, CodeMeaning& meaning) {
    const auto name = target.text("code");
    if (!name) return false;
    if (*name == kPlateletClumps) {
      if (meaning != CodeMeaning()) target.problem("platelet-clumps is no measure: it has no properties");
      meaning.platelet_clumps = true;
      return true;
    }
    const auto measure = rules::measure_named(*name);
    if (!measure) {
      std::string text = *name + " is not the name of a measure";
      if (const auto nearest = rules::nearest_name(*name, measure_names())) text += "; did you mean " + *nearest + "?";
      target.problem(std::move(text));
      return false;
    }
    if (rules::measure_info(*measure).derived_only) {
      target.problem(*name + " is always computed, never read");
      return false;
    }
    meaning.measure = *measure;
    if (meaning.flavour != DDimerFlavour::unknown && *measure != rules::Measure::d_dimer) {
      target.problem("only d-dimer has a flavour");
    }
    return true;
  }

  static void read_property(const JsonNode& node, CodeMeaning& meaning, MappedCode& mapped,
                            std::vector<std::string>& properties) {
    node.only({"id", "extension", "property", "system", "value", "display", "attribute", "valueCode", "valueCoding",
               "valueString", "valueInteger"});
    const auto uri = node.has("attribute") ? node.optional_text("attribute") : node.text("property");
    const auto value = node.choice_text("value");
    if (!uri || !value) return;
    if (std::ranges::find(properties, *uri) != properties.end()) node.problem(*uri + " stands at this target twice");
    properties.push_back(*uri);
    const std::string_view name =
        uri->starts_with(kPropertyBase) ? std::string_view(*uri).substr(kPropertyBase.size()) : std::string_view();
    if (name == "method-rank") {
      read_rank(node, *value, meaning);
    } else if (name == "d-dimer-flavour") {
      if (*value != "feu" && *value != "ddu") node.problem("expected the d-dimer-flavour feu or ddu");
      meaning.flavour = *value == "feu" ? DDimerFlavour::feu : DDimerFlavour::ddu;
    } else if (name == "specimen") {
      if (*value != "arterial") node.problem("expected the specimen arterial");
      meaning.needs_arterial_specimen = true;
    } else if (name == "code") {
      if (*value != "pattern") node.problem("expected the code pattern");
      mapped.is_pattern = true;
    } else if (name == "text") {
      if (*value != "any") node.problem("expected the text any");
      meaning.any_text = true;
    } else if (name == "unit") {
      mapped.unit = *value;
    } else {
      node.problem(*uri +
                   " is an unknown property; expected method-rank, d-dimer-flavour, specimen, code, text or unit of " +
                   std::string(kPropertyBase));
    }
  }

  static void read_rank(const JsonNode& node, const std::string& value, CodeMeaning& meaning) {
    int rank = -1;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), rank);
    if (error != std::errc() || end != value.data() + value.size() || rank < 0 || rank > kMaxRank) {
      node.problem("expected a method-rank from 0 to 100");
      return;
    }
    meaning.method_rank = static_cast<std::uint8_t>(rank);
  }

  static const std::vector<std::string_view>& measure_names() {
    static const std::vector<std::string_view> kNames = [] {
      std::vector<std::string_view> names;
      names.reserve(rules::kMeasureCount + 1);
      for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
        names.push_back(rules::measure_info(static_cast<rules::Measure>(i)).name);
      }
      names.push_back(kPlateletClumps);
      return names;
    }();
    return kNames;
  }

  std::vector<MappedCode>& out_;
  std::map<std::pair<std::string, std::string>, bool> seen_;
};

}  // namespace

std::string read_map_code(const JsonNode& node, std::size_t longest) {
  std::string code = node.text("code").value_or("");
  if (code.size() > longest) node.problem("expected a code of at most " + std::to_string(longest) + " bytes");
  if (trimmed(code) != code) node.problem("expected a code without blanks at its ends");
  return code;
}

std::string without_version(std::string system) {
  if (const std::size_t bar = system.find('|'); bar != std::string::npos) system.resize(bar);
  return system;
}

std::vector<MapProblem> read_concept_map(std::string_view json, std::vector<MappedCode>& out) {
  JsonProblems problems;
  try {
    guarded_rapidjson::Document document;
    if (const auto root = parse_root(json, document, problems)) MapReader(out).read(*root);
    if (!problems.empty()) find_lines(json, problems.list());
  } catch (const JsonAssertion&) {
    problems.add("", "the map is not usable JSON");
  }
  return std::move(problems.list());
}

}  // namespace coagwatch::fhir

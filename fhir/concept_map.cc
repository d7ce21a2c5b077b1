#include "fhir/concept_map.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "fhir/json_node.h"
#include "rules/yaml.h"

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
    const auto code = element.text("code");
    MappedCode mapped;
    mapped.system = system;
    if (code) mapped.code = *code;
    if (mapped.code.size() > kLongestCode) element.problem("expected a code of at most 256 bytes");
    if (element.has("valueSet")) element.problem("`valueSet` is not used; expected `code`");
    const bool no_map = element.boolean("noMap");
    const std::vector<JsonNode> targets = element.objects("target");
    if (targets.empty() && !no_map) element.problem("expected a `target`, or one whose equivalence is unmatched");
    for (const JsonNode& target : targets) read_target(target, targets.size(), mapped);
    if (no_map && mapped.meaning) element.problem("noMap, but a target that means something");
    if (code && !seen_.emplace(std::pair(system, *code), true).second) {
      element.problem("the code stands in this map twice");
    }
    out_.push_back(std::move(mapped));
  }

  static void read_target(const JsonNode& target, std::size_t targets, MappedCode& mapped) {
    target.only({"id", "extension", "code", "display", "equivalence", "relationship", "comment", "dependsOn", "product",
                 "property"});
    const std::optional<Relation> relation = read_relation(target);
    CodeMeaning meaning;
    for (const JsonNode& product : target.objects("product")) read_property(product, meaning, mapped);
    for (const JsonNode& dependency : target.objects("dependsOn")) read_property(dependency, meaning, mapped);
    if (!relation || *relation == Relation::nothing) return;
    if (!read_meaning(target, meaning)) return;
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

  static void read_property(const JsonNode& node, CodeMeaning& meaning, MappedCode& mapped) {
    node.only({"id", "extension", "property", "system", "value", "display", "attribute", "valueCode", "valueCoding",
               "valueString", "valueInteger"});
    const auto uri = node.has("attribute") ? node.optional_text("attribute") : node.text("property");
    const auto value = node.choice_text("value");
    if (!uri || !value) return;
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
    } else {
      node.problem(*uri + " is an unknown property; expected method-rank, d-dimer-flavour, specimen, code or text of " +
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

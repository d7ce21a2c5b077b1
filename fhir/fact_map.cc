#include "fhir/fact_map.h"

#include <array>
#include <utility>

#include "fhir/concept_map.h"
#include "fhir/json_node.h"

namespace coagwatch::fhir {
namespace {

enum class Relation : std::uint8_t { is, implies, nothing };

// R4's equivalences and R5's relationships. The others do not say that the fact is there wherever the code is.
constexpr std::array<std::pair<std::string_view, Relation>, 8> kRelations = {{
    {"equal", Relation::is},
    {"equivalent", Relation::is},
    {"wider", Relation::implies},
    {"subsumes", Relation::implies},
    {"source-is-narrower-than-target", Relation::implies},
    {"unmatched", Relation::nothing},
    {"disjoint", Relation::nothing},
    {"not-related-to", Relation::nothing},
}};

std::string read_code(const JsonNode& node) {
  std::string code = node.text("code").value_or("");
  if (code.size() > FactTable::kLongestCode) {
    node.problem("expected a code of at most " + std::to_string(FactTable::kLongestCode) + " bytes");
  }
  return code;
}

void read_target(const JsonNode& target, FactCode& mapped) {
  const auto name = target.has("relationship") ? target.text("relationship") : target.text("equivalence");
  if (!name) return;
  for (const auto& [known, relation] : kRelations) {
    if (known != *name) continue;
    if (relation == Relation::nothing) return;
    const auto code = target.text("code");
    if (!code) return;
    const auto fact = rules::fact_named(*code);
    if (!fact) return target.problem(*code + " is not the name of a fact");
    mapped.facts.push_back({*fact, relation == Relation::is});
    return;
  }
  target.problem("expected the equivalence equivalent, wider (the fact is wider than the code) or unmatched");
}

void read_map(const JsonNode& root, std::vector<FactCode>& out) {
  if (root.optional_text("resourceType") != "ConceptMap") return;
  for (const JsonNode& group : root.objects("group")) {
    if (without_version(group.optional_text("target").value_or("")) != kFactSystem) continue;
    group.only({"id", "extension", "source", "sourceVersion", "target", "targetVersion", "element"});
    const std::string system = without_version(group.optional_text("source").value_or(""));
    for (const JsonNode& element : group.objects("element")) {
      element.only({"id", "extension", "code", "display", "target", "noMap"});
      FactCode& mapped = out.emplace_back(FactCode{system, read_code(element), {}});
      const std::vector<JsonNode> targets = element.objects("target");
      if (targets.empty() && !element.boolean("noMap")) element.problem("expected a `target`");
      for (const JsonNode& target : targets) read_target(target, mapped);
    }
  }
}

void read_contains(const JsonNode& parent, std::vector<FactCode>& out) {
  for (const JsonNode& entry : parent.objects("contains")) {
    const std::string code = entry.has("code") ? read_code(entry) : "";
    // Headings are not codes to be used.
    if (!entry.boolean("abstract") && !code.empty()) {
      out.push_back({entry.optional_text("system").value_or(""), code, {}});
    }
    read_contains(entry, out);
  }
}

void read_compose(const JsonNode& compose, std::vector<FactCode>& out) {
  constexpr const char* kExpand = "codes are read only where they are listed: give the ValueSet with its expansion";
  if (compose.has("exclude")) compose.problem(kExpand);
  for (const JsonNode& include : compose.objects("include")) {
    const std::vector<JsonNode> concepts = include.objects("concept");
    if (concepts.empty() || include.has("filter") || include.has("valueSet")) include.problem(kExpand);
    const std::string system = include.optional_text("system").value_or("");
    for (const JsonNode& entry : concepts) out.push_back({system, read_code(entry), {}});
  }
}

void read_value_set(const JsonNode& root, std::vector<FactCode>& out) {
  if (const auto type = root.text("resourceType"); type != "ValueSet") {
    if (type) root.problem("expected resourceType ValueSet");
    return;
  }
  const std::size_t before = out.size();
  if (const auto expansion = root.object("expansion")) {
    read_contains(*expansion, out);
    if (out.size() == before) root.problem("expected at least one code");
  } else if (const auto compose = root.object("compose")) {
    read_compose(*compose, out);
  } else {
    root.problem("expected an `expansion`, or a `compose` that lists codes");
  }
}

using Read = void (*)(const JsonNode&, std::vector<FactCode>&);

std::vector<MapProblem> read_file(std::string_view json, Read read, std::vector<FactCode>& out) {
  JsonProblems problems;
  try {
    guarded_rapidjson::Document document;
    if (const auto root = parse_root(json, document, problems)) read(*root, out);
    if (!problems.empty()) find_lines(json, problems.list());
  } catch (const JsonAssertion&) {
    problems.add("", "the file is not usable JSON");
  }
  return std::move(problems.list());
}

}  // namespace

std::vector<MapProblem> read_fact_map(std::string_view json, std::vector<FactCode>& out) {
  return read_file(json, read_map, out);
}

std::vector<MapProblem> read_fact_codes(std::string_view json, std::vector<FactCode>& out) {
  return read_file(json, read_value_set, out);
}

}  // namespace coagwatch::fhir

#include "fhir/fact_map.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "fhir/concept_map.h"
#include "fhir/json_node.h"

namespace coagwatch::fhir {
namespace {

enum class Relation : std::uint8_t { is, implies, nothing, excludes };

// R4's equivalences and R5's relationships. The others do not say that the fact is there wherever the code is.
constexpr std::array<std::pair<std::string_view, Relation>, 8> kRelations = {{
    {"equal", Relation::is},
    {"equivalent", Relation::is},
    {"wider", Relation::implies},
    {"subsumes", Relation::implies},
    {"source-is-narrower-than-target", Relation::implies},
    {"unmatched", Relation::nothing},
    {"disjoint", Relation::excludes},
    {"not-related-to", Relation::excludes},
}};

std::optional<Relation> read_relation(const JsonNode& target) {
  const auto name = target.has("relationship") ? target.text("relationship") : target.text("equivalence");
  if (!name) return std::nullopt;
  const auto* const found = std::ranges::find(kRelations, *name, &decltype(kRelations)::value_type::first);
  if (found != kRelations.end()) return found->second;
  target.problem("expected the equivalence equivalent, wider (the fact is wider than the code) or unmatched");
  return std::nullopt;
}

/// R4 writes the code system beside the value, R5 with it.
std::optional<AnswerPattern> read_answer(const JsonNode& node) {
  node.only({"id", "extension", "property", "system", "value", "display", "attribute", "valueCode", "valueCoding",
             "valueString"});
  const auto uri = node.has("attribute") ? node.optional_text("attribute") : node.text("property");
  const auto value = node.choice_text("value");
  if (!uri || !value) return std::nullopt;
  if (*uri != kAnswerProperty) {
    node.problem(*uri + " is an unknown property of a fact; expected " + std::string(kAnswerProperty));
    return std::nullopt;
  }
  std::string system = node.optional_text("system").value_or("");
  if (const auto coding = node.object("valueCoding")) system = coding->optional_text("system").value_or("");
  auto answer = parse_answer(without_version(system), *value);
  if (!answer) node.problem("expected a code, true, false, yes, or a number like 2, >=2 or 1-4");
  return answer;
}

void read_target(const JsonNode& target, FactCode& mapped) {
  target.only({"id", "extension", "code", "display", "equivalence", "relationship", "comment", "dependsOn"});
  const std::optional<Relation> relation = read_relation(target);
  const std::vector<JsonNode> dependencies = target.objects("dependsOn");
  if (!relation || *relation == Relation::nothing) return;
  if (dependencies.empty() && *relation == Relation::excludes) return;
  const auto code = target.text("code");
  if (!code) return;
  const auto fact = rules::fact_named(*code);
  if (!fact) return target.problem(*code + " is not the name of a fact");
  const CodedFact coded{*fact, *relation == Relation::is};
  if (dependencies.empty()) {
    mapped.facts.push_back(coded);
  } else if (dependencies.size() > 1) {
    target.problem("expected one `dependsOn`; another answer is another target");
  } else if (auto answer = read_answer(dependencies.front())) {
    mapped.charted.push_back({coded, *relation == Relation::excludes, std::move(*answer)});
  }
}

void check_targets(const JsonNode& element, const FactCode& mapped) {
  if (mapped.charted.empty()) return;
  if (!mapped.facts.empty())
    element.problem("some targets depend on an answer, some do not; expected one or the other");
  const auto is_open = [&](const ChartedFact& denied) {
    return std::ranges::none_of(
        mapped.charted, [&](const ChartedFact& each) { return !each.denies && each.coded.fact == denied.coded.fact; });
  };
  for (const ChartedFact& each : mapped.charted) {
    if (each.denies && is_open(each)) {
      element.problem("no answer means " + std::string(rules::fact_name(each.coded.fact)) +
                      ", which another one denies");
    }
  }
}

void read_map(const JsonNode& root, std::vector<FactCode>& out) {
  if (root.optional_text("resourceType") != "ConceptMap") return;
  for (const JsonNode& group : root.objects("group")) {
    if (without_version(group.optional_text("target").value_or("")) != kFactSystem) continue;
    group.only({"id", "extension", "source", "sourceVersion", "target", "targetVersion", "element"});
    const std::string system = without_version(group.optional_text("source").value_or(""));
    for (const JsonNode& element : group.objects("element")) {
      element.only({"id", "extension", "code", "display", "target", "noMap"});
      FactCode& mapped = out.emplace_back(FactCode{system, read_map_code(element, FactTable::kLongestCode), {}, {}});
      const std::vector<JsonNode> targets = element.objects("target");
      if (targets.empty() && !element.boolean("noMap")) element.problem("expected a `target`");
      for (const JsonNode& target : targets) read_target(target, mapped);
      check_targets(element, mapped);
    }
  }
}

void read_contains(const JsonNode& parent, std::vector<FactCode>& out) {
  for (const JsonNode& entry : parent.objects("contains")) {
    const std::string code = entry.has("code") ? read_map_code(entry, FactTable::kLongestCode) : "";
    // Headings are not codes to be used.
    if (!entry.boolean("abstract") && !code.empty()) {
      out.push_back({entry.optional_text("system").value_or(""), code, {}, {}});
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
    for (const JsonNode& entry : concepts)
      out.push_back({system, read_map_code(entry, FactTable::kLongestCode), {}, {}});
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

// What a site says its codes mean: ConceptMaps, and ValueSets of facts.

#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "fhir/code_table.h"
#include "fhir/concept_map.h"
#include "fhir/fact_map.h"
#include "fhir/fact_table.h"
#include "fhir/terminology.h"
#include "tests/fuzz/second_reader.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

using fhir::MappedCode;
using fhir::MapProblem;

constexpr std::size_t kLongestCode = 256;

/// The members and elements on a path, `group[0].element[1].code`; the last may be what is missing.
bool leads_somewhere(const rapidjson::Value& root, std::string_view path) {
  const rapidjson::Value* at = &root;
  while (!path.empty()) {
    if (at->IsArray() && path.front() == '[') {
      const std::size_t end = path.find(']');
      if (end == std::string_view::npos) return false;
      const std::size_t index = std::stoul(std::string(path.substr(1, end - 1)));
      if (index >= at->Size()) return false;
      at = &(*at)[static_cast<rapidjson::SizeType>(index)];
      path.remove_prefix(end + 1);
      if (path.starts_with('.')) path.remove_prefix(1);
      continue;
    }
    if (!at->IsObject()) return false;
    // Names may hold any character: the longest member that the path begins with.
    const rapidjson::Value* next = nullptr;
    std::size_t longest = 0;
    for (const auto& member : at->GetObject()) {
      const std::string_view name(member.name.GetString(), member.name.GetStringLength());
      const bool ends =
          path.size() == name.size() ||
          (path.size() > name.size() && std::string_view(".[").find(path[name.size()]) != std::string_view::npos);
      if (path.starts_with(name) && ends && (next == nullptr || name.size() > longest)) {
        next = &member.value;
        longest = name.size();
      }
    }
    if (next == nullptr) return path.find_first_of(".[") == std::string_view::npos;
    path.remove_prefix(longest);
    if (path.starts_with('.')) path.remove_prefix(1);
    at = next;
  }
  return true;
}

void check_problems(std::string_view json, const std::vector<MapProblem>& problems, Findings& findings) {
  rapidjson::Document document;
  const bool parsed = is_utf8_slowly(json) && json.find('\0') == std::string_view::npos &&
                      !document.Parse<rapidjson::kParseIterativeFlag>(std::string(json).c_str()).HasParseError();
  const auto lines = static_cast<int>(std::ranges::count(json, '\n')) + 1;
  for (const MapProblem& problem : problems) {
    findings.check(!problem.text.empty(), "a problem says what is wrong");
    findings.check(problem.line >= 0 && problem.line <= lines, "a problem stands in a line of the file");
    if (parsed) findings.check(leads_somewhere(document, problem.path), "a problem's path leads somewhere");
  }
}

/// What a map that is accepted says can be found.
void check_codes(const std::vector<MappedCode>& codes, Findings& findings) {
  fhir::CodeTable table;
  table.add(codes);
  std::map<std::pair<std::string, std::string>, int> seen;
  for (const MappedCode& code : codes) {
    findings.check(!code.code.empty() && code.code.size() <= kLongestCode, "a code is neither empty nor long");
    findings.check(is_utf8_slowly(code.code) && is_utf8_slowly(code.system), "a code is UTF-8");
    findings.check(++seen[{code.system, code.code}] == 1, "a code stands once in a map");
    if (code.meaning) {
      findings.check(rules::index(code.meaning->measure) < rules::kMeasureCount, "a measure is one of ours");
      findings.check(!rules::measure_info(code.meaning->measure).derived_only, "what is always computed is never read");
      findings.check(code.meaning->alternative != code.meaning->measure, "two readings are two measures");
    }
    if (code.is_pattern) continue;
    const fhir::CodeMeaning* found = table.find(code.system, code.code);
    findings.check(code.meaning ? found != nullptr && *found == *code.meaning : found == nullptr,
                   "a code means what the map says");
  }
  std::string text;
  table.append_canonical(text);
}

void check_facts(const std::vector<fhir::FactCode>& codes, Findings& findings) {
  fhir::FactTable table;
  for (const fhir::FactCode& code : codes) {
    findings.check(!code.code.empty(), "a code of a fact is not empty");
    for (const fhir::CodedFact& fact : code.facts) {
      findings.check(rules::index(fact.fact) < rules::kFactCount, "a fact is one of ours");
    }
    table.put(code.system, code.code, code.facts);
    // In classifications codes have a form of their own, and some are never read.
    const bool plain = code.system.starts_with("urn:");
    findings.check(!plain || table.find(code.system, code.code).has_value(), "a code of a fact is found");
  }
}

bool same(const std::vector<MapProblem>& a, const std::vector<MapProblem>& b) {
  return std::ranges::equal(a, b, [](const MapProblem& x, const MapProblem& y) {
    return x.path == y.path && x.text == y.text && x.line == y.line;
  });
}

}  // namespace

void run_concept_map(std::string_view input, Findings& findings) {
  std::vector<MappedCode> codes;
  const std::vector<MapProblem> problems = fhir::read_concept_map(input, codes);
  check_problems(input, problems, findings);
  if (problems.empty()) check_codes(codes, findings);

  std::vector<fhir::FactCode> facts;
  const std::vector<MapProblem> fact_problems = fhir::read_fact_map(input, facts);
  check_problems(input, fact_problems, findings);
  if (problems.empty() && fact_problems.empty()) check_facts(facts, findings);

  std::vector<fhir::FactCode> listed;
  const std::vector<MapProblem> set_problems = fhir::read_fact_codes(input, listed);
  check_problems(input, set_problems, findings);
  if (set_problems.empty()) check_facts(listed, findings);
  findings.check(!problems.empty() || !set_problems.empty(), "nothing is a ConceptMap and a ValueSet");

  std::vector<MappedCode> again;
  findings.check(same(problems, fhir::read_concept_map(input, again)), "the same map has the same problems");
}

}  // namespace coagwatch::fuzz

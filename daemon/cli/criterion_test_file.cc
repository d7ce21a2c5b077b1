#include "daemon/cli/criterion_test_file.h"

#include <algorithm>

#include "daemon/cli/criterion_test_schema.h"
#include "daemon/cli/given_result.h"
#include "daemon/cli/test_file_reader.h"
#include "daemon/config/config.h"
#include "daemon/config/text_file.h"
#include "fhir/datetime.h"
#include "rules/criterion/reader.h"
#include "rules/patient/fact_sources.h"

namespace coagwatch::daemon {
namespace {

using rules::Problem;
using rules::YamlNode;

constexpr std::size_t kLongestFile = 4 * 1024 * 1024;
// Cases that name no time are about one moment; which one does not matter.
constexpr rules::Timestamp kDefaultTime{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z

std::optional<rules::Timestamp> parse_time(const YamlNode& node, const TestFileReader& reader, const std::string& key) {
  const auto parsed = fhir::parse_datetime(node.scalar, fhir::TimeZone());
  if (!parsed || parsed->precision != fhir::ParsedTime::Precision::instant || parsed->zone_missing) {
    reader.problem(node, key, "expected a time with zone, 2026-01-02T08:00:00Z");
    return std::nullopt;
  }
  return parsed->time;
}

void read_fact(const YamlNode& given, const TestFileReader& reader, const std::string& key, rules::Timestamp at,
               rules::PatientState& state) {
  const YamlNode& name = *given.find("fact");
  const auto fact = rules::fact_named(name.scalar);
  const YamlNode* value = given.find("value");
  if (!fact)
    return reader.problem(name, key + ".fact",
                          "unknown fact " + name.scalar + rules::CriterionReader::fact_hint(name.scalar));
  if (value == nullptr || (value->scalar != "yes" && value->scalar != "no" && value->scalar != "unknown")) {
    return reader.problem(value == nullptr ? given : *value, key + ".value", "expected yes, no or unknown");
  }
  rules::FactEntry entry;
  entry.fact = *fact;
  entry.value = value->scalar == "yes"  ? rules::Tristate::yes
                : value->scalar == "no" ? rules::Tristate::no
                                        : rules::Tristate::unknown;
  entry.start = at;
  rules::put_fact(state, entry);
}

void add_result(const GivenResult& given, rules::Timestamp at, std::size_t index, rules::PatientState& state) {
  const std::string identity = "given/" + std::to_string(index);
  rules::Change change;
  change.identity = change.source = identity;
  change.result.measure = given.measure;
  change.result.value = given.value;
  change.result.upper_limit = given.upper_limit;
  change.result.flags = given.flags;
  change.result.at = at;
  rules::apply(state, change, rules::WindowLimits{});
}

void read_given(const YamlNode& list, const TestFileReader& reader, const std::string& path, CriterionCase& out) {
  // What is overlooked here would be unknown in the case, and it might pass all the same.
  if (list.kind != YamlNode::Kind::sequence) {
    return reader.problem(list, path + ".given", "expected a list of measures and facts");
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const YamlNode& given = list.items[i];
    const std::string key = path + ".given[" + std::to_string(i) + "]";
    rules::Timestamp at = out.at;
    if (const YamlNode* time = given.find("at")) {
      const auto parsed = parse_time(*time, reader, key + ".at");
      if (!parsed) continue;
      at = *parsed;
    }
    reader.check_keys(given, key, given_keys());
    if (given.find("fact") != nullptr) {
      read_fact(given, reader, key, at, out.state);
    } else if (given.find("measure") != nullptr) {
      if (const auto result = read_given_result(given, reader, key, out.site)) add_result(*result, at, i, out.state);
    } else {
      reader.problem(given, key, "expected a measure or a fact");
    }
  }
}

/// Adds `site.…` settings as the environment variables that the configuration knows for them, so that both are read,
/// and refused, by the same code.
void collect_site(const YamlNode& node, const std::string& prefix, Environment& environment) {
  for (const auto& [name, value] : node.entries) {
    std::string variable = prefix + "__";
    for (const char c : name) variable.push_back(c == '-' ? '_' : static_cast<char>(std::toupper(c)));
    if (value.kind == YamlNode::Kind::map) {
      collect_site(value, variable, environment);
    } else if (value.kind == YamlNode::Kind::sequence) {
      std::string& list = environment[variable];
      for (const YamlNode& item : value.items) list.append(list.empty() ? "" : ",").append(item.scalar);
    } else {
      environment[variable] = value.scalar;
    }
  }
}

void read_site(const YamlNode& node, const TestFileReader& reader, const std::string& path, CriterionCase& out) {
  Environment environment;
  collect_site(node, "COAGWATCH_SITE", environment);
  std::vector<Problem> found;
  const auto config = load_config("", environment, found);
  for (const Problem& problem : found) reader.problem(node, path + ".site", problem.key + ": " + problem.text);
  if (config) out.site = config->site;
}

CriterionCase read_case(const YamlNode& node, const TestFileReader& reader, const std::string& path) {
  CriterionCase out;
  out.path = path;
  out.line = node.line;
  out.at = kDefaultTime;
  if (const YamlNode* name = node.find("name")) out.name = name->scalar;
  if (const YamlNode* at = node.find("at")) {
    if (const auto time = parse_time(*at, reader, path + ".at")) out.at = *time;
  }
  if (const YamlNode* site = node.find("site")) {
    if (site->kind != YamlNode::Kind::map) reader.problem(*site, path + ".site", "expected a map of settings");
    read_site(*site, reader, path, out);
  }
  if (const YamlNode* given = node.find("given")) read_given(*given, reader, path, out);
  if (const YamlNode* expect = node.find("expect")) out.expect = expect->entries;
  if (out.expect.empty()) reader.problem(node, path, "a case needs a non-empty `expect`");
  for (const auto& [name, fields] : out.expect) {
    const std::string key = path + ".expect." + name;
    // Without a field nothing could fail.
    if (fields.entries.empty()) reader.problem(fields, key, "expected a map of fields, such as {status: met}");
    reader.check_keys(fields, key, expected_keys());
  }
  reader.check_keys(node, path, case_keys());
  return out;
}

}  // namespace

std::optional<std::vector<CriterionCase>> read_criterion_cases(const std::string& path,
                                                               const fhir::Terminology& terminology,
                                                               std::vector<Problem>& problems) {
  std::string wrong;
  const std::optional<std::string> text = read_text_file(path, kLongestFile, wrong);
  if (!text) {
    problems.push_back({path, 0, 0, "", wrong});
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  const auto document = rules::parse_yaml(*text, path, problems);
  if (!document) return std::nullopt;
  // Without a case, nothing could fail.
  if (document->kind != YamlNode::Kind::sequence || document->items.empty()) {
    problems.push_back({path, document->line, document->column, "", "expected a list of cases"});
    return std::nullopt;
  }
  const TestFileReader reader{path, terminology, problems};
  std::vector<CriterionCase> cases;
  cases.reserve(document->items.size());
  for (std::size_t i = 0; i < document->items.size(); ++i) {
    cases.push_back(read_case(document->items[i], reader, "[" + std::to_string(i) + "]"));
  }
  if (problems.size() > before) return std::nullopt;
  return cases;
}

}  // namespace coagwatch::daemon

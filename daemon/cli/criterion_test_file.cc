#include "daemon/cli/criterion_test_file.h"

#include <algorithm>
#include <limits>

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
// Cases that name no time at all are about one moment; which one does not matter.
constexpr rules::Timestamp kDefaultTime{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z

// All that a case gives is in force.
constexpr rules::WindowLimits kEverything{.window = rules::Duration::hours(31 * 24),
                                          .per_measure = std::numeric_limits<std::uint16_t>::max(),
                                          .retractions = 1,
                                          .bytes = std::numeric_limits<std::size_t>::max()};

std::optional<rules::Timestamp> time_of(const YamlNode* node) {
  const auto parsed = node == nullptr ? std::nullopt : fhir::parse_datetime(node->scalar, fhir::TimeZone());
  if (!parsed || parsed->precision != fhir::ParsedTime::Precision::instant || parsed->zone_missing) return std::nullopt;
  return parsed->time;
}

std::optional<rules::Timestamp> parse_time(const YamlNode& node, const TestFileReader& reader, const std::string& key) {
  const auto time = time_of(&node);
  if (!time) reader.problem(node, key, "expected a time with zone, 2026-01-02T08:00:00Z");
  return time;
}

/// The clinical time of a case: the one that it names, else the newest of what it gives.
rules::Timestamp time_of_case(const YamlNode& node, const TestFileReader& reader, const std::string& path) {
  if (const YamlNode* at = node.find("at")) {
    if (const auto time = parse_time(*at, reader, path + ".at")) return *time;
  }
  rules::Timestamp newest = rules::Timestamp::none();
  const YamlNode* list = node.find("given");
  for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
    if (const auto time = time_of(list->items[i].find("at"))) newest = std::max(newest, *time);
  }
  return newest.known() ? newest : kDefaultTime;
}

/// Of something that is given; `at` if it has no time of its own.
std::optional<rules::Timestamp> given_time(const YamlNode& given, const TestFileReader& reader, const std::string& key,
                                           rules::Timestamp at) {
  const YamlNode* node = given.find("at");
  if (node == nullptr) return at;
  const auto time = parse_time(*node, reader, key + ".at");
  if (!time) return std::nullopt;
  const bool is_result = given.find("fact") == nullptr;
  std::string wrong;
  if (*time > at) wrong = "after the `at` of the case";
  if (is_result && at - *time > kEverything.window) wrong = "more than 31 days before the `at` of the case";
  if (wrong.empty()) return time;
  reader.problem(*node, key + ".at", wrong);
  return std::nullopt;
}

void refuse_keys_of_results(const YamlNode& given, const TestFileReader& reader, const std::string& key) {
  for (const char* name : {"measure", "unit", "upper-limit"}) {
    if (const YamlNode* node = given.find(name)) {
      reader.problem(*node, key + "." + name, "unknown key of a fact (known here: fact, value, at)");
    }
  }
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
  const bool contradicts = std::ranges::any_of(state.facts, [&](const rules::StoredFact& said) {
    return said.fact == entry.fact && said.start == at && said.value != entry.value;
  });
  if (contradicts) return reader.problem(*value, key + ".value", "another value of " + name.scalar + " at that time");
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
  rules::apply(state, change, kEverything);
}

void read_given(const YamlNode& list, const TestFileReader& reader, const std::string& path, CriterionCase& out) {
  // What is overlooked here would be unknown in the case, and it might pass all the same.
  if (list.kind != YamlNode::Kind::sequence) {
    return reader.problem(list, path + ".given", "expected a list of measures and facts");
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const YamlNode& given = list.items[i];
    const std::string key = path + ".given[" + std::to_string(i) + "]";
    reader.check_keys(given, key, given_keys());
    const auto at = given_time(given, reader, key, out.at);
    if (!at) continue;
    if (given.find("fact") != nullptr) {
      refuse_keys_of_results(given, reader, key);
      read_fact(given, reader, key, *at, out.state);
    } else if (given.find("measure") != nullptr) {
      if (const auto result = read_given_result(given, reader, key, out.site)) add_result(*result, *at, i, out.state);
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
  out.at = time_of_case(node, reader, path);
  if (const YamlNode* name = node.find("name")) out.name = name->scalar;
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

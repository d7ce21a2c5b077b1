#include "daemon/cli/criterion_test_file.h"

#include <algorithm>

#include "daemon/cli/criterion_test_schema.h"
#include "daemon/config/config.h"
#include "daemon/config/text_file.h"
#include "fhir/datetime.h"
#include "fhir/units.h"
#include "rules/fact_sources.h"
#include "rules/measure.h"

namespace coagwatch::daemon {
namespace {

using rules::Interval;
using rules::Problem;
using rules::YamlNode;

constexpr std::size_t kLongestFile = 4 * 1024 * 1024;
// Cases that name no time are about one moment; which one does not matter.
constexpr rules::Timestamp kDefaultTime{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z

/// What every reader below needs.
struct Reader {
  const std::string& file;
  const fhir::Terminology& terminology;
  std::vector<Problem>& problems;

  void problem(const YamlNode& node, std::string key, std::string text) const {
    problems.push_back({file, node.line, node.column, std::move(key), std::move(text)});
  }
  void check_keys(const YamlNode& node, const std::string& path, const rules::FileMap& map) const {
    std::string names;
    for (const rules::FileKey& key : map.keys) names.append(names.empty() ? "" : ", ").append(key.name);
    for (const auto& [name, value] : node.entries) {
      if (std::ranges::find(map.keys, name, &rules::FileKey::name) != map.keys.end()) continue;
      problem(value, path + "." + name, "unknown key; expected " + names);
    }
  }
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// `40`, `<10`, `<=10`, `>20`, `>=20`, `5-20`.
std::optional<Interval> parse_value(std::string_view text) {
  text = trimmed(text);
  const auto bound = [](std::string_view digits) { return rules::Decimal::parse(trimmed(digits)); };
  for (const std::string_view comparator : {"<=", ">=", "<", ">"}) {
    if (!text.starts_with(comparator)) continue;
    const auto value = bound(text.substr(comparator.size()));
    if (!value) return std::nullopt;
    const bool inclusive = comparator.size() == 2;
    return comparator[0] == '<' ? Interval::below(*value, inclusive) : Interval::above(*value, inclusive);
  }
  if (const std::size_t dash = text.find('-', 1); dash != std::string_view::npos && text.find('e') > dash) {
    const auto low = bound(text.substr(0, dash));
    const auto high = bound(text.substr(dash + 1));
    if (!low || !high || *low > *high) return std::nullopt;
    return Interval::between(*low, *high);
  }
  return rules::parse_enclosing(text);
}

std::optional<rules::Timestamp> parse_time(const YamlNode& node, const Reader& reader, const std::string& key) {
  const auto parsed = fhir::parse_datetime(node.scalar, fhir::TimeZone());
  if (!parsed || parsed->precision != fhir::ParsedTime::Precision::instant || parsed->zone_missing) {
    reader.problem(node, key, "expected a time with zone, 2026-01-02T08:00:00Z");
    return std::nullopt;
  }
  return parsed->time;
}

void read_fact(const YamlNode& given, const Reader& reader, const std::string& key, rules::Timestamp at,
               rules::PatientState& state) {
  const YamlNode& name = *given.find("fact");
  const auto fact = rules::fact_named(name.scalar);
  const YamlNode* value = given.find("value");
  if (!fact) return reader.problem(name, key + ".fact", "unknown fact " + name.scalar);
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

void read_measure(const YamlNode& given, const Reader& reader, const std::string& key, rules::Timestamp at,
                  std::size_t index, rules::PatientState& state) {
  const YamlNode& name = *given.find("measure");
  const auto measure = rules::measure_named(name.scalar);
  if (!measure) return reader.problem(name, key + ".measure", "unknown measure " + name.scalar);
  const YamlNode* value = given.find("value");
  if (value == nullptr) return reader.problem(given, key, "a measure needs a value");
  auto interval = parse_value(value->scalar);
  if (!interval) return reader.problem(*value, key + ".value", "expected a number, <10, >=20 or 5-20");
  bool ddu = false;
  // The canonical unit always will do, also of measures that are never reported but derived.
  if (const YamlNode* unit = given.find("unit");
      unit != nullptr && unit->scalar != rules::measure_info(*measure).unit) {
    const auto conversion = reader.terminology.unit(*measure, unit->scalar);
    if (!conversion) return reader.problem(*unit, key + ".unit", "not a unit of " + name.scalar);
    interval = fhir::converted(*interval, *conversion);
    ddu = conversion->flavour == fhir::DDimerFlavour::ddu;
    // As intake does; the own upper limit stays in the flavour it is written in.
    if (ddu) interval = rules::scaled(*interval, rules::Decimal::of(2));
  }
  const std::string identity = "given/" + std::to_string(index);
  rules::Change change;
  change.identity = change.source = identity;
  change.result.measure = *measure;
  change.result.value = *interval;
  change.result.at = at;
  if (ddu) change.result.flags |= rules::kFlagDduConverted;
  if (const YamlNode* limit = given.find("upper-limit")) {
    change.result.upper_limit = rules::Decimal::parse(limit->scalar);
    if (!change.result.upper_limit) return reader.problem(*limit, key + ".upper-limit", "expected a number");
  }
  rules::apply(state, change, rules::WindowLimits{});
}

void read_given(const YamlNode& list, const Reader& reader, const std::string& path, CriterionCase& out) {
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
      read_measure(given, reader, key, at, i, out.state);
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

void read_site(const YamlNode& node, const Reader& reader, const std::string& path, CriterionCase& out) {
  Environment environment;
  collect_site(node, "COAGWATCH_SITE", environment);
  std::vector<Problem> found;
  const auto config = load_config("", environment, found);
  for (const Problem& problem : found) reader.problem(node, path + ".site", problem.key + ": " + problem.text);
  if (config) out.site = config->site;
}

CriterionCase read_case(const YamlNode& node, const Reader& reader, const std::string& path) {
  CriterionCase out;
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
  const Reader reader{path, terminology, problems};
  std::vector<CriterionCase> cases;
  cases.reserve(document->items.size());
  for (std::size_t i = 0; i < document->items.size(); ++i) {
    cases.push_back(read_case(document->items[i], reader, "[" + std::to_string(i) + "]"));
  }
  if (problems.size() > before) return std::nullopt;
  return cases;
}

}  // namespace coagwatch::daemon

#include "daemon/cli/criterion_test_schema.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "daemon/config/keys.h"
#include "rules/criterion/schema.h"

namespace coagwatch::daemon {
namespace {

using rules::FileKey;
using rules::FileMap;

constexpr bool kRequired = true;
constexpr bool kOptional = false;
constexpr std::string_view kTime = R"("$ref": "#/$defs/time")";
constexpr std::string_view kPair = R"("$ref": "#/$defs/pair")";
constexpr std::string_view kNames = R"("$ref": "#/$defs/names")";

constexpr auto kCaseKeys = std::to_array<FileKey>({
    {"name", kOptional, R"("type": ["string", "number"])", "Shown where the case fails"},
    {"at", kOptional, kTime,
     "Clinical time of the assessment, and of all that is given without a time of its own; without it the newest time "
     "that is given"},
    {"given", kOptional, R"("type": "array", "items": {"$ref": "#/$defs/given"})",
     "What is known of the patient; what is not listed is unknown"},
    {"site", kOptional, R"("$ref": "#/$defs/site")", "Settings of the configuration's `site`"},
    {"expect", kRequired, R"("$ref": "#/$defs/expect")",
     "By criterion, or criterion and profile (`jaam/en`): the fields of its assessment that matter"},
});

constexpr auto kGivenKeys = std::to_array<FileKey>({
    {"measure", kOptional, R"("$ref": "#/$defs/measure")", "A result, also of a derived measure"},
    {"fact", kOptional, R"("$ref": "#/$defs/fact")", "Something known of the patient"},
    {"value", kRequired, R"("type": ["string", "number"])", "40, <10, >=20 or 5-20; of a fact yes, no or unknown"},
    {"unit", kOptional, R"("type": ["string", "integer"])", "The measure's own without it"},
    {"upper-limit", kOptional, R"("$ref": "#/$defs/number")",
     "The result's own upper limit of normal, in the value's unit and flavour"},
    {"at", kOptional, kTime,
     "When it was collected or began: not after the case's `at`, a result within 31 days of it"},
});

constexpr auto kExpectedKeys = std::to_array<FileKey>({
    {"version", kOptional, R"("$ref": "#/$defs/version")", "Of the criterion"},
    {"profile", kOptional, R"("type": ["string", "null"])", "In force"},
    {"gate", kOptional, R"("enum": ["none", "unconfirmed", "confirmed", "excluded"])", "Whether it is for the patient"},
    {"status", kOptional, R"("enum": ["met", "not-met", "indeterminate", "not-applicable", null])",
     "What the total says"},
    {"min", kOptional, R"("type": ["integer", "null"])", "Least possible total; null: there is none"},
    {"max", kOptional, R"("type": ["integer", "null"])", "Greatest possible total; null: there is none"},
    {"grade", kOptional, kNames, "Of the least and of the greatest total"},
    {"floor", kOptional, kPair, "Least and most of the items that must reach a floor"},
    {"column", kOptional, R"("type": ["string", "null"])", "The population in force; null: the general one"},
    {"other-column", kOptional, kPair, "Total in the other population"},
    {"items", kOptional, R"("type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/pair"})",
     "Least and most points by item"},
    {"auxiliary", kOptional, kNames, "Findings that are surely there"},
    {"deciding", kOptional, kNames, "What could change the status"},
    {"group", kOptional, R"("type": ["integer", "null"])", "Of a criterion that has one"},
});

constexpr std::string_view kGivenRest = R"("anyOf": [{"required": ["fact"], "properties": {"value": {"enum":
["yes", "no", "unknown"]}, "measure": false, "unit": false, "upper-limit": false}}, {"required": ["measure"], "not": {"required": ["fact"]}, "properties": {"value": {"pattern":
"^ *((<=|>=|<|>) *)?-?[0-9.eE+-]+ *(- *-?[0-9.eE+-]+)? *$"}}}])";

constexpr FileMap kCase{"case", kCaseKeys, ""};
constexpr FileMap kGiven{"given", kGivenKeys, kGivenRest};
constexpr FileMap kExpected{"expected", kExpectedKeys, ""};

constexpr std::string_view kSitePrefix = "site.";

/// The site's settings, from the configuration's table of keys.
std::string site_schema() {
  std::map<std::string, std::string> settings;
  for (const Key& key : config_keys()) {
    if (!key.path.starts_with(kSitePrefix)) continue;
    const std::string path = key.path.substr(kSitePrefix.size());
    const std::string name = path.substr(0, path.find('.'));
    std::string& schema = settings[name];
    const std::string text = "{\"description\": " + rules::quoted(key.meaning) + ", ";
    if (path.ends_with(".*")) {
      schema = text + R"("type": "object", "additionalProperties": {"type": ["string", "number"]}})";
    } else if (name != path) {
      // By measure a value and its unit.
      schema = text + R"("type": "object", "propertyNames": {"$ref": "#/$defs/measure"}, )"
                      R"("additionalProperties": {"$ref": "#/$defs/amount"}})";
    } else if (key.list) {
      schema = text + R"("type": ["array", "string"], "items": {"type": "string"}})";
    } else {
      schema = text + R"("type": ["string", "number", "boolean"]})";
    }
  }
  std::string out;
  for (const auto& [name, schema] : settings) {
    out.append(out.empty() ? "" : ", ").append(rules::quoted(name)).append(": ").append(schema);
  }
  return R"({"type": "object", "additionalProperties": false, "properties": {)" + out + "}}";
}

}  // namespace

const FileMap& case_keys() { return kCase; }
const FileMap& given_keys() { return kGiven; }
const FileMap& expected_keys() { return kExpected; }

std::string criterion_test_schema() {
  std::string out = R"({"$schema": "https://json-schema.org/draft/2020-12/schema",
"title": "coagwatch criterion test", "description": "Cases for `coagwatch test`; printed by `coagwatch criteria --test-schema`",
"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}, "$defs": {)";
  for (const FileMap* map : {&kCase, &kGiven, &kExpected}) {
    out.append(rules::quoted(map->name)).append(": ").append(rules::schema_of(*map)).append(", ");
  }
  out += "\"site\": " + site_schema() + ", ";
  out += R"("expect": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[a-z0-9-]+(/[a-z0-9-]+)?$"},
"additionalProperties": {"$ref": "#/$defs/expected"}},
"amount": {"type": "object", "additionalProperties": false, "properties": {"value": {"$ref": "#/$defs/number"},
"unit": {"type": ["string", "integer"]}}},
"time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$"},
"pair": {"type": ["array", "null"], "minItems": 2, "maxItems": 2, "items": {"type": "integer"}},
"names": {"type": ["array", "null"], "items": {"type": "string"}}, )";
  out += rules::common_definitions() + "}}";
  std::ranges::replace(out, '\n', ' ');
  return rules::indented(out);
}

}  // namespace coagwatch::daemon

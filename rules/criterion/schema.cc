#include "rules/criterion/schema.h"

#include <algorithm>
#include <map>
#include <vector>

#include "rules/values/fact.h"
#include "rules/values/measure.h"

namespace coagwatch::rules {
namespace {

constexpr std::size_t kWidth = 118;

std::string list_of(const std::vector<std::string_view>& names) {
  std::string out = "[";
  for (const std::string_view name : names) out.append(out.size() > 1 ? ", " : "").append(quoted(name));
  return out + "]";
}

std::vector<std::string_view> measure_names() {
  std::vector<std::string_view> names;
  names.reserve(kMeasureCount);
  for (std::size_t i = 0; i < kMeasureCount; ++i) names.push_back(measure_info(static_cast<Measure>(i)).name);
  return names;
}

std::vector<std::string_view> score_names() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const MeasureInfo& info = measure_info(static_cast<Measure>(i));
    if (info.score) names.push_back(info.name);
  }
  return names;
}

std::vector<std::string_view> fact_names() {
  std::vector<std::string_view> names;
  names.reserve(kFactCount);
  for (std::size_t i = 0; i < kFactCount; ++i) names.push_back(fact_name(static_cast<Fact>(i)));
  return names;
}

std::map<std::string_view, std::vector<std::string_view>> measures_by_unit() {
  std::map<std::string_view, std::vector<std::string_view>> all;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const MeasureInfo& info = measure_info(static_cast<Measure>(i));
    all[info.unit].push_back(info.name);
  }
  return all;
}

/// A plain number's unit may be written as a number, or left out.
std::string unit_value(std::string_view unit) {
  return unit == "1" ? R"("enum": [1, "1"])" : R"("const": )" + quoted(unit);
}

std::string unit_definitions() {
  std::string any;
  std::string each;
  for (const auto& [unit, measures] : measures_by_unit()) {
    any += (any.empty() ? "" : ", ") + quoted(unit);
    each += (each.empty() ? "" : ", ") +
            std::string(R"({"if": {"required": ["measure"], "properties": {"measure": {"enum": )") + list_of(measures) +
            R"(}}}, "then": {"properties": {"unit": {)" + unit_value(unit) + "}}" +
            (unit == "1" ? "" : R"(, "required": ["unit"])") + "}}";
  }
  return R"("unit": {"enum": [1, )" + any + R"(]}, "units": {"allOf": [)" + each + "]}";
}

/// Where the container that opens at `start` ends, behind its bracket.
std::size_t end_of(std::string_view json, std::size_t start) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = start; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
      continue;
    }
    in_text = c == '"';
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return i + 1;
  }
  return json.size();
}

/// The text without line breaks between its parts.
std::string one_line(std::string_view json) {
  std::string out(json);
  std::ranges::replace(out, '\n', ' ');
  return out;
}

/// The parts of a container, without its brackets.
std::vector<std::string_view> parts_of(std::string_view inside) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i <= inside.size(); ++i) {
    const char c = i < inside.size() ? inside[i] : ',';
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
      continue;
    }
    in_text = c == '"';
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != ',' || depth != 0) continue;
    std::string_view part = inside.substr(start, i - start);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    if (!part.empty()) parts.push_back(part);
    start = i + 1;
  }
  return parts;
}

/// Where the value of a part begins that may have a key.
std::size_t value_of(std::string_view part) {
  if (!part.starts_with('"')) return 0;
  std::size_t end = 1;
  while (end < part.size() && part[end] != '"') end += part[end] == '\\' ? 2 : 1;
  constexpr std::string_view kJoint = "\": ";
  return part.substr(std::min(end, part.size())).starts_with(kJoint) ? end + kJoint.size() : 0;
}

void append_indented(std::string_view json, std::size_t indent, std::string& out) {
  const std::size_t open = value_of(json);
  const bool is_container = open < json.size() && (json[open] == '{' || json[open] == '[');
  if (indent + json.size() <= kWidth || !is_container) {
    out += json;
    return;
  }
  const std::size_t end = end_of(json, open);
  out.append(json.substr(0, open + 1)).append("\n");
  const std::vector<std::string_view> parts = parts_of(json.substr(open + 1, end - open - 2));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out.append(indent + 2, ' ');
    append_indented(parts[i], indent + 2, out);
    out += i + 1 < parts.size() ? ",\n" : "\n";
  }
  out.append(indent, ' ').append(json.substr(end - 1));
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string schema_of(const FileMap& map) {
  std::string required;
  std::string out = R"({"type": "object", "additionalProperties": false, "properties": {)";
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const FileKey& key = map.keys[i];
    out.append(i == 0 ? "" : ", ").append(quoted(key.name)).append(": {\"description\": ");
    out.append(quoted(key.meaning)).append(", ").append(key.schema).append("}");
    if (key.required) required.append(required.empty() ? "" : ", ").append(quoted(key.name));
  }
  out += "}";
  if (!required.empty()) out += ", \"required\": [" + required + "]";
  if (!map.rest.empty()) out.append(", ").append(map.rest);
  return one_line(out + "}");
}

std::string common_definitions() {
  return R"("name": {"type": ["string", "integer"], "pattern": "^[a-z0-9-]{1,64}$"},
"text": {"type": ["string", "number", "boolean"], "minLength": 1},
"texts": {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
"number": {"type": ["number", "string"], "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"},
"points": {"type": ["integer", "string"], "minimum": -100, "maximum": 100, "pattern": "^-?0*(100|[0-9]{1,2})$"},
"boolean": {"enum": [true, false, "true", "false"]},
"version": {"type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$"},
"span": {"type": "string", "pattern": "^0*(([1-9]|[1-9][0-9]|1[0-5][0-9]|16[0-8])h|[1-7]d)$"},
"measure": {"enum": )" +
         list_of(measure_names()) + R"(}, "fact": {"enum": )" + list_of(fact_names()) + "}, " + unit_definitions();
}

std::string criterion_schema() {
  std::string out = R"({"$schema": "https://json-schema.org/draft/2020-12/schema",
"title": "coagwatch criterion", "description": "A scoring system as data; printed by `coagwatch criteria --schema`",
"$ref": "#/$defs/criterion", "$defs": {)";
  for (std::size_t i = 0; i < kCriterionMapCount; ++i) {
    const FileMap& map = criterion_map(static_cast<CriterionMap>(i));
    out += quoted(map.name) + ": " + schema_of(map) + ", ";
  }
  out += R"("score": {"enum": )" + list_of(score_names()) + "}, ";
  out += R"("fact-tests": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/fact"},
{"$ref": "#/$defs/fact-test"}]}}, "grades": {"type": "array", "minItems": 2,
"prefixItems": [{"$ref": "#/$defs/grade", "properties": {"ge": false}}],
"items": {"$ref": "#/$defs/grade", "required": ["ge"]}}, )";
  return indented(one_line(out + common_definitions() + "}}"));
}

std::string indented(std::string_view json) {
  std::string out;
  append_indented(json, 0, out);
  return out + "\n";
}

}  // namespace coagwatch::rules

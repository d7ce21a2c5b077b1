#include "daemon/config/setting.h"

#include <algorithm>
#include <array>

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kPrefix = "COAGWATCH_";

/// librdkafka separates the words of its keys by dots.
constexpr std::string_view kDottedLevel = "properties";

std::vector<std::string> path_of(std::string_view variable) {
  std::vector<std::string> path;
  std::string_view rest = variable.substr(kPrefix.size());
  for (;;) {
    const std::size_t end = rest.find("__");
    std::string level(rest.substr(0, end));
    const char separator = path.size() == 2 && path.back() == kDottedLevel ? '.' : '-';
    for (char& c : level) {
      if (c == '_') c = separator;
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    path.push_back(std::move(level));
    if (end == std::string_view::npos) return path;
    rest.remove_prefix(end + 2);
  }
}

Setting& child(Setting& parent, const std::string& name) {
  if (parent.kind != Setting::Kind::map) {
    parent = Setting{Setting::Kind::map, {}, parent.place, {}, {}};
  }
  for (auto& [key, value] : parent.entries) {
    if (key == name) return value;
  }
  parent.entries.push_back({name, {}});
  return parent.entries.back().value;
}

}  // namespace

Setting to_setting(const rules::YamlNode& node, const std::string& file) {
  Setting setting;
  setting.place = {file, node.line, node.column};
  setting.text = node.scalar;
  switch (node.kind) {
    case rules::YamlNode::Kind::null:
      break;
    case rules::YamlNode::Kind::scalar:
      setting.kind = Setting::Kind::scalar;
      break;
    case rules::YamlNode::Kind::sequence:
      setting.kind = Setting::Kind::list;
      for (const rules::YamlNode& item : node.items) setting.items.push_back(to_setting(item, file));
      break;
    case rules::YamlNode::Kind::map:
      setting.kind = Setting::Kind::map;
      for (const auto& [key, value] : node.entries) setting.entries.push_back({key, to_setting(value, file)});
      break;
  }
  return setting;
}

bool is_reserved_variable(std::string_view name) {
  if (!name.starts_with(kPrefix)) return false;
  const std::string_view rest = name.substr(kPrefix.size());
  static constexpr std::array<std::string_view, 5> kNames = {"CACHE", "STATE", "PORT", "SERVICE_HOST", "SERVICE_PORT"};
  static constexpr std::array<std::string_view, 4> kFamilies = {"PORT_", "SERVICE_PORT_", "TEST_", "QUICKSTART_"};
  return std::find(kNames.begin(), kNames.end(), rest) != kNames.end() ||
         std::any_of(kFamilies.begin(), kFamilies.end(),
                     [&](std::string_view family) { return rest.starts_with(family); });
}

void overlay_environment(const Environment& environment, Setting& root) {
  for (auto variable = environment.lower_bound(std::string(kPrefix)); variable != environment.end(); ++variable) {
    const auto& [name, value] = *variable;
    if (!name.starts_with(kPrefix)) break;
    if (is_reserved_variable(name)) continue;
    Setting* at = &root;
    for (const std::string& level : path_of(name)) at = &child(*at, level);
    *at = Setting{Setting::Kind::scalar, value, {"environment " + name, 0, 0}, {}, {}};
  }
}

}  // namespace coagwatch::daemon

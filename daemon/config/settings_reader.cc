#include "daemon/config/settings_reader.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "daemon/config/interpolate.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kLongestShown = 60;
constexpr std::string_view kFromEnvironment = "environment ";

/// One level of a dotted path; librdkafka's dots make a name of several.
using Path = std::vector<std::string>;

std::string dotted(const Path& path) {
  std::string all;
  for (const std::string& level : path) {
    if (!all.empty()) all += '.';
    all += level;
  }
  return all;
}

Path levels_of(std::string_view key) {
  Path levels;
  for (;;) {
    const std::size_t dot = key.find('.');
    levels.emplace_back(key.substr(0, dot));
    if (dot == std::string_view::npos) return levels;
    key.remove_prefix(dot + 1);
  }
}

/// True if `pattern` begins with `path`, where `*` stands for any name.
bool begins_with(const Path& pattern, const Path& path) {
  return pattern.size() >= path.size() &&
         std::equal(path.begin(), path.end(), pattern.begin(),
                    [](const std::string& name, const std::string& level) { return level == "*" || level == name; });
}

std::string name_for_star(const Path& pattern, const Path& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "*") return path[i];
  }
  return {};
}

/// The environment's way to write a key.
std::string variable_for(std::string_view key) {
  std::string name = "COAGWATCH_";
  for (const char c : key) {
    if (c == '.') {
      name += "__";
    } else if (c == '-') {
      name += '_';
    } else {
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return name;
}

class Reader {
 public:
  Reader(const Environment& environment, Draft& draft, std::vector<rules::Problem>& problems)
      : environment_(environment), draft_(draft), problems_(problems) {
    for (const Key& key : config_keys()) rows_.push_back({levels_of(key.path), &key});
  }

  void read_map(const Setting& map, const Path& path) {
    for (const auto& [name, setting] : map.entries) {
      Path below = path;
      below.push_back(name);
      read_node(setting, below);
    }
  }

 private:
  struct Row {
    Path pattern;
    const Key* key;
  };

  void complain(const Setting& at, const Path& path, std::string text) {
    problems_.push_back({at.place.file, at.place.line, at.place.column, dotted(path), std::move(text)});
    draft_.config.refused.push_back(dotted(path));
  }

  void read_node(const Setting& setting, const Path& path) {
    const Row* leaf = nullptr;
    bool inner = false;
    for (const Row& row : rows_) {
      if (!begins_with(row.pattern, path)) continue;
      if (row.pattern.size() == path.size()) {
        leaf = &row;
      } else {
        inner = true;
      }
    }
    if (leaf != nullptr) return read_leaf(setting, path, *leaf);
    if (!inner) return complain_unknown(setting, path);
    if (setting.kind == Setting::Kind::map) return read_map(setting, path);
    // `site:` with nothing below it is an empty map.
    if (setting.kind != Setting::Kind::null) complain(setting, path, "expected a map with " + below(path));
  }

  /// The names that may stand below `path`.
  std::vector<std::string_view> names_below(const Path& path) const {
    std::vector<std::string_view> names;
    for (const Row& row : rows_) {
      if (row.pattern.size() <= path.size() || !begins_with(row.pattern, path)) continue;
      const std::string_view name = row.pattern[path.size()];
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
  }

  std::string below(const Path& path) const {
    std::string all;
    for (const std::string_view name : names_below(path)) {
      if (!all.empty()) all += ", ";
      all += name == "*" ? "names of your choice" : name;
    }
    return all;
  }

  void complain_unknown(const Setting& setting, const Path& path) {
    const bool variable = setting.place.file.starts_with(kFromEnvironment);
    const Path parent(path.begin(), path.end() - 1);
    std::string nearest = key_ending_in(path.back());
    if (nearest.empty()) nearest = nearest_key(path);
    std::string text = "unknown key";
    if (!nearest.empty()) {
      // What the misspelled key was to set is not set, which is no second mistake.
      draft_.config.refused.push_back(nearest);
      text += "; did you mean " + nearest + (variable ? " (" + variable_for(nearest) + ")" : "") + "?";
    } else if (!names_below(parent).empty()) {
      text += "; expected one of " + below(parent);
    }
    complain(setting, path, text);
  }

  /// A known key with this last name, in another place: it was right, its place was not.
  std::string key_ending_in(std::string_view name) const {
    for (const Row& row : rows_) {
      if (row.pattern.back() == name) return row.key->path;
    }
    return {};
  }

  /// A known name that is near in the same place, else a known key that is near as a whole (`kafka-brokers`).
  std::string nearest_key(const Path& path) const {
    const Path parent(path.begin(), path.end() - 1);
    if (const auto sibling = rules::nearest_name(path.back(), names_below(parent))) {
      return parent.empty() ? *sibling : dotted(parent) + "." + *sibling;
    }
    std::vector<std::string_view> keys;
    keys.reserve(rows_.size());
    for (const Row& row : rows_) keys.emplace_back(row.key->path);
    return rules::nearest_name(dotted(path), keys).value_or("");
  }

  void read_leaf(const Setting& setting, const Path& path, const Row& row) {
    draft_.config.places[dotted(path)] = setting.place;
    if (!row.key->list) {
      if (setting.kind != Setting::Kind::scalar) return complain(setting, path, "expected " + article(row.key->type));
      return read_value(setting, setting.text, path, row);
    }
    row.key->clear(draft_);
    if (setting.kind == Setting::Kind::list) {
      for (const Setting& item : setting.items) {
        if (item.kind == Setting::Kind::scalar) {
          read_value(item, item.text, path, row);
        } else {
          complain(item, path, "expected a text as each item of this list");
        }
      }
      return;
    }
    const bool variable = setting.place.file.starts_with(kFromEnvironment);
    if (row.key->one_without_list && !variable && setting.kind == Setting::Kind::scalar) {
      row.key->clear(draft_);
      return read_value(setting, setting.text, path, row);
    }
    if (!variable || setting.kind != Setting::Kind::scalar) {
      return complain(setting, path, "expected a " + row.key->type);
    }
    std::string_view rest = setting.text;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      std::string_view item = rest.substr(0, comma);
      while (item.starts_with(' ')) item.remove_prefix(1);
      while (item.ends_with(' ')) item.remove_suffix(1);
      read_value(setting, item, path, row);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
  }

  static std::string article(const std::string& type) {
    return type == "text" || type.starts_with("number") || type.starts_with("duration") ? "a " + type : type;
  }

  void read_value(const Setting& setting, std::string_view text, const Path& path, const Row& row) {
    Value value;
    value.place = setting.place;
    value.name = name_for_star(row.pattern, path);
    if (!setting.place.file.starts_with(kFromEnvironment)) {
      value.directory = std::filesystem::path(setting.place.file).parent_path().string();
    }
    value.shown = "\"" + std::string(text.substr(0, kLongestShown)) + (text.size() > kLongestShown ? "…" : "") + "\"";
    std::string wrong;
    std::optional<std::string> substituted = interpolated(text, environment_, value.directory, wrong);
    if (!substituted) return complain(setting, path, wrong);
    value.text = std::move(*substituted);
    if (const std::optional<std::string> refused = row.key->read(draft_, value)) complain(setting, path, *refused);
  }

  const Environment& environment_;
  Draft& draft_;
  std::vector<rules::Problem>& problems_;
  std::vector<Row> rows_;
};

}  // namespace

void read_settings(const Setting& root, const Environment& environment, Draft& draft,
                   std::vector<rules::Problem>& problems) {
  Reader(environment, draft, problems).read_map(root, {});
}

}  // namespace coagwatch::daemon

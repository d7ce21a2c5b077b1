#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

/// One node of the settings as written: the file's document with the environment laid over it, each node knowing
/// where it comes from.
struct Setting {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text;  ///< of a scalar, as written
  Place place;
  struct Entry;
  std::vector<Setting> items;  ///< of a list
  std::vector<Entry> entries;  ///< of a map
};

/// A key of a map and its value.
struct Setting::Entry {
  std::string key;
  Setting value;
};

/// A YAML document as settings.
Setting to_setting(const rules::YamlNode& node, const std::string& file);

/// Lays `COAGWATCH_A__B_C=x` over the tree as `a.b-c`. Names that belong to scripts and orchestrators
/// (is_reserved_variable) are left alone; unknown keys are found later, like those of a file.
void overlay_environment(const Environment& environment, Setting& root);

/// True for variables that begin like ours and are not settings: those of the project's scripts, and those that
/// Kubernetes sets for every service of this name.
bool is_reserved_variable(std::string_view name);

}  // namespace coagwatch::daemon

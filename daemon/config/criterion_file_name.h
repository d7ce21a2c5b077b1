#pragma once

#include <string_view>

namespace coagwatch::daemon {

/// Whether a file of that name is YAML.
inline bool is_yaml_file(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

/// Whether a file of that name in `criteria.directory` is a criterion: not its cases, and no hidden file.
inline bool is_criterion_file(std::string_view name) {
  return is_yaml_file(name) && !name.ends_with(".test.yaml") && !name.ends_with(".test.yml") && !name.starts_with(".");
}

}  // namespace coagwatch::daemon

#pragma once

#include <algorithm>
#include <string_view>

namespace coagwatch::daemon {

/// Whether a name ends so, in letters of either case. REQUIRES: `end` is in lower-case.
inline bool has_ending(std::string_view name, std::string_view end) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return name.size() >= end.size() && std::equal(end.begin(), end.end(), name.end() - end.size(),
                                                 [&](char of_end, char of_name) { return same(of_name, of_end); });
}

/// Whether a file of that name is YAML.
inline bool is_yaml_file(std::string_view name) { return has_ending(name, ".yaml") || has_ending(name, ".yml"); }

/// Whether a file of that name in `criteria.directory` is a criterion: not its cases, and no hidden file.
inline bool is_criterion_file(std::string_view name) {
  return is_yaml_file(name) && !has_ending(name, ".test.yaml") && !has_ending(name, ".test.yml") &&
         !name.starts_with(".");
}

}  // namespace coagwatch::daemon

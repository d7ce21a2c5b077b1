#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion/reader.h"

namespace coagwatch::rules {

/// The names of the profiles of a criterion file; empty where it has none.
std::vector<std::string_view> profile_names(const YamlNode& root);

/// Lays a profile (empty: the default one) over the file: whole members are replaced, and items by name. `name` becomes
/// the profile's name, and stays empty where the file has none. Reports problems to `reader`; false if there is no such
/// profile.
bool lay_profile(YamlNode& root, std::string_view profile, CriterionReader& reader, std::string& name);

/// The node that a dotted path names, or the last one on the way that exists: where to look for a problem.
const YamlNode& node_at(const YamlNode& root, std::string_view path);

}  // namespace coagwatch::rules

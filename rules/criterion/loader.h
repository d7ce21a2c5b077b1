#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion/criterion.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::rules {

/// Compiles one criterion file with the named profile (empty: its default). On any problem returns nullopt and
/// appends every problem found, each with file, line, key, what was expected, and the nearest known name.
std::optional<Criterion> load_criterion(std::string_view text, const std::string& file, std::string_view profile,
                                        std::vector<Problem>& problems);

/// A criterion file that is part of the program.
struct BuiltinCriterion {
  std::string_view id;
  std::string_view file;  ///< `rules/criteria/isth-2001.yaml`, for messages
  std::string_view text;
};
/// All criteria of rules/criteria/, by id.
const std::vector<BuiltinCriterion>& builtin_criteria();

}  // namespace coagwatch::rules

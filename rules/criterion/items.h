#pragma once

#include <string>

#include "rules/criterion/criterion.h"
#include "rules/criterion/reader.h"

namespace coagwatch::rules {

/// Reads one line of the scoring table, its range of points included. What is wrong goes to `reader`. Where it has no
/// `max-age`, Item::max_age is 0 until the criterion's is set.
Item read_item(CriterionReader& reader, const YamlNode& node, const std::string& path);

/// Reads a measure, its unit (which must be the canonical one) and its bands, `{ge: 50, lt: 100, points: 1}`.
Source read_source(CriterionReader& reader, const YamlNode& node, const std::string& path);

/// Sets the least and the most points over all that may turn out, and the base of sets of points.
void set_range(Item& item);

}  // namespace coagwatch::rules

#pragma once

#include <string>
#include <vector>

#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// Something that is wrong with a criterion although each of its values can be read.
struct KeyedFinding {
  std::string key;  ///< dotted path, `items.platelets.bands`
  std::string text;
};

/// Checks one item, named `key`: bands that overlap, leave a gap, do not reach to the ends or that no plausible value
/// reaches (a cut-off in another unit, most likely), divisors that can be 0, sub-scores that are none, and points that
/// are the same whatever is known. Sorts the bands of each source ascending.
void check_item(Item& item, const std::string& key, std::vector<KeyedFinding>& out);

/// Checks what the totals mean: a cut that no total reaches, or every one does, a grade that no total has, grades that
/// do not agree with the cut, names used twice or not known. REQUIRES: all items were read.
void check_totals(const Criterion& criterion, std::vector<KeyedFinding>& out);

}  // namespace coagwatch::rules

#pragma once

#include <string>
#include <vector>

#include "rules/criterion.h"

namespace coagwatch::rules {

/// What is wrong with a compiled criterion as a whole, as texts that begin with the key concerned: bands that overlap,
/// leave a gap or do not reach to the ends; a total that can never be met, or always is; a grade that no total
/// reaches, or that does not agree with the cut; names used twice or not known. Sorts the bands of each source.
std::vector<std::string> check_criterion(Criterion& criterion);

}  // namespace coagwatch::rules

#pragma once

#include <bitset>

#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// The facts that a criterion asks for: whom it is for, items, adjustments and populations. What implies one of them
/// (known_facts.h) is not among them.
std::bitset<kFactCount> facts_of(const Criterion& criterion);

}  // namespace coagwatch::rules

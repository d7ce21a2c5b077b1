#pragma once

#include <string_view>

#include "rules/result.h"

namespace coagwatch::rules {

/// -1: `a` is surely older than `b`, 1: surely newer, 0: neither says so.
int compare_versions(const Version& a, const Version& b);

/// Something in it can tell it from other versions.
bool has_age(const Version& version);

/// The identity of the resource that a result is of, or a part of (kPartSeparator).
std::string_view resource_of(std::string_view identity);

/// `identity` is `whole` or a part of it.
bool covers(std::string_view whole, std::string_view identity);

}  // namespace coagwatch::rules

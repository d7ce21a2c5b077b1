#pragma once

#include <string_view>

#include "rules/patient/result.h"

namespace coagwatch::rules {

/// -1: `a` is surely older than `b`, 1: surely newer, 0: neither says so.
int compare_versions(const Version& a, const Version& b);

/// Something in it can tell it from other versions.
bool has_age(const Version& version);

/// The identity of the resource that a result is of, or a part of (kPartSeparator).
inline std::string_view resource_of(std::string_view identity) {
  return identity.substr(0, identity.find(kPartSeparator));
}

/// `identity` is `whole`, a part of it, or one of the results that share it. Here, since each result is compared with
/// all that are in force.
inline bool covers(std::string_view whole, std::string_view identity) {
  // Identities differ at their ends.
  if (whole.empty() || identity.size() < whole.size() || identity[whole.size() - 1] != whole.back()) return false;
  if (!identity.starts_with(whole)) return false;
  if (identity.size() == whole.size()) return true;
  return identity[whole.size()] == kPartSeparator || identity[whole.size()] == kMeasureSeparator;
}

}  // namespace coagwatch::rules

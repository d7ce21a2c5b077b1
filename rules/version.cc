#include "rules/version.h"

namespace coagwatch::rules {

int compare_versions(const Version& a, const Version& b) {
  if (a.number && b.number && *a.number != *b.number) return *a.number < *b.number ? -1 : 1;
  if (a.last_updated.known() && b.last_updated.known() && a.last_updated != b.last_updated) {
    return a.last_updated < b.last_updated ? -1 : 1;
  }
  return 0;
}

bool has_age(const Version& version) { return version.number || version.last_updated.known(); }

std::string_view resource_of(std::string_view identity) { return identity.substr(0, identity.find(kPartSeparator)); }

bool covers(std::string_view whole, std::string_view identity) {
  // Identities differ at their ends.
  if (whole.empty() || identity.size() < whole.size() || identity[whole.size() - 1] != whole.back()) return false;
  return identity.starts_with(whole) && (identity.size() == whole.size() || identity[whole.size()] == kPartSeparator);
}

}  // namespace coagwatch::rules

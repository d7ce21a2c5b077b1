#include "rules/patient/version.h"

namespace coagwatch::rules {

int compare_versions(const Version& a, const Version& b) {
  if (a.number && b.number && *a.number != *b.number) return *a.number < *b.number ? -1 : 1;
  if (a.last_updated.known() && b.last_updated.known() && a.last_updated != b.last_updated) {
    return a.last_updated < b.last_updated ? -1 : 1;
  }
  return 0;
}

bool has_age(const Version& version) { return version.number || version.last_updated.known(); }

}  // namespace coagwatch::rules

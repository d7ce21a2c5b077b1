#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/episode.h"
#include "rules/site.h"

namespace coagwatch::daemon {

/// One criterion as far as it decides anything.
struct HashedCriterion {
  std::string id;
  std::string profile;
  std::string text;  ///< its file
};

/// SHA-256 in hex over everything that scores and alerts depend on. Each part goes in with its length, so that no two
/// different rule sets give the same bytes.
std::string rule_set_hash(const std::vector<HashedCriterion>& criteria, std::string_view terminology,
                          const rules::SiteProfile& site, std::string_view time_zone, const rules::AlertPolicy& alerts);

}  // namespace coagwatch::daemon

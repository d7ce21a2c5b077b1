#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"

namespace coagwatch::daemon {

/// One criterion as far as it decides anything.
struct HashedCriterion {
  std::string id;
  std::string profile;
  std::string text;  ///< its file
};

/// SHA-256 in hex over everything that scores and alerts depend on: of the configuration `site.*`, `alerts.*`,
/// `limits.*`, `input.envelope` and `input.lenient-versions`. Each part goes in with its length, so that no two
/// different rule sets give the same bytes.
std::string rule_set_hash(const std::vector<HashedCriterion>& criteria, std::string_view terminology,
                          const Config& config);

}  // namespace coagwatch::daemon

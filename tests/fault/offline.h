#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/fault/member.h"

namespace coagwatch::fault {

/// What the topics hold, or should hold, as digests: so that millions of records can be compared.
struct Outputs {
  std::vector<std::uint64_t> alerts;            ///< by partition, in order
  std::vector<std::uint64_t> dead_letters;      ///< by partition, in order
  std::map<std::string, std::uint64_t> status;  ///< the last of each patient
  std::uint64_t statuses = 0;                   ///< all of them
};

/// What an undisturbed run would have published for the whole input topic, by `coagwatch capture` and `replay`. The
/// files that it needs go to `directory`. Throws std::runtime_error where a command fails.
Outputs offline_outputs(const std::string& coagwatch, const std::string& config_file, const Names& names,
                        const std::string& directory);
/// What was committed.
Outputs committed_outputs(const Names& names);

/// In what sequences differ: `3 committed, 4 offline, the same before number 2`; empty if they are the same.
std::string difference(const std::vector<std::uint64_t>& committed, const std::vector<std::uint64_t>& offline);
std::string difference(const std::map<std::string, std::uint64_t>& committed,
                       const std::map<std::string, std::uint64_t>& offline);

}  // namespace coagwatch::fault

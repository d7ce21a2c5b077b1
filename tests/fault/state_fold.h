#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace coagwatch::fault {

/// The last state of each patient, as a digest of what the state topic would hold of him, by the daemon's folds over a
/// capture of what the scoring stage read, with a capture of its journal or without (empty). Throws std::runtime_error
/// where something cannot be read.
std::map<std::string, std::uint64_t> folded_state(const std::string& config_file, const std::string& capture,
                                                  const std::string& journal);

}  // namespace coagwatch::fault

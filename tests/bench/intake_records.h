#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace coagwatch::bench {

/// Laboratory Observations of one patient, as two kinds of feeds write them: panels of eight tests, twelve hours apart,
/// so that a window of seven days holds a hundred results.
enum class RecordKind { plain, full };

/// `plain`: about 560 bytes, what a result needs. `full`: about 1.6 kB, with profile, narrative, identifiers,
/// performer, specimen, interpretation and reference range.
std::vector<std::string> intake_records(RecordKind kind, std::size_t count);

}  // namespace coagwatch::bench

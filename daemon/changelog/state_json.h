#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {

/// Where a changelog record stands.
struct ChangelogPlace {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

/// Appends one JSON object: all that a patient's state holds, in the order and with the names of state_format.md; what
/// is empty or unknown is left out.
void write_state_json(const ChangelogPlace& place, std::string_view patient, const rules::PatientState& state,
                      std::string& out);
/// The same of a partition record.
void write_partition_json(const ChangelogPlace& place, const PartitionRecord& record, std::string& out);

}  // namespace coagwatch::daemon

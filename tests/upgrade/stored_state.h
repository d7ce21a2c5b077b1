#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace coagwatch::test {

/// Which formats (daemon/fold/state_format.md) were written after each other, one digit for each change: `343` is by a
/// program of format 3, then of 4, then of 3.
struct Handovers {
  std::map<std::int32_t, std::string> partitions;  ///< of the partition records
  std::map<std::string, std::string> patients;     ///< of each patient's values
};
/// Of all records that a state topic holds; to be asked for before it is compacted.
Handovers handovers_in(const std::string& state_topic);

/// Each patient's last value in a state topic, without its format. Formats 3 and 4 differ in partition records only.
std::map<std::string, std::string> patients_in(const std::string& state_topic);
/// How many patients are in one of them only, or have another value there.
std::size_t different_patients(const std::map<std::string, std::string>& a,
                               const std::map<std::string, std::string>& b);

}  // namespace coagwatch::test

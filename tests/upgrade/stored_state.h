#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace coagwatch::test {

struct Record;
/// Who wrote a record: an older version, `o`, or this build, `n`.
char writer_of(const Record& record);

/// Which versions wrote after each other, one letter for each change: `ono` is by an older one, this one, the older
/// one.
struct Handovers {
  std::map<std::int32_t, std::string> partitions;  ///< of the partition records
  std::map<std::string, std::string> patients;     ///< of each patient's values
  std::set<std::pair<char, int>> formats;          ///< who wrote which one (daemon/fold/state_format.md)
};
/// Of all records that a state topic holds; to be asked for before it is compacted.
Handovers handovers_in(const std::string& state_topic);

/// How many records a topic of commands has of each command by each version: `o adopt`.
std::map<std::string, int> commands_in(const std::string& commands_topic);

/// Each patient's last value in a state topic, without its format.
std::map<std::string, std::string> patients_in(const std::string& state_topic);
/// How many patients are in one of them only, or have another value there.
std::size_t different_patients(const std::map<std::string, std::string>& a,
                               const std::map<std::string, std::string>& b);

}  // namespace coagwatch::test

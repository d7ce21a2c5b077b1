#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/broker/test_kafka.h"

namespace coagwatch::test {

/// A committed alert as `coagwatch replay` prints it beside other kinds.
std::string alert_line(const Record& alert);
/// What such a line begins with: the kind and the patient.
std::string_view patient_part(std::string_view line);

/// A line of `replay --emit alerts,status` that is a status.
struct StatusLine {
  std::string_view patient;
  std::string_view value;  ///< `null` where there is none any more
};
std::optional<StatusLine> status_in(std::string_view line);

/// Whether the router stage wrote a dead letter: what was bad names no patient.
bool is_of_router(const Record& dead_letter);

/// In what sequences differ: `3 committed, 4 offline, the same before number 2`; empty if they are the same. Without
/// values of the data.
template <typename Item>
std::string difference(const std::vector<Item>& committed, const std::vector<Item>& offline) {
  const std::size_t common = std::min(committed.size(), offline.size());
  std::size_t same = 0;
  while (same < common && committed[same] == offline[same]) ++same;
  if (same == committed.size() && same == offline.size()) return {};
  return std::to_string(committed.size()) + " committed, " + std::to_string(offline.size()) +
         " offline, the same before number " + std::to_string(same);
}

/// Likewise what is the last of each patient.
template <typename Value>
std::string difference(const std::map<std::string, Value>& committed, const std::map<std::string, Value>& offline) {
  std::size_t wrong = 0;
  for (const auto& [key, value] : offline) {
    const auto found = committed.find(key);
    if (found == committed.end() || found->second != value) ++wrong;
  }
  if (wrong == 0 && committed.size() == offline.size()) return {};
  return std::to_string(committed.size()) + " patients committed, " + std::to_string(offline.size()) + " offline, " +
         std::to_string(wrong) + " of those missing or with another last one";
}

}  // namespace coagwatch::test

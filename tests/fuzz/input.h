#pragma once

#include <string_view>
#include <vector>

namespace coagwatch::fuzz {

/// Stands between the parts of an input. In JSON it is never allowed, so a file of plain JSON is one part.
inline constexpr char kPartEnd = '\x1e';

/// The parts of an input, at least one.
inline std::vector<std::string_view> parts_of(std::string_view input) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = input.find(kPartEnd);
    parts.push_back(input.substr(0, end));
    if (end == std::string_view::npos) return parts;
    input.remove_prefix(end + 1);
  }
}

/// The i-th part; empty where there is none.
inline std::string_view part(const std::vector<std::string_view>& parts, std::size_t i) {
  return i < parts.size() ? parts[i] : std::string_view();
}

}  // namespace coagwatch::fuzz

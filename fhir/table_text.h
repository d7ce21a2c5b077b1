#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::fhir {

/// The parts of `text` between separators; at least one.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

using TableRow = std::vector<std::string_view>;

/// Calls `read` for each row of a table: lines of columns between tabs, without empty lines and comments (`#`). `read`
/// returns what is wrong with the row; the first such text ends the reading and is returned after its line number.
template <typename Read>
std::optional<std::string> for_each_row(std::string_view table, Read read) {
  std::size_t number = 0;
  for (const std::string_view line : split(table, '\n')) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    if (std::optional<std::string> problem = read(split(line, '\t'))) {
      return "line " + std::to_string(number) + ": " + *problem;
    }
  }
  return std::nullopt;
}

}  // namespace coagwatch::fhir

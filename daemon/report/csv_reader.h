#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::daemon {

/// A CSV file: rows of fields, the header among them.
struct CsvRow {
  std::size_t line = 0;  ///< where it begins, 1-based
  std::vector<std::string> fields;
};

/// Reads CSV strictly as RFC 4180 has it: commas, `"` around fields that hold commas, line breaks or `""`; lines end in
/// LF or CRLF; blank lines are left out; a byte order mark is skipped. Every row has as many fields as the first, and
/// all of it is UTF-8: a key in another encoding would be nobody's.
/// Returns what is wrong, with its line and without any content, or nullopt.
std::optional<std::string> read_csv(std::string_view text, std::vector<CsvRow>& rows);

}  // namespace coagwatch::daemon

#include "tests/corpora/expected_rows.h"

#include <charconv>
#include <stdexcept>

namespace coagwatch::corpora {
namespace {

enum Column : std::uint8_t {
  kLine,
  kEntry,
  kResource,
  kPatient,
  kDisposition,
  kReason,
  kMeasure,
  kLow,
  kHigh,
  kUnit,
  kAt
};
constexpr std::size_t kColumns = kAt + 1;
constexpr std::string_view kNothing = "-";

std::vector<std::string_view> split(std::string_view row) {
  std::vector<std::string_view> columns;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = row.find('\t');
    columns.push_back(row.substr(0, end));
    row.remove_prefix(end == std::string_view::npos ? row.size() : end + 1);
  }
  return columns;
}

/// A member of the row: nothing is null. None of these texts needs an escape.
void append(std::string& json, std::string_view name, std::string_view value) {
  json.append(",\"").append(name).append("\":");
  if (value == kNothing) {
    json.append("null");
  } else {
    json.append("\"").append(value).append("\"");
  }
}

ExpectedRow read_row(std::string_view text) {
  const std::vector<std::string_view> columns = split(text);
  ExpectedRow row;
  if (columns.size() != kColumns || text.find_first_of("\"\\") != std::string_view::npos) {
    throw std::runtime_error("expected 11 columns between tabs, without quotation marks");
  }
  const std::string_view line = columns[kLine];
  if (std::from_chars(line.data(), line.data() + line.size(), row.line).ptr != line.data() + line.size()) {
    throw std::runtime_error("expected the number of a line");
  }
  row.text.append("{\"line\":").append(line).append(",\"entry\":").append(columns[kEntry]);
  append(row.text, "resource", columns[kResource]);
  append(row.text, "patient", columns[kPatient]);
  append(row.text, "disposition", columns[kDisposition]);
  append(row.text, "reason", columns[kReason]);
  row.whole = columns[kMeasure] != kNothing;
  if (row.whole) {
    append(row.text, "measure", columns[kMeasure]);
    append(row.text, "low", columns[kLow]);
    append(row.text, "high", columns[kHigh]);
    append(row.text, "unit", columns[kUnit]);
    append(row.text, "at", columns[kAt]);
  }
  return row;
}

}  // namespace

bool ExpectedRow::is(std::string_view found) const {
  if (!found.starts_with(text)) return false;
  found.remove_prefix(text.size());
  return found == "}" || found.starts_with(whole ? ",\"text\":" : ",\"");
}

std::vector<ExpectedRow> read_expected(std::istream& file) {
  std::vector<ExpectedRow> rows;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    try {
      rows.push_back(read_row(line));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("line " + std::to_string(number) + ": " + error.what());
    }
  }
  return rows;
}

}  // namespace coagwatch::corpora

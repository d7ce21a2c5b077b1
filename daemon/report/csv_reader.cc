#include "daemon/report/csv_reader.h"

#include <algorithm>

#include "fhir/utf8.h"

namespace coagwatch::daemon {
namespace {

std::string problem(std::size_t line, const std::string& what) { return "line " + std::to_string(line) + ": " + what; }

/// A quoted field, from behind its first quote to behind its last. False if that never comes.
bool read_quoted(std::string_view text, std::size_t& at, std::size_t& line, std::string& field) {
  for (; at < text.size(); ++at) {
    if (text[at] == '"') {
      ++at;
      if (at == text.size() || text[at] != '"') return true;
    }
    if (text[at] == '\n') ++line;
    field.push_back(text[at]);
  }
  return false;
}

/// The first line, if any, with bytes that are no UTF-8. No byte of a longer character is a line feed.
std::optional<std::size_t> line_without_utf8(std::string_view text) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!fhir::is_utf8(text.substr(0, end))) return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_csv(std::string_view text, std::vector<CsvRow>& rows) {
  rows.clear();
  text = fhir::without_byte_order_mark(text);
  if (const auto line = line_without_utf8(text)) return problem(*line, "it is not UTF-8");
  std::size_t at = 0;
  std::size_t line = 1;
  while (at < text.size()) {
    CsvRow row;
    row.line = line;
    bool more = true;
    while (more) {
      std::string& field = row.fields.emplace_back();
      if (at < text.size() && text[at] == '"') {
        if (!read_quoted(text, ++at, line, field)) return problem(row.line, "a quoted field does not end");
      } else {
        const std::size_t stop = std::min(text.find_first_of(",\n\"", at), text.size());
        if (stop < text.size() && text[stop] == '"') return problem(line, "a quote inside a field without quotes");
        field = text.substr(at, stop - at);
        at = stop;
        if (field.ends_with('\r') && (at == text.size() || text[at] == '\n')) field.pop_back();
      }
      if (text.substr(at).starts_with("\r\n")) ++at;
      more = at < text.size() && text[at] == ',';
      if (!more && at < text.size() && text[at] != '\n') return problem(line, "something follows a quoted field");
      if (at < text.size()) ++at;
    }
    ++line;
    if (row.fields.size() == 1 && row.fields.front().empty()) continue;
    if (!rows.empty() && row.fields.size() != rows.front().fields.size()) {
      return problem(row.line, "another number of fields than in the header");
    }
    rows.push_back(std::move(row));
  }
  return std::nullopt;
}

}  // namespace coagwatch::daemon

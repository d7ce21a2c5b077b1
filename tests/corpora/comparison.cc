#include "tests/corpora/comparison.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

namespace coagwatch::corpora {
namespace {

constexpr std::string_view kLineMember = "{\"line\":";

struct Record {
  std::vector<const ExpectedRow*> expected;
  std::vector<const std::string*> found;
};

std::string at_line(std::uint64_t line, std::string_view what) {
  return "line " + std::to_string(line) + ": " + std::string(what);
}

void compare_in_order(std::uint64_t line, const Record& record, std::vector<std::string>& out) {
  for (std::size_t i = 0; i < record.expected.size(); ++i) {
    if (record.expected[i]->is(*record.found[i])) continue;
    out.push_back(at_line(line, "expected ") + record.expected[i]->text + "\n         found    " + *record.found[i]);
  }
}

/// Of different number: each expected row takes the first that is as it must be; what is left over is named.
void compare_as_sets(std::uint64_t line, const Record& record, std::vector<std::string>& out) {
  std::vector<const std::string*> left = record.found;
  for (const ExpectedRow* row : record.expected) {
    const auto match = std::find_if(left.begin(), left.end(), [&](const std::string* text) { return row->is(*text); });
    if (match == left.end()) {
      out.push_back(at_line(line, "missing  ") + row->text);
    } else {
      left.erase(match);
    }
  }
  for (const std::string* text : left) {
    const bool again = std::any_of(record.expected.begin(), record.expected.end(),
                                   [&](const ExpectedRow* row) { return row->is(*text); });
    out.push_back(at_line(line, again ? "doubled  " : "too many ") + *text);
  }
}

}  // namespace

std::uint64_t line_of(const std::string& row) {
  std::uint64_t line = 0;
  if (row.starts_with(kLineMember)) std::from_chars(row.data() + kLineMember.size(), row.data() + row.size(), line);
  return line;
}

std::vector<std::string> differences(const std::vector<ExpectedRow>& expected, const std::vector<std::string>& found) {
  std::map<std::uint64_t, Record> records;
  for (const ExpectedRow& row : expected) records[row.line].expected.push_back(&row);
  for (const std::string& row : found) records[line_of(row)].found.push_back(&row);
  std::vector<std::string> out;
  for (const auto& [line, record] : records) {
    if (record.expected.size() == record.found.size()) {
      compare_in_order(line, record, out);
    } else {
      compare_as_sets(line, record, out);
    }
  }
  return out;
}

std::vector<std::string> records_without_rows(std::uint64_t records, const std::vector<std::string>& found) {
  std::vector<bool> seen(records + 1, false);
  for (const std::string& row : found) {
    if (line_of(row) <= records) seen[line_of(row)] = true;
  }
  std::vector<std::string> out;
  for (std::uint64_t line = 1; line <= records; ++line) {
    if (!seen[line]) out.push_back(at_line(line, "no row"));
  }
  return out;
}

}  // namespace coagwatch::corpora

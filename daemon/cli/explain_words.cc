#include "daemon/cli/explain_words.h"

#include <algorithm>

#include "fhir/alert_parts.h"
#include "rules/criterion/columns.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kLabelWidth = 12;
constexpr std::string_view kUtc = " UTC";

}  // namespace

void add_row(const std::vector<Cell>& cells, std::string& out) {
  std::vector<std::vector<std::string>> columns;
  std::size_t height = 0;
  for (const Cell& cell : cells) {
    // A blank stays free before the next one.
    columns.push_back(rules::wrapped(cell.text, cell.width - 1));
    height = std::max(height, columns.back().size());
  }
  for (std::size_t row = 0; row < height; ++row) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string part = row < columns[i].size() ? columns[i][row] : "";
      const std::size_t used = rules::width_of(part) + 1;
      if (cells[i].right && used < cells[i].width) part.insert(0, cells[i].width - used, ' ');
      line += rules::padded(std::move(part), cells[i].width);
      if (line.back() != ' ' && i + 1 < cells.size()) line += ' ';
    }
    rules::add_line(std::move(line), out);
  }
}

void add_labelled(std::string_view label, std::string_view text, std::string& out) {
  std::string first(label);
  for (const std::string& line : rules::wrapped(text, kTextWidth - kLabelWidth)) {
    rules::add_line(rules::padded(std::move(first), kLabelWidth) + line, out);
    first.clear();
  }
}

std::string clock_text(rules::Timestamp time) {
  std::string text = fhir::time_text(time);
  if (text.ends_with(kUtc)) text.resize(text.size() - kUtc.size());
  return text;
}

std::string span_text(rules::Duration span) {
  constexpr std::int64_t kHour = 60;
  constexpr std::int64_t kDay = 24 * kHour;
  const bool later = span.micros < 0;
  const std::int64_t minutes = (later ? -span.micros : span.micros) / rules::Duration::minutes(1).micros;
  std::string text;
  if (minutes >= 2 * kDay) {
    text = std::to_string(minutes / kDay) + " d " + std::to_string(minutes % kDay / kHour) + " h";
  } else if (minutes >= kHour) {
    text = std::to_string(minutes / kHour) + " h";
    if (minutes % kHour != 0) text += " " + std::to_string(minutes % kHour) + " min";
  } else {
    text = std::to_string(minutes) + " min";
  }
  return later ? text + " later" : text;
}

std::string range_text(int min, int max) {
  return min == max ? std::to_string(min) : std::to_string(min) + " to " + std::to_string(max);
}

std::string fact_text(rules::Fact fact) {
  std::string text(rules::fact_name(fact));
  std::ranges::replace(text, '-', ' ');
  return text;
}

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += separator;
    all += text;
  }
  return all;
}

}  // namespace coagwatch::daemon

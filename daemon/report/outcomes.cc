#include "daemon/report/outcomes.h"

#include <vector>

#include "daemon/report/csv_reader.h"
#include "fhir/datetime.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kType = "Patient/";

std::string problem(const CsvRow& row, const std::string& what) {
  return "line " + std::to_string(row.line) + ": " + what;
}

std::optional<bool> label_of(std::string_view text) {
  if (text == "1" || text == "yes") return true;
  if (text == "0" || text == "no") return false;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Outcomes::read(std::string_view text, const fhir::TimeZone& zone) {
  std::vector<CsvRow> rows;
  if (auto wrong = read_csv(text, rows)) return wrong;
  if (rows.empty()) return "line 1: expected the header patient,label";
  const std::vector<std::string>& header = rows.front().fields;
  if (header.size() < 2 || header.size() > 3 || header[0] != "patient" || header[1] != "label") {
    return problem(rows.front(), "expected the header patient,label, or patient,label and a third column");
  }
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::vector<std::string>& fields = rows[i].fields;
    const std::optional<bool> label = label_of(fields[1]);
    if (fields[0].empty()) return problem(rows[i], "patient is empty");
    if (!label) return problem(rows[i], "label: expected 1, 0, yes or no");
    Outcome outcome{*label, rules::Timestamp::none()};
    if (fields.size() == 3 && !fields[2].empty()) {
      const auto time = fhir::parse_datetime(fields[2], zone);
      if (!time || time->precision < fhir::ParsedTime::Precision::day || !time->time.known()) {
        return problem(rows[i], header[2] + ": expected a date or a dateTime");
      }
      outcome.at = time->time;
      has_times_ = true;
    }
    const bool known = find(fields[0]) != nullptr || by_patient_.contains(std::string(kType) + fields[0]);
    if (known || !by_patient_.emplace(fields[0], outcome).second) {
      return problem(rows[i], "the patient stands there twice");
    }
  }
  return std::nullopt;
}

const Outcome* Outcomes::find(std::string_view key) const {
  auto found = by_patient_.find(key);
  if (found == by_patient_.end() && key.starts_with(kType)) found = by_patient_.find(key.substr(kType.size()));
  return found == by_patient_.end() ? nullptr : &found->second;
}

}  // namespace coagwatch::daemon

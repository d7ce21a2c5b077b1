#include "tests/broker/published.h"

namespace coagwatch::test {
namespace {

constexpr std::string_view kAlert = R"({"kind":"alerts","key":")";
constexpr std::string_view kStatus = R"({"kind":"status","key":")";
constexpr std::string_view kValue = R"(","value":)";

}  // namespace

std::string alert_line(const Record& alert) {
  return std::string(kAlert).append(alert.key.value_or("")).append(kValue).append(alert.value.value_or("")) + "}";
}

std::string_view patient_part(std::string_view line) { return line.substr(0, line.find(kValue)); }

std::optional<StatusLine> status_in(std::string_view line) {
  if (!line.starts_with(kStatus)) return std::nullopt;
  const std::size_t key_end = line.find(kValue);
  StatusLine status;
  status.patient = line.substr(kStatus.size(), key_end - kStatus.size());
  status.value = line.substr(key_end + kValue.size());
  status.value.remove_suffix(1);
  return status;
}

bool is_of_router(const Record& dead_letter) {
  const std::string reason = dead_letter.header("coagwatch-reason");
  return reason == "malformed-json" || reason == "not-fhir" || reason == "no-subject";
}

}  // namespace coagwatch::test

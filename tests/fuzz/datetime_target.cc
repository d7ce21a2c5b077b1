// Dates and times on the clocks of several places.

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "fhir/datetime.h"
#include "fhir/identity.h"
#include "tests/fuzz/site.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

using fhir::ParsedTime;
using fhir::TimeZone;
using rules::Timestamp;
using Precision = ParsedTime::Precision;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kFirst = -62'135'596'800'000'000;
constexpr std::int64_t kEnd = 253'402'300'800'000'000;

/// What a text says, by the pattern `dddd-dd-ddTdd:dd:dd` and what may follow it.
struct SlowTime {
  Precision precision = Precision::instant;
  std::int64_t local = 0;  ///< microseconds since the clocks showed 1970
  std::optional<std::int64_t> offset;
};

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

/// Whether `text` has a digit for every `d` of the pattern and else its characters.
bool fits(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i]) return false;
  }
  return true;
}

/// Days since 1970 by counting years and months; nullopt if there is no such day.
std::optional<std::int64_t> days_to(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year < 1 || month < 1 || month > 12 || day < 1) return std::nullopt;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  constexpr std::array<int, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto length = [&](std::int64_t of) { return kLengths[static_cast<std::size_t>(of - 1)] + (of == 2 && leap); };
  if (day > length(month)) return std::nullopt;
  const std::int64_t before = year - 1;
  std::int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719'162;
  for (std::int64_t m = 1; m < month; ++m) days += length(m);
  return days + day - 1;
}

/// `Z`, `+hh:mm` or nothing; false if it is something else.
bool read_offset(std::string_view text, std::optional<std::int64_t>& offset) {
  if (text.empty()) return true;
  if (text == "Z") {
    offset = 0;
    return true;
  }
  if (!fits(text, "+dd:dd") && !fits(text, "-dd:dd")) return false;
  const std::int64_t hours = number(text.substr(1, 2));
  const std::int64_t minutes = number(text.substr(4, 2));
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return false;
  offset = (text.front() == '-' ? -1 : 1) * (hours * 60 + minutes) * 60 * kSecond;
  return true;
}

std::optional<SlowTime> read_slowly(std::string_view text) {
  SlowTime time;
  const std::string_view date = text.substr(0, 10);
  std::optional<std::int64_t> days;
  if (fits(date, "dddd")) {
    time.precision = Precision::year;
    days = days_to(number(date), 1, 1);
  } else if (fits(date, "dddd-dd")) {
    time.precision = Precision::month;
    days = days_to(number(date.substr(0, 4)), number(date.substr(5, 2)), 1);
  } else if (fits(date, "dddd-dd-dd")) {
    time.precision = Precision::day;
    days = days_to(number(date.substr(0, 4)), number(date.substr(5, 2)), number(date.substr(8, 2)));
  }
  if (!days) return std::nullopt;
  time.local = *days * 24 * kHour;
  if (text.size() <= 10) return time;
  time.precision = Precision::instant;
  if (text.size() < 19 || !fits(text.substr(10, 9), "Tdd:dd:dd")) return std::nullopt;
  const std::int64_t hour = number(text.substr(11, 2));
  const std::int64_t minute = number(text.substr(14, 2));
  const std::int64_t second = number(text.substr(17, 2));
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  time.local += hour * kHour + minute * 60 * kSecond + second * kSecond;
  text.remove_prefix(19);
  if (text.starts_with('.')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    if (end == 1) return std::nullopt;
    std::string digits(text.substr(1, std::min<std::size_t>(end - 1, 6)));
    digits.resize(6, '0');
    time.local += number(digits);
    text.remove_prefix(end);
  }
  if (!read_offset(text, time.offset)) return std::nullopt;
  return time;
}

void check_in_zone(std::string_view text, const std::optional<SlowTime>& slow, const TimeZone& zone, bool utc,
                   Findings& findings) {
  const std::optional<ParsedTime> parsed = fhir::parse_datetime(text, zone);
  if (!slow) {
    findings.check(!parsed, "only what FHIR allows is a time");
    return;
  }
  const bool exact = utc || slow->offset.has_value();
  const std::int64_t instant = slow->local - slow->offset.value_or(0);
  const bool in_range = instant >= kFirst && instant < kEnd;
  if (exact) findings.check(parsed.has_value() == in_range, "what FHIR allows is a time, of the years 1 to 9999");
  if (!parsed) return;
  findings.check(parsed->precision == slow->precision, "a time has the precision that is written");
  const bool zoneless = slow->precision == Precision::instant && !slow->offset;
  findings.check(parsed->zone_missing == zoneless, "a zone is missing where none is written");
  findings.check(parsed->time.known() == (parsed->shown == TimeZone::Shown::once),
                 "a time that is shown once is known");
  if (!parsed->time.known()) {
    findings.check(!exact, "an offset tells every time");
    return;
  }
  findings.check(!exact || parsed->time.micros == instant, "a time is the one that is written");
  findings.check(parsed->time.micros >= instant - 16 * kHour && parsed->time.micros <= instant + 16 * kHour,
                 "clocks are less than a day away from UTC");
  findings.check(parsed->end >= parsed->time, "a time ends after it begins");
  const std::string written = fhir::format_instant(parsed->time);
  const auto again = fhir::parse_datetime(written, zone);
  findings.check(again && again->time == parsed->time, "a time that is written is read again");
}

}  // namespace

void run_datetime(std::string_view input, Findings& findings) {
  static const std::array<TimeZone, 4> kZones = {TimeZone(), site_zone(), TimeZone::named("Pacific/Apia").value(),
                                                 TimeZone::named("America/St_Johns").value()};
  const std::optional<SlowTime> slow = read_slowly(input);
  bool utc = true;
  for (const TimeZone& zone : kZones) {
    check_in_zone(input, slow, zone, utc, findings);
    utc = false;
  }
  // As HTTP's headers say it in a history.
  const rules::Version version = fhir::version_of(input, input, site_zone());
  findings.check(!version.last_updated.known() || slow, "a version's time is a time");
}

}  // namespace coagwatch::fuzz

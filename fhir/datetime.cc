#include "fhir/datetime.h"

#include <array>
#include <chrono>

namespace coagwatch::fhir {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;
// FHIR: zone offsets up to fourteen hours.
constexpr int kMaxOffsetMinutes = 14 * 60;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the text apart from the left; a step that does not match leaves `ok` false for good.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  void fail() { ok_ = false; }
  void literal(char c) {
    if (rest_.empty() || rest_.front() != c) {
      fail();
    } else {
      rest_.remove_prefix(1);
    }
  }
  /// Exactly `count` digits, between `low` and `high`.
  int number(std::size_t count, int low, int high) {
    if (rest_.size() < count) ok_ = false;
    if (!ok_) return low;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) {
        ok_ = false;
        return low;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    ok_ = ok_ && value >= low && value <= high;
    return value;
  }
  /// A fraction after the point: at least one digit; what is finer than a microsecond is cut.
  std::int64_t fraction_micros() {
    std::int64_t micros = 0;
    std::int64_t unit = kMicrosPerSecond / 10;
    std::size_t digits = 0;
    while (digits < rest_.size() && is_digit(rest_[digits])) {
      micros += unit * (rest_[digits] - '0');
      unit /= 10;
      ++digits;
    }
    ok_ = ok_ && digits > 0;
    rest_.remove_prefix(digits);
    return micros;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<std::int64_t> start_of_day(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * kMicrosPerDay;
}

// `Z` or `±hh:mm`, in minutes east of UTC; nullopt if there is none.
std::optional<int> read_zone(Cursor& cursor) {
  if (cursor.peek() == 'Z') {
    cursor.literal('Z');
    return 0;
  }
  if (cursor.peek() != '+' && cursor.peek() != '-') return std::nullopt;
  const bool west = cursor.peek() == '-';
  cursor.literal(cursor.peek());
  const int hours = cursor.number(2, 0, 14);
  cursor.literal(':');
  const int minutes = cursor.number(2, 0, 59);
  const int offset = hours * 60 + minutes;
  if (offset > kMaxOffsetMinutes) cursor.fail();
  return west ? -offset : offset;
}

std::optional<ParsedTime> finished(const Cursor& cursor, std::optional<std::int64_t> day, std::int64_t offset_minutes,
                                   ParsedTime::Precision precision) {
  if (!cursor.ok() || !cursor.at_end() || !day) return std::nullopt;
  ParsedTime parsed;
  parsed.time = {*day - offset_minutes * kMicrosPerMinute};
  parsed.precision = precision;
  parsed.zone_missing = false;
  return parsed;
}

char* put_two_digits(std::int64_t value, char* at) {
  *at++ = static_cast<char>('0' + value / 10 % 10);
  *at++ = static_cast<char>('0' + value % 10);
  return at;
}

}  // namespace

std::optional<ParsedTime> parse_datetime(std::string_view text, int zone_offset_minutes) {
  using Precision = ParsedTime::Precision;
  Cursor cursor(text);
  const int year = cursor.number(4, 1, 9999);
  if (cursor.at_end()) return finished(cursor, start_of_day(year, 1, 1), zone_offset_minutes, Precision::year);
  cursor.literal('-');
  const int month = cursor.number(2, 1, 12);
  if (cursor.at_end()) return finished(cursor, start_of_day(year, month, 1), zone_offset_minutes, Precision::month);
  cursor.literal('-');
  const int day_of_month = cursor.number(2, 1, 31);
  const auto day = start_of_day(year, month, day_of_month);
  if (cursor.at_end()) return finished(cursor, day, zone_offset_minutes, Precision::day);

  cursor.literal('T');
  std::int64_t micros = cursor.number(2, 0, 23) * kMicrosPerHour;
  cursor.literal(':');
  micros += cursor.number(2, 0, 59) * kMicrosPerMinute;
  cursor.literal(':');
  micros += cursor.number(2, 0, 60) * kMicrosPerSecond;
  if (cursor.ok() && cursor.peek() == '.') {
    cursor.literal('.');
    micros += cursor.fraction_micros();
  }
  const auto zone = read_zone(cursor);
  auto parsed = finished(cursor, day, zone.value_or(zone_offset_minutes), Precision::instant);
  if (parsed) {
    parsed->time.micros += micros;
    parsed->zone_missing = !zone;
  }
  return parsed;
}

void append_instant(rules::Timestamp time, std::string& out) {
  const std::chrono::sys_time<std::chrono::microseconds> instant{std::chrono::microseconds{time.micros}};
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{midnight};
  const std::int64_t micros = (instant - midnight).count();
  const int year = static_cast<int>(date.year());
  // Put together here and appended once: a record holds dozens of them.
  std::array<char, 32> text;
  char* at = put_two_digits(year / 100, text.data());
  at = put_two_digits(year % 100, at);
  *at++ = '-';
  at = put_two_digits(static_cast<unsigned>(date.month()), at);
  *at++ = '-';
  at = put_two_digits(static_cast<unsigned>(date.day()), at);
  *at++ = 'T';
  at = put_two_digits(micros / kMicrosPerHour, at);
  *at++ = ':';
  at = put_two_digits(micros / kMicrosPerMinute % 60, at);
  *at++ = ':';
  at = put_two_digits(micros / kMicrosPerSecond % 60, at);
  if (std::int64_t fraction = micros % kMicrosPerSecond; fraction != 0) {
    *at++ = '.';
    while (fraction != 0) {
      *at++ = static_cast<char>('0' + fraction / (kMicrosPerSecond / 10));
      fraction = fraction * 10 % kMicrosPerSecond;
    }
  }
  *at++ = 'Z';
  out.append(text.data(), static_cast<std::size_t>(at - text.data()));
}

std::string format_instant(rules::Timestamp time) {
  std::string text;
  append_instant(time, text);
  return text;
}

}  // namespace coagwatch::fhir

#include "fhir/datetime.h"

#include <array>
#include <chrono>

namespace coagwatch::fhir {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr std::chrono::microseconds kMicrosecond{1};
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

// All years that can be written.
constexpr std::int64_t kFirst = std::chrono::sys_days{std::chrono::year{1} / 1 / 1}.time_since_epoch() / kMicrosecond;
constexpr std::int64_t kEnd =
    std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}.time_since_epoch() / kMicrosecond;

std::int64_t midnight(std::chrono::year_month_day date) {
  return std::chrono::sys_days{date}.time_since_epoch() / kMicrosecond;
}

std::chrono::year_month_day first_of(int year, int month) {
  return std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(month)} / 1;
}

// `Z` or `±hh:mm`, in minutes east of UTC; nullopt if there is none.
std::optional<int> read_offset(Cursor& cursor) {
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

std::optional<ParsedTime> finished(const ParsedTime& parsed) {
  const rules::Timestamp time = parsed.time;
  if (time.known() && (time.micros < kFirst || time.micros >= kEnd)) return std::nullopt;
  return parsed;
}

/// The days from `first` to before `next`, if the cursor has read all.
std::optional<ParsedTime> days(const Cursor& cursor, std::chrono::year_month_day first,
                               std::chrono::year_month_day next, const TimeZone& zone,
                               ParsedTime::Precision precision) {
  if (!cursor.ok() || !cursor.at_end()) return std::nullopt;
  ParsedTime parsed;
  parsed.precision = precision;
  const auto time = zone.start_of_day(midnight(first));
  const auto end = zone.start_of_day(midnight(next));
  if (!time) parsed.shown = TimeZone::Shown::never;
  parsed.time = time ? rules::Timestamp{*time} : rules::Timestamp::none();
  parsed.end = time && end ? rules::Timestamp{*end} : parsed.time;
  return finished(parsed);
}

/// `local`, a leap second not counted in, by its own offset or by the site's clocks.
std::optional<ParsedTime> instant(std::int64_t local, std::optional<int> offset_minutes, bool leap_second,
                                  const TimeZone& zone) {
  ParsedTime parsed;
  if (offset_minutes) {
    parsed.time = {local - *offset_minutes * kMicrosPerMinute};
  } else {
    const TimeZone::Moment moment = zone.when(local);
    parsed.zone_missing = true;
    parsed.shown = moment.shown;
    parsed.time = {moment.micros};
    if (moment.shown != TimeZone::Shown::once) parsed.time = rules::Timestamp::none();
  }
  if (leap_second && parsed.time.known()) parsed.time.micros += kMicrosPerSecond;
  parsed.end = parsed.time;
  return finished(parsed);
}

char* put_two_digits(std::int64_t value, char* at) {
  *at++ = static_cast<char>('0' + value / 10 % 10);
  *at++ = static_cast<char>('0' + value % 10);
  return at;
}

}  // namespace

std::optional<ParsedTime> parse_datetime(std::string_view text, const TimeZone& zone) {
  using Precision = ParsedTime::Precision;
  Cursor cursor(text);
  const int year = cursor.number(4, 1, 9999);
  if (cursor.at_end()) return days(cursor, first_of(year, 1), first_of(year + 1, 1), zone, Precision::year);
  cursor.literal('-');
  const int month = cursor.number(2, 1, 12);
  const std::chrono::year_month_day of_month = first_of(year, month);
  if (cursor.at_end()) return days(cursor, of_month, of_month + std::chrono::months{1}, zone, Precision::month);
  cursor.literal('-');
  const auto day_of_month = static_cast<unsigned>(cursor.number(2, 1, 31));
  const std::chrono::year_month_day day{of_month.year(), of_month.month(), std::chrono::day{day_of_month}};
  if (!day.ok()) return std::nullopt;
  if (cursor.at_end()) {
    return days(cursor, day, std::chrono::sys_days{day} + std::chrono::days{1}, zone, Precision::day);
  }

  cursor.literal('T');
  std::int64_t micros = cursor.number(2, 0, 23) * kMicrosPerHour;
  cursor.literal(':');
  micros += cursor.number(2, 0, 59) * kMicrosPerMinute;
  cursor.literal(':');
  const int second = cursor.number(2, 0, 60);
  const bool leap_second = second == 60;
  // The clocks of a place are asked about the second before: the one that follows may be an hour later on them.
  micros += (leap_second ? 59 : second) * kMicrosPerSecond;
  if (cursor.ok() && cursor.peek() == '.') {
    cursor.literal('.');
    micros += cursor.fraction_micros();
  }
  const auto offset = read_offset(cursor);
  if (!cursor.ok() || !cursor.at_end()) return std::nullopt;
  return instant(midnight(day) + micros, offset, leap_second, zone);
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

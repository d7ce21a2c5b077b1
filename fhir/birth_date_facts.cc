// Patient.birthDate and deceased[x]: newborn for the first 28 days, a child until the eighteenth birthday.

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>

#include "fhir/context_input.h"
#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

using rules::Duration;
using rules::Fact;
using rules::FactSpan;
using rules::Timestamp;
using rules::Tristate;
using std::chrono::year_month_day;

constexpr std::chrono::years kAdult{18};
constexpr std::chrono::days kNewborn{28};
constexpr Duration kInstant{1};
constexpr std::size_t kYearLength = 4;
constexpr std::size_t kMonthLength = 7;
constexpr std::size_t kDayLength = 10;

unsigned number_at(std::string_view text, std::size_t at, std::size_t length) {
  unsigned value = 0;
  std::from_chars(text.data() + at, text.data() + at + length, value);
  return value;
}

/// The first and the last day that a date can mean, which parse_datetime has read.
std::pair<year_month_day, year_month_day> days_of(std::string_view text) {
  const std::chrono::year year(static_cast<int>(number_at(text, 0, kYearLength)));
  if (text.size() == kYearLength) return {year / 1 / 1, year / 12 / 31};
  const std::chrono::month month(number_at(text, kYearLength + 1, 2));
  if (text.size() == kMonthLength) return {year / month / 1, year_month_day(year / month / std::chrono::last)};
  const year_month_day day = year / month / std::chrono::day(number_at(text, kMonthLength + 1, 2));
  return {day, day};
}

/// When that day begins on the site's clocks; of 29 February, where there is none, 1 March.
Timestamp begin_of(year_month_day day, const TimeZone& zone) {
  day = std::chrono::sys_days(day);
  std::array<char, 16> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                                   static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  const auto parsed = parse_datetime({text.data(), static_cast<std::size_t>(length)}, zone);
  return parsed ? parsed->time : Timestamp::none();
}

year_month_day newborn_until(year_month_day birth) { return std::chrono::sys_days(birth) + kNewborn; }
year_month_day child_until(year_month_day birth) { return birth + kAdult; }

/// `fact` is yes from the birth to `surely_until`, and no from `surely_not` on; between them nobody knows.
void append_age(Fact fact, Timestamp birth, Timestamp surely_until, Timestamp surely_not,
                std::vector<FactSpan>& facts) {
  if (birth.known() && birth < surely_until) facts.push_back({fact, Tristate::yes, birth, surely_until - kInstant});
  if (surely_not.known()) facts.push_back({fact, Tristate::no, surely_not, Timestamp::none()});
}

/// Patient.deceased[x]; of a `true` nobody knows since when.
void append_death(const ContextInput& input, std::vector<FactSpan>& facts) {
  const auto time = parse_datetime(input.root["deceasedDateTime"].text(), input.zone);
  const bool dead = time || input.root["deceasedBoolean"].text() == "true";
  if (dead) facts.push_back({Fact::deceased, Tristate::yes, time ? time->time : Timestamp::none(), Timestamp::none()});
}

}  // namespace

ContextReading read_birth_date(const ContextInput& input, std::vector<FactSpan>& facts) {
  append_death(input, facts);
  const ContextNode birth_date = input.root["birthDate"];
  if (!birth_date.present()) return {};
  const std::string_view text = birth_date.text();
  // A date has no time of day; one that has was written by other rules.
  if (text.size() > kDayLength || !parse_datetime(text, input.zone)) return {false, "birthDate: expected a date"};
  const auto [first, last] = days_of(text);
  const auto begin = [&](year_month_day day) { return begin_of(day, input.zone); };
  append_age(Fact::newborn, begin(first), begin(newborn_until(first)), begin(newborn_until(last)), facts);
  append_age(Fact::child, begin(first), begin(child_until(first)), begin(child_until(last)), facts);
  return {};
}

}  // namespace coagwatch::fhir

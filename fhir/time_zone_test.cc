#include "fhir/time_zone.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "fhir/datetime.h"
#include "fhir/ucum_fixture.h"

namespace coagwatch::fhir {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3'600 * kSecond;

TimeZone zone_named(std::string_view name) {
  const auto zone = TimeZone::named(name);
  EXPECT_TRUE(zone) << name;
  return zone.value_or(TimeZone());
}

/// `2026-01-02T08:00:00Z`, never, twice.
std::string shown(std::string_view text, const TimeZone& zone) {
  const auto parsed = parse_datetime(text, zone);
  if (!parsed) return "none";
  if (parsed->shown == TimeZone::Shown::once) return format_instant(parsed->time);
  EXPECT_FALSE(parsed->time.known());
  return parsed->shown == TimeZone::Shown::never ? "never" : "twice";
}

TEST(TimeZoneTest, AgreesWithAnotherImplementationAtEveryChange) {
  std::size_t rows = 0;
  const std::string table = fhir_file("testdata/local_times.tsv");
  const auto problem = for_each_row(table, [&](const TableRow& row) -> std::optional<std::string> {
    if (row.size() != 3) return "expected three columns";
    ++rows;
    EXPECT_EQ(shown(row[1], zone_named(row[0])), row[2]) << row[0] << " " << row[1];
    return {};
  });
  EXPECT_EQ(problem, std::nullopt);
  EXPECT_GT(rows, 500U);
}

/// The Sunday at 01:00 UTC that ends summer time, or begins it, in the European Union (Directive 2000/84/EC).
std::int64_t change_of(int of_year, std::chrono::month month) {
  const sys_days sunday{year{of_year} / month / std::chrono::Sunday[std::chrono::last]};
  return std::chrono::microseconds(sunday.time_since_epoch()).count() + kHour;
}

TEST(TimeZoneTest, BerlinFollowsTheDirectiveInEveryHour) {
  const TimeZone berlin = zone_named("Europe/Berlin");
  for (int y = 2001; y <= 2050; ++y) {
    const std::int64_t spring = change_of(y, std::chrono::March);
    const std::int64_t autumn = change_of(y, std::chrono::October);
    const std::int64_t begin = std::chrono::microseconds(sys_days{year{y} / 1 / 1}.time_since_epoch()).count();
    const std::int64_t end = std::chrono::microseconds(sys_days{year{y + 1} / 1 / 1}.time_since_epoch()).count();
    for (std::int64_t utc = begin; utc < end; utc += kHour) {
      const bool summer = utc >= spring && utc < autumn;
      const TimeZone::Moment moment = berlin.when(utc + (summer ? 2 : 1) * kHour);
      const bool repeated = utc == autumn - kHour || utc == autumn;
      ASSERT_EQ(moment.shown, repeated ? TimeZone::Shown::twice : TimeZone::Shown::once) << y << " " << utc;
      ASSERT_TRUE(repeated || moment.micros == utc) << y << " " << utc;
    }
    ASSERT_EQ(berlin.when(spring + kHour).shown, TimeZone::Shown::never) << y;
    ASSERT_EQ(berlin.when(spring + 2 * kHour - 1).shown, TimeZone::Shown::never) << y;
  }
}

TEST(TimeZoneTest, MicrosecondsAreKept) {
  const TimeZone tokyo = zone_named("Asia/Tokyo");
  EXPECT_EQ(tokyo.when(1).micros, 1 - 9 * kHour);
  EXPECT_EQ(tokyo.when(-1).micros, -1 - 9 * kHour);
  // The hour that Berlin's clocks skip, to the microsecond.
  const TimeZone berlin = zone_named("Europe/Berlin");
  EXPECT_EQ(shown("2026-03-29T01:59:59.999999", berlin), "2026-03-29T00:59:59.999999Z");
  EXPECT_EQ(shown("2026-03-29T02:00:00.000000", berlin), "never");
  EXPECT_EQ(shown("2026-03-29T02:59:59.999999", berlin), "never");
  EXPECT_EQ(shown("2026-10-25T02:59:59.999999", berlin), "twice");
  EXPECT_EQ(shown("1945-04-02T01:59:59.5", berlin), "1945-04-02T00:59:59.5Z");
  EXPECT_EQ(shown("1945-04-02T02:00:00", berlin), "never");
}

TEST(TimeZoneTest, UtcNeedsNothing) {
  EXPECT_EQ(TimeZone().name(), "UTC");
  EXPECT_EQ(zone_named("UTC").name(), "UTC");
  EXPECT_EQ(TimeZone().when(-5).micros, -5);
  EXPECT_EQ(TimeZone().start_of_day(-5), -5);
  EXPECT_EQ(shown("2026-03-29T02:30:00", zone_named("Etc/UTC")), "2026-03-29T02:30:00Z");
}

TEST(TimeZoneTest, OnlyPlacesHaveNames) {
  EXPECT_EQ(zone_named("Europe/Berlin").name(), "Europe/Berlin");
  for (const char* name : {"", "Europe", "Europe/", "Europe/Bonn", "europe/berlin", "Europe/Berlin ", "../passwd",
                           "/usr/share/zoneinfo/Europe/Berlin", "zone.tab", "tzdata.zi", "localtime", "Factory",
                           "posixrules", "right/Europe/Berlin", "+01:00", "CET-1CEST"}) {
    EXPECT_FALSE(TimeZone::named(name)) << name;
  }
}

// tzdata ends its list of changes in 2037 and gives a rule for what follows. The library cannot read Greenland's, which
// begins summer time on the evening before the last Sunday of March.
TEST(TimeZoneTest, WhatTheLibraryCannotReadIsNotGuessed) {
  const TimeZone nuuk = zone_named("America/Nuuk");
  EXPECT_EQ(shown("2037-07-01T00:00:00", nuuk), "2037-07-01T01:00:00Z");
  EXPECT_EQ(shown("2038-07-01T00:00:00", nuuk), "never");
  EXPECT_EQ(shown("2038-07-01", nuuk), "never");
  EXPECT_EQ(shown("2038-07-01T00:00:00-01:00", nuuk), "2038-07-01T01:00:00Z");
}

TEST(TimeZoneTest, MayBeSharedBetweenThreads) {
  const TimeZone zone = zone_named("Australia/Lord_Howe");
  std::vector<std::thread> threads;
  std::vector<std::int64_t> sums(4, 0);
  for (std::int64_t& sum : sums) {
    threads.emplace_back([zone, &sum] {
      for (std::int64_t hour = 0; hour < 700'000; hour += 7) sum += zone.when(hour * kHour).micros / kSecond;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::int64_t sum : sums) EXPECT_EQ(sum, sums.front());
}

}  // namespace
}  // namespace coagwatch::fhir

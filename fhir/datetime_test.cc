#include "fhir/datetime.h"

#include <gtest/gtest.h>

#include <string>

namespace coagwatch::fhir {
namespace {

using Precision = ParsedTime::Precision;

std::string utc(std::string_view text, int zone_offset_minutes = 0) {
  const auto parsed = parse_datetime(text, zone_offset_minutes);
  return parsed ? format_instant(parsed->time) : "none";
}

TEST(Datetime, InstantsAreReadToUtc) {
  EXPECT_EQ(utc("2026-01-02T08:00:00Z"), "2026-01-02T08:00:00Z");
  EXPECT_EQ(utc("2020-01-10T19:45:00+08:00"), "2020-01-10T11:45:00Z");
  EXPECT_EQ(utc("2020-01-10T19:45:00-03:30"), "2020-01-10T23:15:00Z");
  EXPECT_EQ(utc("2020-02-29T23:59:59.999999Z"), "2020-02-29T23:59:59.999999Z");
  EXPECT_EQ(utc("2020-01-01T00:00:00.1234567Z"), "2020-01-01T00:00:00.123456Z");
  EXPECT_EQ(utc("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59.5Z");
  EXPECT_EQ(utc("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(utc("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59Z");
  EXPECT_EQ(parse_datetime("1970-01-01T00:00:01Z")->time.micros, 1'000'000);
  EXPECT_EQ(parse_datetime("2026-01-02T08:00:00Z")->precision, Precision::instant);
}

TEST(Datetime, LeapSecondIsTheFollowingSecond) {
  EXPECT_EQ(utc("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00Z");
  EXPECT_EQ(utc("2016-12-31T23:59:61Z"), "none");
}

TEST(Datetime, PartialDatesKeepTheirPrecisionAndStartInTheSitesZone) {
  EXPECT_EQ(parse_datetime("2026")->precision, Precision::year);
  EXPECT_EQ(parse_datetime("2026-05")->precision, Precision::month);
  EXPECT_EQ(parse_datetime("2026-05-06")->precision, Precision::day);
  EXPECT_EQ(utc("2026-05-06"), "2026-05-06T00:00:00Z");
  EXPECT_EQ(utc("2026-05-06", 9 * 60), "2026-05-05T15:00:00Z");
}

TEST(Datetime, AMissingZoneIsTheSitesAndSaid) {
  const auto parsed = parse_datetime("2026-05-06T10:00:00", 60);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->zone_missing);
  EXPECT_EQ(format_instant(parsed->time), "2026-05-06T09:00:00Z");
  EXPECT_FALSE(parse_datetime("2026-05-06T10:00:00Z", 60)->zone_missing);
  EXPECT_EQ(utc("2026-05-06T10:00:00Z", 60), "2026-05-06T10:00:00Z");
}

TEST(Datetime, ZoneOffsetsEndAtFourteenHours) {
  EXPECT_EQ(utc("2026-01-02T14:00:00+14:00"), "2026-01-02T00:00:00Z");
  EXPECT_EQ(utc("2026-01-02T14:00:00+14:01"), "none");
  EXPECT_EQ(utc("2026-01-02T14:00:00+15:00"), "none");
}

TEST(Datetime, WhatIsNoFhirDatetimeIsRefused) {
  for (const char* text : {"",
                           "20",
                           "0000",
                           "2026-",
                           "2026-13",
                           "2026-00",
                           "2026-02-30",
                           "2025-02-29",
                           "2026-1-02",
                           "2026-01-02T",
                           "2026-01-02 08:00:00Z",
                           "2026-01-02T08",
                           "2026-01-02T08:00",
                           "2026-01-02T08:00Z",
                           "2026-01-02T24:00:00Z",
                           "2026-01-02T08:60:00Z",
                           "2026-01-02T08:00:00.Z",
                           "2026-01-02T08:00:00+0100",
                           "2026-01-02T08:00:00Zjunk",
                           " 2026-01-02",
                           "2026-01-02\n",
                           "02.01.2026",
                           "true"}) {
    EXPECT_FALSE(parse_datetime(text)) << text;
  }
  EXPECT_FALSE(parse_datetime(std::string_view("2026\0", 5)));
}

TEST(Datetime, FormatLeavesOutAZeroFraction) {
  EXPECT_EQ(format_instant({0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_instant({500'000}), "1970-01-01T00:00:00.5Z");
  EXPECT_EQ(format_instant({-1}), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace coagwatch::fhir

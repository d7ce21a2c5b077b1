#include "fhir/datetime.h"

#include <gtest/gtest.h>

#include <string>

namespace coagwatch::fhir {
namespace {

using Precision = ParsedTime::Precision;

const TimeZone kTokyo = TimeZone::named("Asia/Tokyo").value_or(TimeZone());
const TimeZone kBerlin = TimeZone::named("Europe/Berlin").value_or(TimeZone());

std::string utc(std::string_view text, const TimeZone& zone = {}) {
  const auto parsed = parse_datetime(text, zone);
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
  EXPECT_EQ(parse_datetime("1970-01-01T00:00:01Z", {})->time.micros, 1'000'000);
  EXPECT_EQ(parse_datetime("2026-01-02T08:00:00Z", {})->precision, Precision::instant);
}

TEST(Datetime, LeapSecondIsTheFollowingSecond) {
  EXPECT_EQ(utc("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00Z");
  EXPECT_EQ(utc("2016-12-31T23:59:60.25Z"), "2017-01-01T00:00:00.25Z");
  EXPECT_EQ(utc("2016-12-31T23:59:61Z"), "none");
  EXPECT_EQ(utc("2017-01-01T08:59:60", kTokyo), "2017-01-01T00:00:00Z");
  // The second before exists on Berlin's clocks, the one that follows does not.
  EXPECT_EQ(utc("2026-03-29T01:59:60", kBerlin), "2026-03-29T01:00:00Z");
}

TEST(Datetime, PartialDatesKeepTheirPrecisionAndStartInTheSitesZone) {
  EXPECT_EQ(parse_datetime("2026", {})->precision, Precision::year);
  EXPECT_EQ(parse_datetime("2026-05", {})->precision, Precision::month);
  EXPECT_EQ(parse_datetime("2026-05-06", {})->precision, Precision::day);
  EXPECT_EQ(utc("2026-05-06"), "2026-05-06T00:00:00Z");
  EXPECT_EQ(utc("2026-05-06", kTokyo), "2026-05-05T15:00:00Z");
}

TEST(Datetime, ADateEndsWhereTheNextBegins) {
  const auto end = [](std::string_view text) { return format_instant(parse_datetime(text, kBerlin)->end); };
  EXPECT_EQ(end("2026"), "2026-12-31T23:00:00Z");
  EXPECT_EQ(end("2026-03"), "2026-03-31T22:00:00Z");
  EXPECT_EQ(end("2026-12"), "2026-12-31T23:00:00Z");
  EXPECT_EQ(end("2026-03-29"), "2026-03-29T22:00:00Z");  // 23 hours
  EXPECT_EQ(end("2026-10-25"), "2026-10-25T23:00:00Z");  // 25 hours
  EXPECT_EQ(end("2026-02-28"), "2026-02-28T23:00:00Z");
  EXPECT_EQ(end("2026-03-29T08:00:00Z"), "2026-03-29T08:00:00Z");
}

TEST(Datetime, AMissingZoneIsTheSitesAndSaid) {
  const auto parsed = parse_datetime("2026-05-06T10:00:00", kTokyo);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->zone_missing);
  EXPECT_EQ(format_instant(parsed->time), "2026-05-06T01:00:00Z");
  EXPECT_FALSE(parse_datetime("2026-05-06T10:00:00Z", kTokyo)->zone_missing);
  EXPECT_EQ(utc("2026-05-06T10:00:00Z", kTokyo), "2026-05-06T10:00:00Z");
}

TEST(Datetime, ZoneOffsetsEndAtFourteenHours) {
  EXPECT_EQ(utc("2026-01-02T14:00:00+14:00"), "2026-01-02T00:00:00Z");
  EXPECT_EQ(utc("2026-01-02T14:00:00+14:01"), "none");
  EXPECT_EQ(utc("2026-01-02T14:00:00+15:00"), "none");
  EXPECT_EQ(utc("2026-01-02T12:00:00-12:00"), "2026-01-03T00:00:00Z");
  // Nobody lives there, but FHIR allows it, and it has one meaning.
  EXPECT_EQ(utc("2026-01-02T12:00:00-14:00"), "2026-01-03T02:00:00Z");
  EXPECT_EQ(utc("2026-01-02T12:00:00-14:01"), "none");
  EXPECT_EQ(utc("2026-01-02T12:00:00+05:45"), "2026-01-02T06:15:00Z");
  EXPECT_EQ(utc("2026-01-02T12:00:00+05:60"), "none");
  EXPECT_EQ(utc("2026-01-02T12:00:00-00:00"), "2026-01-02T12:00:00Z");
}

TEST(Datetime, OnlyYearsThatUtcCanWriteAreRead) {
  EXPECT_EQ(utc("0001-01-01T00:00:00+00:01"), "none");
  EXPECT_EQ(utc("0001-01-01", kTokyo), "none");
  EXPECT_EQ(utc("1850-06-01T00:00:00Z"), "1850-06-01T00:00:00Z");
  EXPECT_EQ(utc("9999-12-31T23:59:59.999999999Z"), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(utc("9999-12-31T23:59:60Z"), "none");
  EXPECT_EQ(utc("9999-12-31T23:59:59-00:01"), "none");
  EXPECT_EQ(utc("10000-01-01T00:00:00Z"), "none");
  EXPECT_EQ(utc("9999-12-31", kBerlin), "9999-12-30T23:00:00Z");
}

TEST(Datetime, FractionsOfAnyLengthAreCut) {
  EXPECT_EQ(utc("2026-01-01T00:00:00." + std::string(5'000, '9') + "Z"), "2026-01-01T00:00:00.999999Z");
  EXPECT_EQ(utc("2026-01-01T00:00:00.0000001Z"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(utc("2026-01-01T00:00:00.1", kTokyo), "2025-12-31T15:00:00.1Z");
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
                           "2026-01-02T24:00:00",
                           "2026-01-02T08:60:00Z",
                           "2026-01-02t08:00:00Z",
                           "2026-01-02T08:00:00z",
                           "2026-01-02T08:00:00,5Z",
                           "2026-01-02T08:00:00+1:00",
                           "2026-01-02T08:00:00+",
                           "2026-01-02T08:00:00\xE2\x88\x92"
                           "01:00",
                           "20260102T080000Z",
                           "-2026-01-02",
                           "2026-01-02T08:00:00.Z",
                           "2026-01-02T08:00:00+0100",
                           "2026-01-02T08:00:00Zjunk",
                           " 2026-01-02",
                           "2026-01-02\n",
                           "02.01.2026",
                           "true"}) {
    EXPECT_FALSE(parse_datetime(text, {})) << text;
  }
  EXPECT_FALSE(parse_datetime(std::string_view("2026\0", 5), {}));
}

TEST(Datetime, FormatLeavesOutAZeroFraction) {
  EXPECT_EQ(format_instant({0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_instant({500'000}), "1970-01-01T00:00:00.5Z");
  EXPECT_EQ(format_instant({-1}), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace coagwatch::fhir

#include "daemon/config/values.h"

#include <gtest/gtest.h>

#include <string>

#include "daemon/config/sha256.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::microseconds;

TEST(Values, Durations) {
  EXPECT_EQ(parse_duration("2 ms"), microseconds(2'000));
  EXPECT_EQ(parse_duration("100ms"), microseconds(100'000));
  EXPECT_EQ(parse_duration("7us"), microseconds(7));
  EXPECT_EQ(parse_duration("3s"), microseconds(3'000'000));
  EXPECT_EQ(parse_duration("5min"), microseconds(300'000'000));
  EXPECT_EQ(parse_duration("24h"), parse_duration("1d"));
  EXPECT_EQ(parse_duration("0s"), microseconds(0));
  for (const char* bad :
       {"", "5", "ms", "-1s", "1.5h", "1  s", "1 ", "1m", "1S", "200000000d", "99999999999999999999s"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Values, Sizes) {
  EXPECT_EQ(parse_size("4MiB"), 4'194'304U);
  EXPECT_EQ(parse_size("64 KiB"), 65'536U);
  EXPECT_EQ(parse_size("1GB"), 1'000'000'000U);
  EXPECT_EQ(parse_size("1000"), 1'000U);
  EXPECT_EQ(parse_size("7 B"), 7U);
  for (const char* bad : {"", "MiB", "1mib", "1 ", "-1", "1.5MB", "9999999999999999GiB"}) {
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  }
}

TEST(Values, BooleansAndCounts) {
  EXPECT_EQ(parse_boolean("yes"), true);
  EXPECT_EQ(parse_boolean("true"), true);
  EXPECT_EQ(parse_boolean("no"), false);
  EXPECT_EQ(parse_boolean("false"), false);
  for (const char* bad : {"", "1", "on", "Yes", "y"}) EXPECT_EQ(parse_boolean(bad), std::nullopt) << bad;
  EXPECT_EQ(parse_count("18446744073709551615"), 18'446'744'073'709'551'615U);
  for (const char* bad : {"", "-1", "+1", "1 ", "0x1", "18446744073709551616"}) {
    EXPECT_EQ(parse_count(bad), std::nullopt) << bad;
  }
}

TEST(Values, TopicNames) {
  for (const std::string& good : {std::string("a"), std::string("fhir.observations_1-x"), std::string(249, 'a')}) {
    EXPECT_TRUE(is_topic_name(good)) << good;
  }
  for (const std::string& bad : {std::string(), std::string("."), std::string(".."), std::string("a b"),
                                 std::string("é"), std::string(250, 'a')}) {
    EXPECT_FALSE(is_topic_name(bad)) << bad;
  }
}

TEST(Values, BrokerLists) {
  for (const char* good : {"a:1", "a:9092,b:65535", "a:1, b:2", "SSL://a:1", "[::1]:9092"}) {
    EXPECT_TRUE(is_broker_list(good)) << good;
  }
  for (const char* bad : {"", "a", "a:", ":1", "a:0", "a:65536", "a:1,", "a b:1", "http:/a:1", "a:1 b:2"}) {
    EXPECT_FALSE(is_broker_list(bad)) << bad;
  }
}

TEST(Values, IdentifierBases) {
  for (const char* good : {"urn:coagwatch", "http://a", "https://example.org/dic"}) {
    EXPECT_TRUE(is_identifier_base(good)) << good;
  }
  for (const char* bad :
       {"", "coagwatch", "urn:", "http://", "https://a/", "urn:a:", "urn:a b", "urn:a|b", "ftp://a"}) {
    EXPECT_FALSE(is_identifier_base(bad)) << bad;
  }
}

TEST(Sha256, KnownDigests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace coagwatch::daemon

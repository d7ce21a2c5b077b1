#include "fhir/json_writer.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <random>

namespace coagwatch::fhir {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_json_escaped(text, out);
  return out;
}

TEST(JsonWriterTest, WritesNestedValuesWithCommas) {
  std::string out = "before{";
  JsonWriter json(out);
  json.begin_object();
  json.text("a", "x:");
  json.begin_array("b");
  json.integer(-1);
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.text("[");
  json.text("{");
  json.end_array();
  json.null();
  json.end_array();
  json.begin_object("c");
  json.boolean("d", true);
  json.boolean("e", false);
  json.null("f");
  json.end_object();
  json.member("g\"");
  json.integer(9'223'372'036'854'775'807);
  json.integer("h", std::numeric_limits<std::int64_t>::min());
  json.end_object();
  EXPECT_EQ(out, R"(before{{"a":"x:","b":[-1,{},["[","{"],null],"c":{"d":true,"e":false,"f":null},)"
                 R"("g\"":9223372036854775807,"h":-9223372036854775808})");
}

TEST(JsonWriterTest, KeepsTheDigitsOfDecimals) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const char* lexeme : {"1.50", "-0.5", "100", "0.000000000000000001", "999999999999999999"}) {
    json.number(rules::Decimal::parse(lexeme).value());
    json.decimal_text(rules::Decimal::parse(lexeme).value());
  }
  json.number(rules::Decimal(1, 2));
  json.end_array();
  EXPECT_EQ(out, R"([1.50,"1.50",-0.5,"-0.5",100,"100",0.000000000000000001,"0.000000000000000001",)"
                 R"(999999999999999999,"999999999999999999",100])");
}

TEST(JsonWriterTest, WritesAnUnknownInstantAsNull) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  json.instant(rules::Timestamp::none());
  json.instant(rules::Timestamp::from_millis(1'767'340'800'250));
  json.end_array();
  EXPECT_EQ(out, R"([null,"2026-01-02T08:00:00.25Z"])");
}

TEST(JsonWriterTest, EscapesWhatJsonForbids) {
  EXPECT_EQ(escaped("plain ~ /"), "plain ~ /");
  EXPECT_EQ(escaped("\"\\\n\r\t"), R"(\"\\\n\r\t)");
  EXPECT_EQ(escaped(std::string_view("\0\x01\x1f", 3)), R"(\u0000\u0001\u001f)");
  EXPECT_EQ(escaped("a\"b"), R"(a\"b)");
  EXPECT_EQ(escaped("\x7f"), "\x7f");
}

TEST(JsonWriterTest, EscapesAtEveryPlaceInAText) {
  for (int c = 0; c < 0x80; ++c) {
    const char byte = static_cast<char>(c);
    const std::string one = escaped(std::string(1, byte));
    EXPECT_EQ(one.size() > 1, c < 0x20 || byte == '"' || byte == '\\') << c;
    for (std::size_t before = 0; before <= 16; ++before) {
      const std::string head(before, 'x');
      ASSERT_EQ(escaped(head + byte + "yyyyyyyyy"), head + one + "yyyyyyyyy") << c;
      ASSERT_EQ(escaped(head + byte + "\xC3\xA9" + byte), head + one + "\xC3\xA9" + one) << c;
    }
  }
}

TEST(JsonWriterTest, KeepsWellFormedUtf8) {
  for (const char* text : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "J\xC3\xB6rg"}) {
    EXPECT_EQ(escaped(text), text);
  }
}

TEST(JsonWriterTest, ReplacesWhatIsNotUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(escaped("\x80"), bad);
  EXPECT_EQ(escaped("\xC1\xBF"), bad + bad);
  EXPECT_EQ(escaped("\xC3"), bad);
  EXPECT_EQ(escaped("\xC3(a"), bad + "(a");
  EXPECT_EQ(escaped("\xE0\x9F\xBF"), bad + bad + bad) << "overlong";
  EXPECT_EQ(escaped("\xED\xA0\x80"), bad + bad + bad) << "surrogate";
  EXPECT_EQ(escaped("\xE2\x82"), bad + bad);
  EXPECT_EQ(escaped("\xF0\x8F\xBF\xBF"), bad + bad + bad + bad) << "overlong";
  EXPECT_EQ(escaped("\xF4\x90\x80\x80"), bad + bad + bad + bad) << "beyond U+10FFFF";
  EXPECT_EQ(escaped("\xF5\x80\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(escaped("x\xFFy"), "x" + bad + "y");
}

TEST(JsonWriterTest, AnyBytesGiveValidJson) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> any_byte(0, 255);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (int i = 0; i < 40; ++i) bytes += static_cast<char>(any_byte(random));
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member(bytes);
    json.text(bytes);
    json.end_object();
    rapidjson::Document parsed;
    parsed.Parse<rapidjson::kParseValidateEncodingFlag>(out.data(), out.size());
    ASSERT_FALSE(parsed.HasParseError()) << "round " << round;
  }
}

}  // namespace
}  // namespace coagwatch::fhir

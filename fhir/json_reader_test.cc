#include "fhir/json_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

using Outcome = JsonReader::Outcome;
constexpr std::uint32_t kDepth = 64;

class JsonReaderTest : public ::testing::Test {
 protected:
  Outcome read(std::string_view bytes) { return reader_.read(bytes, observation_); }

  JsonReader reader_{kDepth};
  Observation observation_;
};

std::string nested(std::size_t depth, char open, char close) {
  return std::string(depth, open) + std::string(depth, close);
}

TEST_F(JsonReaderTest, FieldsAreFoundByTheirPath) {
  ASSERT_EQ(read(R"({"status":"final","meta":{"versionId":"3","tag":[{"system":"s","code":"c"}]},
    "code":{"coding":[{"code":"a"},{"code":"b","display":"d"}],"text":"t"},
    "referenceRange":[{"high":{"value":1.50},"type":{"coding":[{"code":"normal"}]}},{"text":"x"}],
    "valueQuantity":{"value":4.50,"comparator":"<"},"resourceType":"Observation","other":{"status":"amended"}})"),
            Outcome::object);
  EXPECT_EQ(observation_.resource_type.text, "Observation");
  EXPECT_EQ(observation_.status.text, "final");
  EXPECT_EQ(observation_.meta_version_id.text, "3");
  ASSERT_EQ(observation_.tags.size(), 1U);
  EXPECT_EQ(observation_.tags[0].code.text, "c");
  ASSERT_EQ(observation_.code.codings.size(), 2U);
  EXPECT_EQ(observation_.code.codings[1].display.text, "d");
  EXPECT_EQ(observation_.value_quantity.value.text, "4.50");
  EXPECT_EQ(observation_.value_quantity.value.kind, Scalar::Kind::number);
  ASSERT_EQ(observation_.reference_ranges.size(), 2U);
  EXPECT_EQ(observation_.reference_ranges[0].high.value.text, "1.50");
  EXPECT_EQ(observation_.reference_ranges[0].type.codings[0].code.text, "normal");
  EXPECT_EQ(observation_.reference_ranges[1].text.text, "x");
  EXPECT_TRUE(observation_.duplicate_field.empty());
}

TEST_F(JsonReaderTest, HalfOfASurrogatePairIsNoCharacter) {
  ASSERT_EQ(read(R"({"id":"\ud83d\ude00 \u00e4"})"), Outcome::object);
  EXPECT_EQ(observation_.id.text, "\xF0\x9F\x98\x80 \xC3\xA4");
  for (const char* text : {R"({"id":"\udc00"})", R"({"id":"\ud83d"})", R"({"id":"\ud83d\u0041"})",
                           R"({"id":"\ude00\ud83d"})", R"({"\uDFFF":1})", R"({"other":[{"x":"a\udc00b"}]})"}) {
    EXPECT_EQ(read(text), Outcome::malformed) << text;
  }
  ASSERT_EQ(read(R"({"id":"\\udc00"})"), Outcome::object) << "a backslash, and letters";
}

TEST_F(JsonReaderTest, NothingOfTheRecordBeforeIsLeft) {
  ASSERT_EQ(read(R"({"id":"a","identifier":[{"value":"1"}],"focus":[{}],"referenceRange":[{"text":"x"}],"id":"b"})"),
            Outcome::object);
  EXPECT_FALSE(observation_.duplicate_field.empty());
  ASSERT_EQ(read("{}"), Outcome::object);
  EXPECT_TRUE(observation_.id.absent());
  EXPECT_TRUE(observation_.identifiers.empty());
  EXPECT_TRUE(observation_.reference_ranges.empty());
  EXPECT_EQ(observation_.focus, Presence::absent);
  EXPECT_TRUE(observation_.duplicate_field.empty());
}

TEST_F(JsonReaderTest, AnotherShapeIsNotReadThrough) {
  ASSERT_EQ(read(R"({"status":["final"],"code":[{"text":"t"}],"subject":"Patient/1","identifier":{"value":"1"},
    "effectivePeriod":"2020"})"),
            Outcome::object);
  EXPECT_EQ(observation_.status.kind, Scalar::Kind::structure);
  EXPECT_EQ(observation_.code.presence, Presence::wrong_shape);
  EXPECT_TRUE(observation_.code.text.absent());
  EXPECT_EQ(observation_.subject.presence, Presence::wrong_shape);
  EXPECT_TRUE(observation_.identifiers.empty());
  EXPECT_EQ(observation_.effective_period.presence, Presence::wrong_shape);
}

TEST_F(JsonReaderTest, NullIsAbsent) {
  ASSERT_EQ(read(R"({"status":null,"subject":null,"focus":null,"code":{"coding":[null,{"code":"a"}]}})"),
            Outcome::object);
  EXPECT_TRUE(observation_.status.absent());
  EXPECT_EQ(observation_.subject.presence, Presence::absent);
  EXPECT_EQ(observation_.focus, Presence::absent);
  EXPECT_EQ(observation_.code.codings.size(), 1U);
}

TEST_F(JsonReaderTest, EscapesAreDecodedAndZeroCharactersKept) {
  ASSERT_EQ(read("{\"st\\u0061tus\":\"fin\\u0000al\",\"id\":\"\\u00e9\"}"), Outcome::object);
  EXPECT_EQ(observation_.status.text, std::string_view("fin\0al", 6));
  EXPECT_EQ(observation_.id.text, "\xC3\xA9");
}

TEST_F(JsonReaderTest, DuplicatesOfFieldsThatAreReadAreNoted) {
  read(R"({"status":"final","st\u0061tus":"final"})");
  EXPECT_EQ(observation_.duplicate_field, "status");
  read(R"({"valueQuantity":{"value":1,"value":1}})");
  EXPECT_EQ(observation_.duplicate_field, "value");
  read(R"({"resourceType":"Patient","resourceType":"Observation"})");
  EXPECT_TRUE(observation_.duplicate_resource_type);
  read(R"({"note":[],"note":[],"device":{"reference":"1","reference":"2"}})");
  EXPECT_TRUE(observation_.duplicate_field.empty());
  read(R"({"code":{"coding":[{"code":"a"},{"code":"a"}]}})");
  EXPECT_TRUE(observation_.duplicate_field.empty());
}

TEST_F(JsonReaderTest, DepthIsLimitedExactly) {
  EXPECT_EQ(read(nested(kDepth, '[', ']')), Outcome::not_an_object);
  EXPECT_EQ(read(nested(kDepth + 1, '[', ']')), Outcome::too_deep);
  EXPECT_EQ(read(R"({"x":)" + nested(kDepth - 1, '[', ']') + "}"), Outcome::object);
  EXPECT_EQ(read(R"({"x":)" + nested(kDepth, '[', ']') + "}"), Outcome::too_deep);
  EXPECT_EQ(read(std::string(3'000'000, '[')), Outcome::too_deep);
  EXPECT_EQ(read("{}"), Outcome::object);
}

TEST_F(JsonReaderTest, WhatIsNotJsonIsMalformed) {
  for (const char* text : {"",
                           " ",
                           "\n",
                           "{",
                           "}",
                           "{\"a\":1",
                           "{\"a\":1}}",
                           "{} {}",
                           "{},",
                           "{\"a\":NaN}",
                           "{\"a\":Infinity}",
                           "{\"a\":-Infinity}",
                           "{\"a\":01}",
                           "{\"a\":.5}",
                           "{\"a\":5.}",
                           "{\"a\":+5}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":1,}",
                           "[1,]",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\uD800\"}",
                           "{\"a\":\"\t\"}",
                           "\xEF\xBB\xBF",
                           "nul"}) {
    EXPECT_EQ(read(text), Outcome::malformed) << text;
  }
  EXPECT_EQ(read(std::string_view("{\"a\":\"\0\"}", 9)), Outcome::malformed);
  EXPECT_EQ(read(std::string_view("{}\0", 3)), Outcome::malformed);
}

TEST_F(JsonReaderTest, PrimitivesAndArraysAreJsonButNoObject) {
  for (const char* text : {"1", "\"a\"", "null", "true", "[]", "[{}]"}) {
    EXPECT_EQ(read(text), Outcome::not_an_object) << text;
  }
}

TEST_F(JsonReaderTest, AByteOrderMarkIsSkippedOnce) {
  EXPECT_EQ(read("\xEF\xBB\xBF{}"), Outcome::object);
  EXPECT_EQ(read("\xEF\xBB\xBF\xEF\xBB\xBF{}"), Outcome::malformed);
}

TEST_F(JsonReaderTest, CraftedExponentsAreHarmless) {
  EXPECT_EQ(read(R"({"a":0.000e-2147483639})"), Outcome::object);
  EXPECT_EQ(read(R"({"a":1e-999999999999999999999})"), Outcome::object);
  EXPECT_EQ(read(R"({"a":1e309})"), Outcome::number_too_large);
  EXPECT_EQ(read(R"({"a":1e99999999999})"), Outcome::number_too_large);
}

// RapidJSON's own validation is compared with ours, for strings of up to four random bytes from the interesting ones.
TEST_F(JsonReaderTest, InvalidUtf8IsFoundInsideAndOutsideOfStrings) {
  EXPECT_EQ(read("{\"a\":\"\xC3\"}"), Outcome::invalid_utf8);
  EXPECT_EQ(read("{\"a\":\"\xC3"), Outcome::invalid_utf8);
  EXPECT_EQ(read("\xFF{}"), Outcome::invalid_utf8);
  constexpr std::string_view kBytes =
      "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF4\xF5\xFF";
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t i = random() % 4 + 1; i > 0; --i) text.push_back(kBytes[random() % kBytes.size()]);
    EXPECT_EQ(read("{\"a\":\"" + text + "\"}"), is_utf8(text) ? Outcome::object : Outcome::invalid_utf8);
    EXPECT_EQ(read("{\"" + text + "\":1}"), is_utf8(text) ? Outcome::object : Outcome::invalid_utf8);
  }
}

// At every place of the parser's blocks of 16 bytes.
TEST_F(JsonReaderTest, ControlCharactersAreMalformedWhereverTheyStand) {
  for (char control = 0; control < 0x20; ++control) {
    const bool blank = control == '\t' || control == '\n' || control == '\r';
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string text = std::string(before, 'x') + control + std::string(20, 'y');
      EXPECT_EQ(read("{\"a\":\"" + text + "\"}"), Outcome::malformed) << int{control} << " at " << before;
      EXPECT_EQ(read("{\"" + text + "\":1}"), Outcome::malformed) << int{control} << " at " << before;
      EXPECT_EQ(read("{" + std::string(before, ' ') + control + "}"), blank ? Outcome::object : Outcome::malformed);
    }
  }
}

// The parser's blocks end behind the text: what is there, of this record or an earlier one, must not matter.
TEST_F(JsonReaderTest, EveryLengthOfTextIsReadToItsEndAndNoFurther) {
  for (std::size_t length = 0; length < 100; ++length) {
    ASSERT_EQ(read("{\"status\":\"" + std::string(200, 'z') + "\"}"), Outcome::object);
    const std::string text(length, 'x');
    ASSERT_EQ(read("{\"status\":\"" + text + "\"}"), Outcome::object);
    EXPECT_EQ(observation_.status.text, text);
    ASSERT_EQ(read("{\"status\":\"\\n" + text + "\\\"\"}"), Outcome::object);
    EXPECT_EQ(observation_.status.text, "\n" + text + "\"");
    EXPECT_EQ(read("{\"status\":\"" + text), Outcome::malformed);
  }
}

TEST(Utf8, EdgesOfTheGrammar) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("\x7F"));
  EXPECT_TRUE(is_utf8("\xC2\x80"));
  EXPECT_FALSE(is_utf8("\xC1\xBF"));
  EXPECT_TRUE(is_utf8("\xE0\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xE0\x9F\xBF"));
  EXPECT_TRUE(is_utf8("\xED\x9F\xBF"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_TRUE(is_utf8("\xF0\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));
  EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
}

}  // namespace
}  // namespace coagwatch::fhir

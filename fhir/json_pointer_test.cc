#include "fhir/json_pointer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace coagwatch::fhir {
namespace {

class JsonPointerTest : public testing::Test {
 protected:
  /// `object {…}`, `string text`; empty if the pointer points to nothing.
  std::string at(std::string_view pointer, std::string_view document) {
    const auto parsed = JsonPointer::parse(pointer);
    if (!parsed) return "no pointer";
    const JsonSlice slice = parsed->find(document, 3, slicer_, arena_);
    constexpr std::array kKinds = {"", "null", "object ", "array ", "string ", "other"};
    if (slice.twice) return "twice";
    return std::string(kKinds[static_cast<std::size_t>(slice.kind)]).append(slice.text);
  }

  JsonSlicer slicer_;
  TextArena arena_;
};

// The examples of RFC 6901, section 5.
TEST_F(JsonPointerTest, PointsAsTheRfcSays) {
  const std::string document =
      R"({"foo":["bar","baz"],"":"0","a/b":"1","c%d":"2","e^f":"3","g|h":"4","i\\j":"5","k\"l":"6"," ":"7","m~n":"8"})";
  EXPECT_EQ(at("", document), "object " + document);
  EXPECT_EQ(at("/foo", document), R"(array ["bar","baz"])");
  EXPECT_EQ(at("/foo/0", document), "string bar");
  EXPECT_EQ(at("/", document), "string 0");
  EXPECT_EQ(at("/a~1b", document), "string 1");
  EXPECT_EQ(at("/c%d", document), "string 2");
  EXPECT_EQ(at("/e^f", document), "string 3");
  EXPECT_EQ(at("/g|h", document), "string 4");
  EXPECT_EQ(at("/i\\j", document), "string 5");
  EXPECT_EQ(at("/k\"l", document), "string 6");
  EXPECT_EQ(at("/ ", document), "string 7");
  EXPECT_EQ(at("/m~0n", document), "string 8");
}

TEST_F(JsonPointerTest, PointsIntoTheDepth) {
  const std::string document = R"( {"x":{"fhir":1},"a": [ {"fhir" : null}, {"fhir":{ "b":"}]" } } , 7 ] } )";
  EXPECT_EQ(at("/a/1/fhir", document), R"(object { "b":"}]" })");
  EXPECT_EQ(at("/a/0/fhir", document), "null");
  EXPECT_EQ(at("/a/2", document), "other");
  EXPECT_EQ(at("/x/fhir", document), "other");
}

TEST_F(JsonPointerTest, PointsToNothing) {
  const std::string document = R"({"a":[1,2],"b":{"c":"text"}})";
  for (const char* pointer : {"/c", "/a/2", "/a/-", "/a/01", "/a/x", "/b/c/d", "/b/0", "/a/18446744073709551617"}) {
    EXPECT_EQ(at(pointer, document), "") << pointer;
  }
  EXPECT_EQ(at("/a/0", R"({"a":[1,2,3,4]})"), "") << "more elements than allowed";
}

TEST_F(JsonPointerTest, AKeyThatStandsTwiceOnTheWay) {
  EXPECT_EQ(at("/a", R"({"a":1,"a":2})"), "twice");
  EXPECT_EQ(at("/a", R"({"a":null,"\u0061":2})"), "twice");
  EXPECT_EQ(at("/a/b", R"({"a":{"b":1},"a":{}})"), "twice");
  EXPECT_EQ(at("/a/b", R"({"a":{"b":1,"c":1,"c":2},"d":1,"d":2})"), "other") << "not on the way";
}

TEST_F(JsonPointerTest, WhatIsNoPointer) {
  for (const char* text : {"fhir", "#/fhir", "/a~", "/a~2", " /a", "$.fhir", "/1/2/3/4/5/6/7/8/9"}) {
    EXPECT_FALSE(is_json_pointer(text)) << text;
  }
  EXPECT_TRUE(is_json_pointer("/1/2/3/4/5/6/7/8"));
}

}  // namespace
}  // namespace coagwatch::fhir

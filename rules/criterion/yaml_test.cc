#include "rules/criterion/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

YamlNode parsed(std::string_view text) {
  std::vector<Problem> problems;
  auto node = parse_yaml(text, "a.yaml", problems);
  EXPECT_TRUE(node) << text;
  for (const Problem& problem : problems) ADD_FAILURE() << problem.to_string();
  return node.value_or(YamlNode{});
}

std::string refusal(std::string_view text) {
  std::vector<Problem> problems;
  EXPECT_FALSE(parse_yaml(text, "a.yaml", problems)) << text;
  return problems.size() == 1 ? problems[0].to_string() : "not one problem";
}

TEST(Yaml, KeepsTextPlaceAndOrder) {
  const YamlNode root = parsed("b: 1.50\na:\n  - {x: yes, y: \"10\"}\n  - ~\n");
  ASSERT_EQ(root.kind, YamlNode::Kind::map);
  ASSERT_EQ(root.entries.size(), 2U);
  EXPECT_EQ(root.entries[0].key, "b");
  EXPECT_EQ(root.find("b")->scalar, "1.50");
  EXPECT_EQ(root.find("b")->line, 1);
  EXPECT_EQ(root.find("b")->column, 4);
  const YamlNode& list = *root.find("a");
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].find("x")->scalar, "yes");
  EXPECT_FALSE(list.items[0].find("x")->quoted);
  EXPECT_TRUE(list.items[0].find("y")->quoted);
  EXPECT_EQ(list.items[0].find("y")->line, 3);
  EXPECT_EQ(list.items[0].find("y")->column, 17);
  EXPECT_EQ(list.items[1].kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("c"), nullptr);
}

TEST(Yaml, TellsNothingFromAnEmptyText) {
  const YamlNode root = parsed("a:\nb: null\nc: \"\"\nd: \"null\"\ne: ''\n");
  EXPECT_EQ(root.find("a")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("b")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("c")->kind, YamlNode::Kind::scalar);
  EXPECT_EQ(root.find("d")->scalar, "null");
  EXPECT_EQ(root.find("e")->kind, YamlNode::Kind::scalar);
  EXPECT_EQ(parsed("").kind, YamlNode::Kind::null);
  EXPECT_EQ(parsed("# only a comment\n").kind, YamlNode::Kind::null);
}

TEST(Yaml, ATabIsNamed) {
  EXPECT_EQ(refusal("a:\n\tb: 1\n"), "a.yaml:2:1: a tab; lines are indented with blanks");
  EXPECT_EQ(refusal("a:\n  b: 1\n \tc: 2\n"), "a.yaml:3:2: a tab; lines are indented with blanks");
  EXPECT_THAT(refusal("a: [1\n"), HasSubstr("not YAML"));
}

TEST(Yaml, ReadsJson) {
  const YamlNode root =
      parsed("{\"a\":[1,2.50,-3e2,true,null,\"x: \\u00b5 \\\"\"],\n\t\"b\" : {\"c\":\"<10\"},\"d\":[],\"e\":{}}");
  const YamlNode& a = *root.find("a");
  ASSERT_EQ(a.items.size(), 6U);
  EXPECT_EQ(a.items[1].scalar, "2.50");
  EXPECT_EQ(a.items[2].scalar, "-3e2");
  EXPECT_EQ(a.items[4].kind, YamlNode::Kind::null);
  EXPECT_EQ(a.items[5].scalar, "x: \xC2\xB5 \"");
  EXPECT_EQ(root.find("b")->find("c")->scalar, "<10");
  EXPECT_EQ(root.find("d")->kind, YamlNode::Kind::sequence);
  EXPECT_EQ(root.find("e")->kind, YamlNode::Kind::map);
}

TEST(Yaml, RefusesDuplicateKeys) {
  EXPECT_EQ(refusal("a: 1\nb: 2\na: 3\n"), "a.yaml:3:1: duplicate key a");
  EXPECT_EQ(refusal("x: {\"k\": 1, k: 2}"), "a.yaml:1:13: duplicate key k");
  EXPECT_EQ(parsed("- {k: 1}\n- {k: 2}\n").items.size(), 2U);
  EXPECT_EQ(parsed("k: {k: {k: 1}}\n").entries.size(), 1U);
}

TEST(Yaml, RefusesAnchorsAliasesAndTags) {
  EXPECT_THAT(refusal("a: &x 1\nb: 2\n"), HasSubstr("a.yaml:1:4: anchors are not allowed"));
  EXPECT_THAT(refusal("&k a: 1\n"), HasSubstr("anchors are not allowed"));
  EXPECT_THAT(refusal("a: &x [1]\n"), HasSubstr("anchors are not allowed"));
  EXPECT_THAT(refusal("a: *x\n"), HasSubstr("a.yaml:1:4: "));
  EXPECT_THAT(refusal("a: !!str 1\n"), HasSubstr("tags are not allowed"));
  EXPECT_THAT(refusal("a: !own {b: 1}\n"), HasSubstr("tags are not allowed"));
  EXPECT_THAT(refusal("!own a: 1\n"), HasSubstr("tags are not allowed"));
  EXPECT_THAT(refusal("? [a, b]\n: 1\n"), HasSubstr("a key must be a plain text"));
}

TEST(Yaml, RefusesWhatIsNoDocument) {
  EXPECT_THAT(refusal("a: [1, 2\n"), HasSubstr("a.yaml:"));
  EXPECT_THAT(refusal("a: b: c\n"), HasSubstr("not YAML"));
  EXPECT_THAT(refusal("{a: 1}}"), HasSubstr("not YAML"));
  EXPECT_THAT(refusal("a: 1\n---\nb: 2\n"), HasSubstr("a second begins"));
}

// Left to itself, yaml-cpp would close the quote at the end of the file and swallow all that follows it.
TEST(Yaml, RefusesAQuoteThatIsNeverClosed) {
  for (const char* text : {"a: \"x", "a: \"x\n", "a: 'x\n", "a: \"x\n\nb: 2\n", "a: \"x\n  \t\r\n", "a: \"x\\\n",
                           "a: \"x # y\nb: 2 #\n", "{\"a\": \"x\n", "\"a\n", "a: 'it''s\n", "a: \"x\\\"\n"}) {
    EXPECT_THAT(refusal(text), HasSubstr("not YAML")) << text;
  }
  EXPECT_EQ(parsed("a: \"x\n  y\"\n").find("a")->scalar, "x y");
  EXPECT_EQ(parsed("a: 'it''s'\n").find("a")->scalar, "it's");
}

// yaml-cpp replaces invalid bytes, and takes U+0004 for the end of the file: half a file would be read as all of it.
TEST(Yaml, RefusesBadCharacters) {
  EXPECT_EQ(refusal("a: 1\nb: \x04\nc: 3\n"), "a.yaml:2:4: control characters are not allowed");
  EXPECT_THAT(refusal(std::string_view("a: 1\0b", 6)), HasSubstr("control characters"));
  EXPECT_THAT(refusal("a: \x7F"), HasSubstr("control characters"));
  EXPECT_EQ(refusal("a: \xE4\n"), "a.yaml:1:4: not UTF-8");
  for (const char* bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\x80", "\xC3", "\xE2\x82", "\xFF"}) {
    EXPECT_THAT(refusal("a: \"" + std::string(bad) + "\""), HasSubstr("not UTF-8"));
  }
  for (const char* good : {"\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80",
                           "\xF4\x8F\xBF\xBD", "\xC3\xA4"}) {
    EXPECT_EQ(parsed("a: \"" + std::string(good) + "\"").find("a")->scalar, good);
  }
  EXPECT_EQ(parsed("\xEF\xBB\xBF"
                   "a: 1\r\nb: 2\r\n")
                .entries.size(),
            2U);
}

TEST(Yaml, KeepsItsLimits) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  parsed(nested(64));
  EXPECT_THAT(refusal(nested(65)), HasSubstr("nested deeper than 64"));
  EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("a.yaml:1:1: "));
  const auto list = [](std::size_t count) {
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i) text += "1,\n";
    return text + "]";
  };
  EXPECT_EQ(parsed(list(199'999)).items.size(), 199'999U);
  EXPECT_THAT(refusal(list(200'000)), HasSubstr("more than 200,000 values"));
  const auto sized = [](std::size_t size) { return "a: " + std::string(size - 3, 'x'); };
  EXPECT_EQ(parsed(sized(4 * 1024 * 1024)).entries.size(), 1U);
  EXPECT_EQ(refusal(sized(4 * 1024 * 1024 + 1)), "a.yaml: larger than 4 MiB");
}

TEST(Problem, NamesThePlace) {
  EXPECT_EQ((Problem{"a.yaml", 3, 7, "items.pt", "wrong"}).to_string(), "a.yaml:3:7: items.pt: wrong");
  EXPECT_EQ((Problem{"a.yaml", 0, 0, "", "wrong"}).to_string(), "a.yaml: wrong");
  EXPECT_EQ((Problem{"", 0, 0, "COAGWATCH_ISI", "wrong"}).to_string(), "COAGWATCH_ISI: wrong");
}

TEST(NearestName, FindsAMisspelling) {
  const std::vector<std::string_view> names = {"platelets", "fibrinogen", "fdp", "inr", "pt-ratio"};
  EXPECT_EQ(nearest_name("platlets", names), "platelets");
  EXPECT_EQ(nearest_name("fibrinogne", names), "fibrinogen");
  EXPECT_EQ(nearest_name("fpx", {"fdp"}), std::nullopt);
  EXPECT_EQ(nearest_name("fd", names), "fdp");
  EXPECT_EQ(nearest_name("pt_ratio", names), "pt-ratio");
  EXPECT_EQ(nearest_name("haemoglobin", names), std::nullopt);
  EXPECT_EQ(nearest_name("", {}), std::nullopt);
}

TEST(NearestName, ExchangedLettersAreOneMistake) {
  EXPECT_EQ(nearest_name("kafak", {"input", "kafka"}), "kafka");
  EXPECT_EQ(nearest_name("fpd", {"fdp"}), "fdp");
  EXPECT_EQ(nearest_name("afk", {"kaf"}), std::nullopt) << "moved past two letters";
  EXPECT_EQ(nearest_name("ca", {"abc"}), std::nullopt) << "an exchanged letter is not moved again";
  EXPECT_EQ(nearest_name("akfak", {"kafka"}), std::nullopt) << "two mistakes in five letters";
  EXPECT_EQ(nearest_name("lpatelest", {"platelets"}), "platelets") << "two in nine";
}

}  // namespace
}  // namespace coagwatch::rules

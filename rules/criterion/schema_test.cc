#include "rules/criterion/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "rules/criterion/yaml.h"

namespace coagwatch::rules {
namespace {

TEST(CriterionSchema, FileSaysWhatTheLoaderKnows) {
  const auto file = std::filesystem::path(__FILE__).parent_path().parent_path() / "criteria" / "criterion.schema.json";
  if (std::getenv("COAGWATCH_TEST_UPDATE") != nullptr) std::ofstream(file) << criterion_schema();
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), criterion_schema()) << "run this test with COAGWATCH_TEST_UPDATE=1 to rewrite the schema";
}

void collect_references(const YamlNode& node, std::set<std::string>& names) {
  for (const YamlNode& item : node.items) collect_references(item, names);
  for (const auto& [key, value] : node.entries) {
    if (key == "$ref") names.insert(value.scalar);
    collect_references(value, names);
  }
}

TEST(CriterionSchema, BracketsInATextAreLaidOutAsText) {
  const std::string json =
      R"({"a": "of {10: 5, 25: 13} and \"[c, d]\" )" + std::string(100, '.') + R"(", "b": {"c": 1}})";
  EXPECT_EQ(indented(json), R"({
  "a": "of {10: 5, 25: 13} and \"[c, d]\" )" +
                                std::string(100, '.') + R"(",
  "b": {"c": 1}
}
)");
}

TEST(CriterionSchema, EveryReferenceIsDefined) {
  std::vector<Problem> problems;
  const auto schema = parse_yaml(criterion_schema(), "schema", problems);
  ASSERT_TRUE(schema && problems.empty()) << problems.front().to_string();
  std::set<std::string> used;
  collect_references(*schema, used);
  std::set<std::string> defined;
  for (const auto& [name, definition] : schema->find("$defs")->entries) defined.insert("#/$defs/" + name);
  EXPECT_EQ(used, defined);
}

TEST(CriterionSchema, LinesAreShort) {
  std::istringstream lines(criterion_schema());
  for (std::string line; std::getline(lines, line);) {
    const bool names = line.find("\"enum\"") != std::string::npos || line.find("description") != std::string::npos;
    EXPECT_TRUE(names || line.size() <= 160) << line;
  }
}

TEST(CriterionSchema, BreaksLinesBetweenParts) {
  EXPECT_EQ(indented(R"({"a": [1, 2]})"), "{\"a\": [1, 2]}\n");
  const std::string wide(85, 'x');
  EXPECT_EQ(indented(R"({"a": {"b": ")" + wide + R"(, {", "c": []}, "d": 1})"),
            "{\n  \"a\": {\"b\": \"" + wide + ", {\", \"c\": []},\n  \"d\": 1\n}\n");
}

TEST(CriterionKeys, AreNamedOnceAndExplained) {
  for (std::size_t i = 0; i < kCriterionMapCount; ++i) {
    const FileMap& map = criterion_map(static_cast<CriterionMap>(i));
    std::set<std::string_view> names;
    for (const FileKey& key : map.keys) {
      EXPECT_TRUE(names.insert(key.name).second) << map.name << " " << key.name;
      EXPECT_FALSE(key.meaning.empty()) << map.name << " " << key.name;
    }
  }
}

}  // namespace
}  // namespace coagwatch::rules

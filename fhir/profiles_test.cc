#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <map>
#include <set>

#include "fhir/writers_fixture.h"
#include "rules/criterion/loader.h"

// The published code systems (fhir/profiles/) name every code that our resources use, and nothing else.
namespace coagwatch::fhir {
namespace {

using Codes = std::map<std::string, std::string>;

rapidjson::Document parsed(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  EXPECT_FALSE(document.HasParseError());
  return document;
}

Codes published(const std::string& name) {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "profiles" / ("CodeSystem-" + name + ".json"));
  std::ostringstream text;
  text << file.rdbuf();
  const rapidjson::Document document = parsed(text.str());
  EXPECT_EQ(std::string(document["url"].GetString()), "urn:coagwatch:CodeSystem:" + name);
  Codes codes;
  for (const auto& concept_ : document["concept"].GetArray()) {
    EXPECT_TRUE(codes.emplace(concept_["code"].GetString(), concept_["display"].GetString()).second);
  }
  // A fragment does not know how many codes there are.
  const bool complete = std::string(document["content"].GetString()) == "complete";
  EXPECT_EQ(document.HasMember("count"), complete);
  if (complete) {
    EXPECT_EQ(document["count"].GetUint(), codes.size());
  }
  return codes;
}

// Collects code and display of every coding of `system` anywhere in a resource.
void collect(const rapidjson::Value& value, const std::string& system, Codes& codes) {
  if (value.IsArray()) {
    for (const auto& element : value.GetArray()) collect(element, system, codes);
  } else if (value.IsObject()) {
    if (value.HasMember("code") && value.HasMember("system") && value["system"].GetString() == system) {
      codes[value["code"].GetString()] = value.HasMember("display") ? value["display"].GetString() : "";
    }
    for (const auto& member : value.GetObject()) collect(member.value, system, codes);
  }
}

// All codes of a system in alerts of every kind about every built-in criterion.
Codes used(const std::string& system) {
  Codes codes;
  for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
    std::vector<rules::Problem> problems;
    const auto criterion = rules::load_criterion(builtin.text, std::string(builtin.file), "", problems);
    EXPECT_TRUE(criterion.has_value()) << builtin.file;
    if (!criterion) continue;
    for (int kind = 0; kind <= static_cast<int>(rules::AlertKind::closure); ++kind) {
      testing::Scene scene;
      rules::CriterionScore& score = scene.score();
      score.criterion = &*criterion;
      score.max = 7;
      score.items.clear();
      for (const rules::Item& item : criterion->table.items)
        score.items.push_back(testing::scored(item, 1, 1, rules::Measure::platelets));
      scene.events[0].kind = static_cast<rules::AlertKind>(kind);
      collect(parsed(scene.alert()), "urn:coagwatch:CodeSystem:" + system, codes);
    }
  }
  return codes;
}

TEST(ProfilesTest, CriteriaAreTheCodesInUse) { EXPECT_EQ(published("criteria"), used("criteria")); }

TEST(ProfilesTest, ProducerIsTheTagInUse) {
  const Codes codes = used("producer");
  EXPECT_EQ(codes.size(), 1U);
  EXPECT_EQ(codes.begin()->first, published("producer").begin()->first);
  EXPECT_EQ(published("producer").size(), 1U);
}

TEST(ProfilesTest, MeasuresAreAllMeasures) {
  Codes measures;
  for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
    const rules::MeasureInfo& info = rules::measure_info(static_cast<rules::Measure>(i));
    measures.emplace(info.name, info.display);
  }
  EXPECT_EQ(published("measures"), measures);
  for (const auto& [code, display] : used("measures")) EXPECT_EQ(measures.at(code), display);
}

TEST(ProfilesTest, FactsAreAllFacts) {
  const Codes facts = published("facts");
  EXPECT_EQ(facts.size(), rules::kFactCount);
  for (std::size_t i = 0; i < rules::kFactCount; ++i) {
    EXPECT_TRUE(facts.contains(std::string(rules::fact_name(static_cast<rules::Fact>(i))))) << i;
  }
}

}  // namespace
}  // namespace coagwatch::fhir

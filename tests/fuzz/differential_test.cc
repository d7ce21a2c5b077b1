// JsonReader against the second reading, over every corpus in the tree and over variants of it.

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/fuzz/corpora.h"
#include "tests/fuzz/difference.h"
#include "tests/fuzz/item_promises.h"
#include "tests/fuzz/json_mutations.h"
#include "tests/fuzz/readings.h"
#include "tests/fuzz/second_reader.h"
#include "tests/fuzz/site.h"

namespace coagwatch::fuzz {
namespace {

using Outcome = fhir::JsonReader::Outcome;

/// Of the many like each other in the sample every 16th is changed, of the others each.
std::size_t variants_of(const Sample& record, std::size_t i) {
  if (record.bytes.size() > 64 * 1024) return 0;
  return record.name.starts_with("deploy/sample") ? (i % 16 == 0 ? 8 : 0) : 40;
}

void expect_same_readings(const std::string& name, std::string_view bytes, Outcome& outcome) {
  Findings findings;
  outcome = compare_readings(bytes, findings);
  for (const std::string& finding : findings.list()) ADD_FAILURE() << name << ": " << finding;
}

TEST(Differential, EveryCorpusIsReadAlike) {
  std::size_t objects = 0;
  const std::vector<Sample> records = real_records();
  for (const Sample& record : records) {
    Outcome outcome{};
    expect_same_readings(record.name, record.bytes, outcome);
    if (outcome == Outcome::object) ++objects;
  }
  EXPECT_GT(objects, 5'724U);
}

TEST(Differential, VariantsAreReadAlike) {
  const std::vector<Sample> records = real_records();
  Random random(20260102);
  std::size_t variants = 0;
  std::size_t objects = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::string bytes = records[i].bytes;
    for (std::size_t n = variants_of(records[i], i); n > 0; --n) {
      // Each on top of the last, and again from the beginning where that is broken for good.
      const std::string changed = mutated_json(bytes, random);
      if (changed.empty()) continue;
      Outcome outcome{};
      expect_same_readings(records[i].name + ", changed", changed, outcome);
      bytes = outcome == Outcome::object ? changed : records[i].bytes;
      if (outcome == Outcome::object) ++objects;
      ++variants;
    }
  }
  EXPECT_GT(variants, 5'000U);
  EXPECT_GT(objects, variants / 4);
}

bool has_key_twice(const rapidjson::Value& value) {
  if (value.IsArray()) {
    return std::any_of(value.Begin(), value.End(), has_key_twice);
  }
  if (!value.IsObject()) return false;
  std::set<std::string> keys;
  return std::any_of(value.MemberBegin(), value.MemberEnd(), [&](const auto& member) {
    const std::string key(member.name.GetString(), member.name.GetStringLength());
    return !keys.insert(key).second || has_key_twice(member.value);
  });
}

/// JSON in which the order of members says nothing.
bool is_orderless(std::string_view record) {
  if (record.empty() || record.front() != '{') return false;  // a byte order mark keeps its place
  static SecondReader reader(64);
  static fhir::Observation observation;
  if (reader.read(record, observation) != Outcome::object) return false;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(std::string(record).c_str());
  return !has_key_twice(document);
}

/// Items without their bytes, which are the record's.
std::string meaning_of(std::string_view record) {
  const std::span<fhir::Item> items = plain_intake().read(record, {});
  for (fhir::Item& item : items) item.bytes = {};
  return listing_of(items);
}

TEST(Differential, HowARecordIsWrittenChangesNothing) {
  const std::vector<Sample> records = real_records();
  Random random(20260103);
  std::size_t rewritten = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (variants_of(records[i], i) == 0 || !is_orderless(records[i].bytes)) continue;
    const std::string meaning = meaning_of(records[i].bytes);
    std::string bytes = records[i].bytes;
    for (int n = 0; n < 8; ++n) {
      bytes = rewritten_json(bytes, random);
      ++rewritten;
      if (meaning_of(bytes) == meaning) continue;
      ADD_FAILURE() << records[i].name << ", written in another way";
      break;
    }
  }
  EXPECT_GT(rewritten, 2'000U);
}

TEST(Differential, ADifferenceIsSeenAndNamed) {
  const std::string record =
      R"({"resourceType":"Observation","id":"1","component":[{"valueQuantity":{"value":1,"comparator":"<"}}],)"
      R"("contained":[{"identifier":[{"value":"x"}]}],"code":{"coding":[{"system":"s","code":"c"}]}})";
  SecondReader reader(64);
  SecondReader other_reader(64);
  fhir::Observation one, other;
  const auto read_again = [&](std::string changed) {
    reader.read(record, one);
    other_reader.read(changed, other);
    return difference(one, other);
  };
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = record;
    return changed.replace(changed.find(from), from.size(), to);
  };
  EXPECT_EQ(read_again(record), "");
  EXPECT_EQ(read_again(with(R"(,"comparator":"<")", "")), "components[0].value_quantity.comparator");
  EXPECT_EQ(read_again(with(R"("system":"s")", R"("display":"s")")), "code.codings[0].system");
  EXPECT_EQ(read_again(with(R"("id":"1")", R"("id":1)")), "id");
  EXPECT_EQ(read_again(with(R"("value":"x")", R"("value":"y")")), "contained[0].identifiers[0].value");
  EXPECT_EQ(read_again(with(R"("id":"1")", R"("id":"1","id":"1")")), "duplicate_field");
  EXPECT_EQ(read_again(with(R"([{"identifier":[{"value":"x"}]}])", "[]")), "contained");
}

}  // namespace
}  // namespace coagwatch::fuzz

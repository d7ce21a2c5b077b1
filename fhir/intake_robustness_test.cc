#include <filesystem>
#include <fstream>
#include <random>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

/// Real Observations (testdata/tongji, MIT) and a made one that touches every structure that intake reads.
std::vector<std::string> samples() {
  std::vector<std::string> records;
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "testdata" / "tongji" / "observations.ndjson");
  for (std::string line; std::getline(file, line);) records.push_back(line);
  EXPECT_EQ(records.size(), 12U);
  records.push_back(
      R"({"resourceType":"Observation","id":"m1","meta":{"versionId":"2","lastUpdated":"2026-01-02T09:00:00Z","tag":[
      {"system":"s","code":"c"}]},"identifier":[{"system":"urn:lab","value":"9"}],"contained":[{"resourceType":"Specimen",
      "id":"s","type":{"coding":[{"code":"122555007"}]},"collection":{"collectedPeriod":{"start":"2026-01-02T07:00:00Z"}},
      "condition":[{"coding":[{"code":"LIV"}]}]},{"resourceType":"Patient","id":"p","identifier":[{"value":"4"}]}],
      "modifierExtension":[{"url":"https://www.medizininformatik-initiative.de/fhir/core/modul-labor/StructureDefinition/InterpretationsbeeinflussendeEigenschaft",
      "valueCoding":{"code":"118127007"}}],"status":"corrected","category":[{"coding":[{"code":"laboratory"}],"text":"L\u00e4b"}],
      "code":{"coding":[{"system":"http://loinc.org","code":"48066-5","display":"DDU"}],"text":"D-Dimer"},
      "subject":{"reference":"#p","type":"Patient","identifier":{"system":"a","value":"b"}},"specimen":{"reference":"#s"},
      "effectivePeriod":{"start":"2026-01-02T07:00:00+01:00","end":"2026-01-02T07:30:00.250+01:00"},
      "issued":"2026-01-02T08:00:00Z","method":{"text":"ddu"},"valueQuantity":{"value":1.50e2,"comparator":">=",
      "system":"http://unitsofmeasure.org","code":"ug/L{DDU}","unit":"µg/l DDU"},"referenceRange":[{"low":{"value":0},
      "high":{"value":240.0,"unit":"µg/l"},"type":{"coding":[{"code":"normal"}]},"age":{"low":{"value":51,"code":"a"}},
      "text":"<240"}],"dataAbsentReason":null})");
  return records;
}

/// Whatever the bytes: one item, with a disposition and the reason that belongs to it.
void expect_sound(std::span<const Item> items) {
  ASSERT_EQ(items.size(), 1U);
  const Item& item = items.front();
  switch (item.disposition) {
    case Disposition::candidate:
      EXPECT_EQ(item.reason, Reason::none);
      EXPECT_FALSE(item.patient.empty());
      EXPECT_FALSE(item.change.identity.empty());
      break;
    case Disposition::dead:
      EXPECT_GE(item.reason, Reason::invalid_utf8);
      EXPECT_LE(item.reason, Reason::modifier_extension);
      EXPECT_FALSE(item.text.empty());
      break;
    case Disposition::ignored:
      EXPECT_GE(item.reason, Reason::other_resource);
      EXPECT_LE(item.reason, Reason::specimen);
      break;
    case Disposition::unusable:
      EXPECT_GE(item.reason, Reason::d_dimer_flavour);
      break;
    default:
      ADD_FAILURE() << "a disposition that is not intake's to give";
  }
}

TEST_F(IntakeTest, TheSamplesAreReadAsTheyAre) {
  std::string outcomes;
  for (const std::string& record : samples()) outcomes += outcome(record) + "\n";
  EXPECT_EQ(outcomes,
            "candidate\ncandidate\ncandidate\ncandidate\ncandidate\ncandidate\ncandidate\ncandidate\ncandidate\n"
            "candidate\nignored/unmapped-code\nignored/unmapped-code\ncandidate\n");
}

TEST_F(IntakeTest, EveryTruncationIsOneDeadLetter) {
  Intake intake(terminology_, site_, limits_, zone_, "urn:coagwatch");
  for (const std::string& record : samples()) {
    for (std::size_t length = 0; length < record.size(); ++length) {
      // A copy of its own size, so that the sanitizer sees a read past its end.
      const std::vector<char> exact(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(length));
      const std::string_view bytes =
          exact.empty() ? std::string_view("") : std::string_view(exact.data(), exact.size());
      const auto items = intake.read(bytes, context_);
      expect_sound(items);
      EXPECT_EQ(items.front().disposition, Disposition::dead) << length;
    }
  }
}

TEST_F(IntakeTest, RandomDamageIsSurvived) {
  Intake intake(terminology_, site_, limits_, zone_, "urn:coagwatch");
  const std::vector<std::string> records = samples();
  std::mt19937 random(20260102);
  std::array<int, 8> seen{};
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kTelling = "{}[]\",:\\0123456789.eE+-<>#/|\x00\x80\xC3\xFF"sv;
  for (int round = 0; round < 20000; ++round) {
    std::string record = records[random() % records.size()];
    for (std::size_t flips = random() % 4 + 1; flips > 0; --flips) {
      char& byte = record[random() % record.size()];
      switch (random() % 3) {
        case 0:
          byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (random() % 8)));
          break;
        case 1:
          byte = kTelling[random() % kTelling.size()];
          break;
        default:
          record.erase(random() % record.size(), random() % 20);
      }
      if (record.empty()) record = "{";
    }
    const auto items = intake.read(record, context_);
    expect_sound(items);
    ++seen[static_cast<std::size_t>(items.front().disposition)];
  }
  EXPECT_GT(seen[static_cast<std::size_t>(Disposition::candidate)], 100);
  EXPECT_GT(seen[static_cast<std::size_t>(Disposition::dead)], 1000);
  EXPECT_GT(seen[static_cast<std::size_t>(Disposition::ignored)], 100);
}

TEST_F(IntakeTest, ABadRecordLeavesNoTraceInTheNext) {
  const std::string good = ObservationJson().text();
  for (const std::string& bad :
       {std::string("{\"resourceType\":\"Obs"), std::string(100, '['), std::string("\xFF"),
        ObservationJson().repeat("id", "\"b\"").text(), ObservationJson().remove("code").text()}) {
    read(bad);
    const Item& item = read(good);
    EXPECT_EQ(item.disposition, Disposition::candidate);
    EXPECT_EQ(item.text, "");
    EXPECT_EQ(item.code, "");
    EXPECT_EQ(describe(item.change.result.value), "45");
  }
}

}  // namespace
}  // namespace coagwatch::fhir

#include "tests/bench/intake_records.h"

#include <array>
#include <cstdio>

namespace coagwatch::bench {
namespace {

struct Test {
  const char* code;
  const char* display;
  const char* unit;
  int least;  // in tenths
};

constexpr std::array<Test, 8> kPanel = {
    {{"777-3", "Platelets [#/volume] in Blood by Automated count", "10*9/L", 1200},
     {"5902-2", "Prothrombin time (PT)", "s", 140},
     {"3255-7", "Fibrinogen [Mass/volume] in Platelet poor plasma by Coagulation assay", "g/L", 21},
     {"48065-7", "Fibrin D-dimer FEU [Mass/volume] in Platelet poor plasma", "mg/L{FEU}", 12},
     {"6301-6", "INR in Platelet poor plasma by Coagulation assay", "{INR}", 12},
     {"14979-9", "aPTT in Platelet poor plasma by Coagulation assay", "s", 350},
     {"27811-9", "Antithrombin in Platelet poor plasma by Chromogenic method", "%", 820},
     {"6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*9/L", 95}}};

constexpr int kPanelHours = 12;
constexpr int kDaysOfMonth = 28;  // months of one length
constexpr int kMonths = 12;

std::string time_of(std::size_t panel) {
  const auto hours = static_cast<unsigned>(panel) * kPanelHours;
  const unsigned day = hours / 24;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04u-%02u-%02uT%02u:30:00+01:00", 2020 + day / (kDaysOfMonth * kMonths),
                1 + day / kDaysOfMonth % kMonths, 1 + day % kDaysOfMonth, hours % 24);
  return text.data();
}

std::string value_of(const Test& test, std::size_t i) {
  const int tenths = test.least + static_cast<int>(i * 7 % 100);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string plain(const Test& test, const std::string& id, const std::string& time, const std::string& value) {
  return R"({"resourceType":"Observation","id":")" + id +
         R"(","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/)"
         R"(observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":")" +
         test.code + R"(","display":")" + test.display + R"("}],"text":")" + test.display +
         R"("},"subject":{"reference":"Patient/8c1f6e52"},"effectiveDateTime":")" + time +
         R"(","valueQuantity":{"value":)" + value + R"(,"unit":")" + test.unit +
         R"(","system":"http://unitsofmeasure.org","code":")" + test.unit + R"("}})";
}

std::string full(const Test& test, const std::string& id, const std::string& time, const std::string& value) {
  const std::string quantity = R"(,"unit":")" + std::string(test.unit) +
                               R"(","system":"http://unitsofmeasure.org","code":")" + test.unit + "\"}";
  return R"({"resourceType":"Observation","id":")" + id + R"(","meta":{"versionId":"1","lastUpdated":")" + time +
         R"(","profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"]},)"
         R"("text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><b>)" +
         test.display + "</b>: " + value + " " + test.unit +
         R"(</p></div>"},"identifier":[{"use":"official","system":"urn:oid:2.16.840.1.113883.19.5","value":")" + id +
         R"("}],"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/)"
         R"(observation-category","code":"laboratory","display":"Laboratory"}],"text":"Laboratory"}],)"
         R"("code":{"coding":[{"system":"http://loinc.org","code":")" +
         test.code + R"(","display":")" + test.display + R"("},{"system":"urn:oid:2.16.840.1.113883.19.6","code":"L)" +
         test.code + R"("}],"text":")" + test.display +
         R"("},"subject":{"reference":"Patient/8c1f6e52","display":"Patient of the ward"},)"
         R"("encounter":{"reference":"Encounter/77120"},"effectiveDateTime":")" +
         time + R"(","issued":")" + time +
         R"(","performer":[{"reference":"Organization/lab","display":"Central laboratory"}],"valueQuantity":{"value":)" +
         value + quantity +
         R"(,"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/)"
         R"(v3-ObservationInterpretation","code":"N","display":"Normal"}]}],"specimen":{"reference":"Specimen/)" +
         id + R"("},"referenceRange":[{"low":{"value":1.0)" + quantity + R"(,"high":{"value":400.0)" + quantity +
         R"(,"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/referencerange-meaning",)"
         R"("code":"normal"}]}}]})";
}

}  // namespace

std::vector<std::string> intake_records(RecordKind kind, std::size_t count) {
  std::vector<std::string> records;
  records.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Test& test = kPanel[i % kPanel.size()];
    const std::string time = time_of(i / kPanel.size());
    const std::string id = "r" + std::to_string(100'000 + i);
    const std::string value = value_of(test, i);
    records.push_back(kind == RecordKind::plain ? plain(test, id, time, value) : full(test, id, time, value));
  }
  return records;
}

}  // namespace coagwatch::bench

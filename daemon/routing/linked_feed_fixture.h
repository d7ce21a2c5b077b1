#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "fhir/intake_fixture.h"

// For tests: results of a few patients who may be one, and what follows from them.
namespace coagwatch::daemon {

inline std::string result(const std::string& patient, const std::string& id, const std::string& loinc,
                          const std::string& value, const std::string& unit, int hour = 8, int version = 1) {
  fhir::ObservationJson json;
  // No two records of a patient have results of one time: of those the one that came last would count.
  const std::string at = "2026-01-02T0" + std::to_string(hour) + ":0" + std::to_string(patient.back() % 10) + ":00Z";
  json.set("id", "\"" + id + "\"").set("effectiveDateTime", "\"" + at + "\"").loinc(loinc).quantity(value, unit);
  json.set("subject", R"({"reference":"Patient/)" + patient + "\"}");
  json.set("meta", R"({"versionId":")" + std::to_string(version) + "\"}");
  return json.text();
}
inline std::string platelets(const std::string& patient, const std::string& value, int hour = 8, int version = 1) {
  return result(patient, patient + "-p" + std::to_string(hour), "777-3", value, "10*9/L", hour, version);
}
inline std::string fdp(const std::string& patient, const std::string& value, int hour = 8, int version = 1) {
  return result(patient, patient + "-f" + std::to_string(hour), "30226-5", value, "ug/mL", hour, version);
}
inline std::string patient_text(const std::string& id, int version, const std::string& links) {
  return R"({"resourceType":"Patient","id":")" + id + R"(","meta":{"versionId":")" + std::to_string(version) +
         R"("},"link":[)" + links + "]}";
}
inline std::string link(const std::string& type, const std::string& other) {
  return R"({"other":{"reference":"Patient/)" + other + R"("},"type":")" + type + R"("})";
}

/// What of a status follows from the records, and not from when who heard of whom.
inline std::string without_history(std::string status) {
  for (const char* part : {R"re("processed":"[^"]*",?)re", R"re("cause":\[[^\]]*\],?)re",
                           R"re("correction":[a-z]*,?)re", R"re("episodes":\[(\{[^{}]*\},?)*\],?)re"}) {
    status = std::regex_replace(status, std::regex(part), "");
  }
  return status;
}

inline std::map<std::string, std::string> without_history(std::map<std::string, std::string> statuses) {
  for (auto& [patient, status] : statuses) status = without_history(status);
  return statuses;
}

/// Results of a few patients, and what Patient resources say of who is whom.
inline std::vector<std::string> random_feed(std::uint64_t seed, std::size_t patients, std::size_t records) {
  std::mt19937_64 random(seed);
  std::vector<std::string> feed;
  std::map<std::string, int> versions;
  const auto any = [&] { return "p" + std::to_string(random() % patients); };
  for (std::size_t i = 0; i < records; ++i) {
    const std::string patient = any();
    const int hour = static_cast<int>(random() % 10);
    if (random() % 4 == 0) {
      std::string links;
      if (random() % 3 != 0) links = link(random() % 2 == 0 ? "replaced-by" : "replaces", any());
      if (random() % 6 == 0 && !links.empty()) links += "," + link("replaces", any());
      feed.push_back(patient_text(patient, ++versions[patient], links));
    } else if (random() % 2 == 0) {
      feed.push_back(platelets(patient, std::to_string(20 + random() % 200), hour, static_cast<int>(random() % 3) + 1));
    } else {
      feed.push_back(fdp(patient, std::to_string(5 + random() % 60), hour, static_cast<int>(random() % 3) + 1));
    }
  }
  return feed;
}

}  // namespace coagwatch::daemon

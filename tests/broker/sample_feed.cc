#include "tests/broker/sample_feed.h"

#include <algorithm>
#include <ctime>

namespace coagwatch::test {
namespace {

struct Test {
  const char* loinc;
  const char* unit;
  int healthy;  // tenths
  int sick;
};
constexpr Test kPanel[] = {
    {"777-3", "10*9/L", 2200, 280}, {"5902-2", "s", 120, 210}, {"3255-7", "g/L", 35, 8}, {"30226-5", "ug/mL", 30, 600}};

std::string tenths(int value) {
  return std::to_string(value / 10) + (value % 10 == 0 ? "" : "." + std::to_string(value % 10));
}

std::string garbage(std::uint32_t kind, const std::string& patient, const std::string& time) {
  switch (kind % 5) {
    case 0:
      return "{\"resourceType\":\"Observation\",\"id\":";
    case 1:
      return observation("bad", patient, "777-3", "12", "furlong", time);
    case 2:
      return R"({"resourceType":"Patient","id":"x"})";
    case 3:
      return observation("late", patient, "777-3", "12", "10*9/L", "sometime");
    default:
      return "not json";
  }
}

}  // namespace

std::string observation(const std::string& id, const std::string& patient, const std::string& loinc,
                        const std::string& value, const std::string& unit, const std::string& time,
                        const std::string& status) {
  return R"({"resourceType":"Observation","id":")" + id + R"(","status":")" + status +
         R"(","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],)" +
         R"("code":{"coding":[{"system":"http://loinc.org","code":")" + loinc + R"("}]},"subject":{"reference":")" +
         patient + R"("},"effectiveDateTime":")" + time + R"(","valueQuantity":{"value":)" + value + R"(,"unit":")" +
         unit + R"(","system":"http://unitsofmeasure.org","code":")" + unit + R"("}})";
}

Record patient_record(const std::string& patient, std::string value, int partitions) {
  Record record;
  record.key = patient;
  record.value = std::move(value);
  std::uint32_t hash = 2166136261U;  // FNV-1a: any function of the patient will do
  for (const char c : patient) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  record.partition = static_cast<std::int32_t>(hash % static_cast<std::uint32_t>(partitions));
  return record;
}

SampleFeed::SampleFeed(int patients, int partitions, std::uint32_t seed)
    : partitions_(partitions),
      engine_(seed),
      severity_(static_cast<std::size_t>(patients), 0),
      minute_(static_cast<std::size_t>(patients), 0) {}

std::string SampleFeed::time_of(int minute) const {
  const std::time_t time = clock_.first + std::int64_t{minute} * clock_.seconds_of_a_minute;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Record SampleFeed::make() {
  const auto random = [this] { return static_cast<std::uint32_t>(engine_()); };
  const std::size_t who = random() % static_cast<std::uint32_t>(severity_.size());
  const std::string patient = "Patient/p" + std::to_string(who);
  const std::uint32_t dice = random() % 100;
  if (dice < 3) return patient_record(patient, garbage(random(), patient, time_of(0)), partitions_);
  if (dice < 6 && !recent_.empty()) return recent_[recent_.size() - 1 - random() % recent_.size()];
  int& level = severity_[who];
  level = std::clamp(level + static_cast<int>(random() % 5) - 2, 0, 10);
  minute_[who] = (minute_[who] + 20 + static_cast<int>(random() % 300)) % kMinutes;
  const Test& test = kPanel[random() % 4];
  const int value = test.healthy + (test.sick - test.healthy) * level / 10;
  const std::string id = "o" + std::to_string(made_ - (dice < 10 ? random() % 40 : 0));
  const char* status = dice < 8 ? "corrected" : dice < 9 ? "entered-in-error" : "final";
  return patient_record(patient,
                        observation(id, patient, test.loinc, tenths(value), test.unit, time_of(minute_[who]), status),
                        partitions_);
}

Record SampleFeed::next() {
  constexpr std::size_t kRecent = 50;  // of which one may be repeated
  recent_.push_back(make());
  if (recent_.size() > kRecent) recent_.pop_front();
  ++made_;
  return recent_.back();
}

std::vector<Record> sample_feed(std::size_t records, int patients, int partitions, std::uint32_t seed) {
  SampleFeed feed(patients, partitions, seed);
  std::vector<Record> all;
  all.reserve(records);
  while (all.size() < records) all.push_back(feed.next());
  return all;
}

}  // namespace coagwatch::test

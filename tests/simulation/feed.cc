#include "tests/simulation/feed.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace coagwatch::simulation {
namespace {

constexpr std::int64_t kStartMillis = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

/// How often a Patient resource comes, where there are any, per 10,000.
constexpr std::uint32_t kLinks = 800;

/// A test with its plausible range per severity, in tenths of its unit.
struct Test {
  std::string_view code;
  std::string_view unit;
  std::string_view extra;  // further members of the Observation
  std::array<std::pair<int, int>, 4> tenths;
};
constexpr std::array<Test, 6> kPanel{{
    {"777-3", "10*9/L", "", {{{1400, 3500}, {700, 1300}, {400, 800}, {80, 500}}}},
    {"5902-2", "s", "", {{{105, 130}, {130, 150}, {145, 180}, {175, 320}}}},
    {"3255-7", "g/L", "", {{{20, 45}, {15, 40}, {8, 20}, {3, 11}}}},
    {"48065-7",
     "mg/L",
     R"(,"referenceRange":[{"high":{"value":0.5,"unit":"mg/L","system":"http://unitsofmeasure.org","code":"mg/L"}}])",
     {{{1, 5}, {4, 20}, {15, 60}, {40, 400}}}},
    {"30226-5", "ug/mL", "", {{{10, 50}, {40, 120}, {90, 260}, {240, 900}}}},
    {"6301-6", "{INR}", "", {{{9, 11}, {11, 14}, {13, 17}, {15, 35}}}},
}};

std::string instant(std::int64_t millis) {
  const std::chrono::sys_time<std::chrono::seconds> time{std::chrono::seconds(millis / 1'000)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ldZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                clock.minutes().count(), clock.seconds().count());
  return text.data();
}

}  // namespace

Feed::Feed(std::uint64_t seed, std::int32_t partitions, std::size_t patients, bool links)
    : random_(seed), partitions_(partitions), patients_(patients), links_(links), clock_millis_(kStartMillis) {
  for (std::size_t i = 0; i < patients; ++i) patients_[i].reference = simulated_patient(i);
}

std::string simulated_patient(std::size_t n) { return "Patient/sim-" + std::to_string(n); }

Feed::Input Feed::next() {
  clock_millis_ += random_.between(0, 900'000);
  const auto which = static_cast<std::size_t>(random_.below(patients_.size()));
  Patient& patient = patients_[which];
  if (random_.chance(800)) patient.severity = static_cast<int>(random_.below(4));
  Input input;
  input.partition = static_cast<std::int32_t>(which % static_cast<std::size_t>(partitions_));
  input.record.time = rules::Timestamp::from_millis(clock_millis_);
  if (!random_.chance(300)) input.record.key = patient.reference;
  if (links_ && random_.chance(kLinks)) {
    input.record.value = links(patient);
    return input;
  }
  const std::uint64_t draw = random_.below(100);
  if (draw < 68 || patient.sent.empty()) {
    input.record.value = fresh(patient);
  } else if (draw < 86) {
    input.record.value = again(patient);
  } else if (draw < 99) {
    input.record.value = garbage(patient);
  }  // else a tombstone
  return input;
}

std::string Feed::value_of(std::size_t kind, int severity) {
  const auto [low, high] = kPanel[kind].tenths[static_cast<std::size_t>(severity)];
  const std::int64_t tenths = random_.between(low, high);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string Feed::observation(const Patient& patient, const Sent& sent, const std::string& status) {
  const Test& test = kPanel[sent.kind];
  std::string json = R"({"resourceType":"Observation","id":")" + sent.id + R"(","meta":{"versionId":")" +
                     std::to_string(sent.version) + R"("},"status":")" + status +
                     R"(","category":[{"coding":[{"system":)"
                     R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],)"
                     R"("code":{"coding":[{"system":"http://loinc.org","code":")";
  json.append(test.code);
  json += R"("}]},"subject":{"reference":")" + patient.reference + R"("},"effectiveDateTime":")" + sent.effective +
          R"(","valueQuantity":{"value":)" + value_of(sent.kind, patient.severity) + R"(,"unit":")";
  json.append(test.unit).append(R"(","system":"http://unitsofmeasure.org","code":")").append(test.unit).append("\"}");
  json.append(test.extra).append("}");
  return json;
}

std::string Feed::fresh(Patient& patient) {
  Sent sent;
  sent.id = "o" + std::to_string(next_id_++);
  sent.kind = static_cast<std::size_t>(random_.below(kPanel.size()));
  // Mostly just drawn; sometimes it lay about for a day or two.
  const std::int64_t age = random_.chance(500) ? random_.between(0, 48 * 3'600'000) : random_.between(0, 5'400'000);
  sent.effective = instant(std::max<std::int64_t>(clock_millis_ - age, kStartMillis));
  sent.body = observation(patient, sent, "final");
  patient.sent.push_back(sent);
  if (patient.sent.size() > 30) patient.sent.erase(patient.sent.begin());
  return sent.body;
}

std::string Feed::again(Patient& patient) {
  Sent& sent = random_.pick(patient.sent);
  switch (random_.below(6)) {
    case 0:  // the same again
      return sent.body;
    case 5: {  // the same under another id
      Sent copy = sent;
      copy.id = "o" + std::to_string(next_id_++);
      const std::string id = "\"id\":\"" + sent.id + '"';
      copy.body.replace(copy.body.find(id), id.size(), "\"id\":\"" + copy.id + '"');
      patient.sent.push_back(copy);
      return copy.body;
    }
    case 1: {
      ++sent.version;
      return observation(patient, sent, "entered-in-error");
    }
    case 2: {  // an older version, late
      Sent old = sent;
      old.version = std::max(0, sent.version - 1);
      return observation(patient, old, "final");
    }
    case 3: {  // the correction takes the value away
      ++sent.version;
      std::string json = observation(patient, sent, "corrected");
      const std::size_t at = json.find(R"("valueQuantity")");
      const std::size_t end = json.find('}', at);
      return json.replace(at, end + 1 - at, R"("dataAbsentReason":{"text":"no specimen"})");
    }
    default: {
      ++sent.version;
      sent.body = observation(patient, sent, "corrected");
      return sent.body;
    }
  }
}

std::string Feed::links(Patient& patient) {
  std::string link;
  if (random_.chance(7'500)) {
    link = R"({"other":{"reference":")" + random_.pick(patients_).reference + R"("},"type":")" +
           (random_.chance(7'000) ? "replaced-by" : "replaces") + R"("})";
  }
  return R"({"resourceType":"Patient","id":")" + patient.reference.substr(patient.reference.find('/') + 1) +
         R"(","meta":{"versionId":")" + std::to_string(++patient.version) + R"("},"link":[)" + link + "]}";
}

std::string Feed::garbage(const Patient& patient) {
  Sent sent;
  sent.id = "g" + std::to_string(next_id_++);
  sent.kind = static_cast<std::size_t>(random_.below(kPanel.size()));
  sent.effective = instant(clock_millis_);
  std::string json = observation(patient, sent, "final");
  const auto replace = [&json](std::string_view what, std::string_view by) {
    if (const std::size_t at = json.find(what); at != std::string::npos) json.replace(at, what.size(), by);
    return json;
  };
  switch (random_.below(10)) {
    case 0:
      return json.substr(0, random_.below(json.size()));
    case 1:
      return "\xff\xfe" + json;
    case 2:
      return replace(R"("unit":")", R"("unit":"furlong)") + " ";
    case 3:
      return replace(R"("subject":{"reference":)", R"("performer":{"reference":)");
    case 4:
      return replace("effectiveDateTime", "comment2");
    case 5:
      return replace(R"("status":"final")", R"("status":"perhaps")");
    case 6:
      return R"({"resourceType":"Patient","id":"x"})";
    case 7:
      return replace(R"("code":")" + std::string(kPanel[sent.kind].code), R"("code":"99999-9)");
    case 8:
      return replace(R"("value":)", R"("value":"seven","was":)");
    default:
      return "";
  }
}

}  // namespace coagwatch::simulation

// What the DiagnosticReports of a Bundle say of when results were collected: which results, and which of their
// versions.

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::Each;
using testing::ElementsAre;

constexpr const char* kSix = "2026-01-02T06:00:00Z";
constexpr const char* kSeven = "2026-01-02T07:00:00Z";

class IntakeReportTimeTest : public IntakeTest {
 protected:
  /// When the counts were collected that are the first `counts` of these entries: the time, or why none is known.
  std::vector<std::string> times(std::size_t counts, const std::vector<std::string>& entries) {
    record_ = R"({"resourceType":"Bundle","type":"history","entry":[)";
    for (std::size_t i = 0; i < entries.size(); ++i) record_.append(i == 0 ? "" : ",").append(entries[i]);
    record_ += "]}";
    std::vector<std::string> all;
    for (const Item& item : read_all(record_)) {
      if (all.size() == counts) break;
      const rules::Timestamp at = item.change.result.at;
      all.push_back(at.known() ? format_instant(at) : std::string(reason_name(item.reason)));
    }
    return all;
  }
  static std::string entry(const std::string& resource, const std::string& url = "") {
    return R"({"resource":)" + resource + (url.empty() ? "" : R"(,"fullUrl":")" + url + '"') + "}";
  }
  /// A count without a time of its own.
  static std::string count(const std::string& id, const std::string& version = "1", const std::string& url = "") {
    ObservationJson observation;
    observation.remove("effectiveDateTime").set("meta", R"({"versionId":")" + version + R"("})");
    if (id.empty()) observation.remove("id");
    if (!id.empty()) observation.set("id", '"' + id + '"');
    return entry(observation.text(), url);
  }
  static std::string references(const std::vector<std::string>& to) {
    std::string text = "[";
    for (const std::string& each : to) {
      text.append(text.size() > 1 ? "," : "").append(R"({"reference":")").append(each).append(R"("})");
    }
    return text + "]";
  }
  static std::string report(const std::vector<std::string>& results, const std::string& time) {
    return entry(R"({"resourceType":"DiagnosticReport","effectiveDateTime":")" + time + R"(","result":)" +
                 references(results) + "}");
  }
  static std::string panel(const std::string& id, const std::string& member, const std::string& time = "") {
    const std::string at = time.empty() ? "" : R"(,"effectiveDateTime":")" + time + '"';
    return entry(R"({"resourceType":"Observation","id":")" + id + '"' + at + R"(,"hasMember":)" + references({member}) +
                 "}");
  }

 private:
  std::string record_;
};

TEST_F(IntakeReportTimeTest, EveryVersionOfAResultHasItsReportsTime) {
  const std::string base = "https://kh.de/fhir/Observation/";
  EXPECT_THAT(times(2, {count("v", "2"), count("v", "1"), report({"Observation/v"}, kSix)}), ElementsAre(kSix, kSix));
  EXPECT_THAT(times(2, {count("v", "1"), count("v", "2"), report({"Observation/v/_history/2"}, kSix)}),
              ElementsAre(kSix, kSix));
  EXPECT_THAT(times(3, {count("v", "3", base + "v"), count("w", "1", base + "w"), count("v", "2", base + "v"),
                        report({base + "v"}, kSix)}),
              ElementsAre(kSix, "no-time", kSix));
  EXPECT_THAT(times(2, {count("v", "2", base + "v/_history/2"), count("v", "1", base + "v/_history/1"),
                        report({"Observation/v"}, kSix)}),
              ElementsAre(kSix, kSix));
  EXPECT_THAT(times(2, {count("v", "2", "urn:uuid:2"), count("v", "1", "urn:uuid:1"), report({"Observation/v"}, kSix)}),
              ElementsAre(kSix, kSix));
  EXPECT_THAT(times(2, {count("", "2", "urn:uuid:v"), count("", "1", "urn:uuid:v"), report({"urn:uuid:v"}, kSix)}),
              ElementsAre(kSix, kSix));
}

TEST_F(IntakeReportTimeTest, EveryVersionOfAPanelsMemberHasIt) {
  EXPECT_THAT(
      times(2, {count("v", "2"), count("v", "1"), panel("p", "Observation/v"), report({"Observation/p"}, kSix)}),
      ElementsAre(kSix, kSix));
  EXPECT_THAT(
      times(1, {count("v"), panel("p", "Observation/v"), panel("p", "Observation/v"), report({"Observation/p"}, kSix)}),
      ElementsAre(kSix))
      << "two versions of the panel";
  EXPECT_THAT(times(2, {count("v", "2"), count("v", "1"), panel("p", "Observation/v", kSeven),
                        panel("p", "Observation/v"), report({"Observation/p"}, kSix)}),
              ElementsAre("no-time", "no-time"))
      << "a version of the panel says another time";
}

TEST_F(IntakeReportTimeTest, WhatMayBeSeveralResourcesHasNone) {
  EXPECT_THAT(times(2, {count("v", "1", "https://a.example/Observation/v"),
                        count("v", "1", "https://b.example/Observation/v"), report({"Observation/v"}, kSix)}),
              ElementsAre("no-time", "no-time"))
      << "of two servers";
  EXPECT_THAT(
      times(2, {count("v", "1", "https://a.example/Observation/v"), count("v", "1", "https://b.example/Observation/v"),
                report({"https://b.example/Observation/v"}, kSix)}),
      ElementsAre("no-time", kSix));
  EXPECT_THAT(times(2, {count("v", "1", "urn:uuid:x"), count("w", "1", "urn:uuid:x"), report({"urn:uuid:x"}, kSix)}),
              ElementsAre("no-time", "no-time"))
      << "two ids under one URL";
  EXPECT_THAT(times(1, {count("v", "1", "urn:uuid:x"), entry(R"({"resourceType":"Device","id":"v"})", "urn:uuid:x"),
                        report({"urn:uuid:x"}, kSix)}),
              ElementsAre("no-time"));
}

TEST_F(IntakeReportTimeTest, AResultMayBeNamedAgainAndAgain) {
  const std::vector<std::string> thrice(3, "Observation/v");
  EXPECT_THAT(times(1, {count("v"), report(thrice, kSix)}), ElementsAre(kSix));
  EXPECT_THAT(times(1, {count("v"), report(thrice, kSix), report(thrice, kSix)}), ElementsAre(kSix));
  EXPECT_THAT(times(1, {count("v"), report(thrice, "2026-01-02T07:00:00+01:00"), report(thrice, kSix)}),
              ElementsAre(kSix))
      << "one instant";
  EXPECT_THAT(times(1, {count("v"), report(thrice, kSix), report(thrice, kSeven)}), ElementsAre("no-time"));
  EXPECT_THAT(times(1, {count("v"), report(thrice, kSix), report(thrice, kSeven), report(thrice, kSix)}),
              ElementsAre("no-time"))
      << "the first and the last agree, the one between does not";
  EXPECT_THAT(times(1, {count("v", "1", "urn:uuid:v"), report({"urn:uuid:v"}, kSix), report(thrice, kSeven)}),
              ElementsAre("no-time"))
      << "under its two names";
  EXPECT_THAT(times(1, {count("v", "1", "urn:uuid:v"), report({"urn:uuid:v", "Observation/v"}, kSix)}),
              ElementsAre(kSix));
}

TEST_F(IntakeReportTimeTest, EachResultHasItsOwn) {
  EXPECT_THAT(
      times(4, {count("z"), count("a"), count("m"), count("b"), report({"Observation/m", "Observation/z"}, kSix),
                report({"Observation/x", "Observation/a"}, kSeven)}),
      ElementsAre(kSix, kSeven, kSix, "no-time"));
  EXPECT_THAT(times(2, {count("a"), count("b"), panel("p", "Observation/b"), panel("q", "Observation/a"),
                        report({"Observation/q"}, kSeven), report({"Observation/p"}, kSix)}),
              ElementsAre(kSeven, kSix));
  EXPECT_THAT(times(2, {count("a"), count("b")}), Each("no-time")) << "nothing is left of the record before";
}

TEST_F(IntakeReportTimeTest, WhatAReportContainsHasItsTime) {
  const auto holding = [](const std::string& time, const std::vector<ObservationJson>& counts) {
    std::string contained;
    for (const ObservationJson& each : counts) contained.append(contained.empty() ? "" : ",").append(each.text());
    return entry(R"({"resourceType":"DiagnosticReport")" + time + R"(,"contained":[)" + contained + "]}");
  };
  const std::string six = R"(,"effectiveTiming":{"event":["2026-01-02T05:00:00Z","2026-01-02T06:00:00Z"]})";
  const ObservationJson timed;
  const ObservationJson timeless = ObservationJson().remove("effectiveDateTime");
  EXPECT_THAT(times(9, {holding(six, {timeless, timed, timeless}), holding("", {timeless}),
                        holding(R"(,"effectiveDateTime":"2026-01-02T07:00:00Z")", {timeless})}),
              ElementsAre("other-resource", kSix, "2026-01-02T08:00:00Z", kSix, "other-resource", "no-time",
                          "other-resource", kSeven));
}

TEST_F(IntakeReportTimeTest, ComponentsHaveTheTimeOfTheWhole) {
  const std::string part = R"({"code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"valueQuantity":)"
                           R"({"value":20,"unit":"10*9/L"}})";
  const auto panel_at = [&](const std::string& time) {
    ObservationJson panel;
    panel.remove("valueQuantity").loinc("58410-2").remove("effectiveDateTime");
    return entry(panel.set("effectiveTiming", R"({"event":[)" + time + "]}")
                     .set("component", "[" + part + "," + part + "]")
                     .text());
  };
  EXPECT_THAT(times(9, {panel_at(R"("2026-01-02T06:00:00Z")"), panel_at(R"("2026-01-02T07:00:00Z")"), panel_at("")}),
              ElementsAre(kSix, kSix, kSeven, kSeven, "no-time", "no-time"));
}

TEST_F(IntakeReportTimeTest, PanelsInPanelsAreFollowedSoFar) {
  const auto nested = [&](int depth) {
    std::vector<std::string> entries = {count("p0")};
    for (int i = 1; i <= depth; ++i) {
      entries.push_back(panel("p" + std::to_string(i), "Observation/p" + std::to_string(i - 1)));
    }
    entries.push_back(report({"Observation/p" + std::to_string(depth)}, kSix));
    return times(1, entries);
  };
  EXPECT_THAT(nested(7), ElementsAre(kSix));
  EXPECT_THAT(nested(8), ElementsAre("no-time"));
}

}  // namespace
}  // namespace coagwatch::fhir

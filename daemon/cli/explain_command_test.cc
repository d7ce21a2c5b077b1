#include <gmock/gmock.h>

#include <algorithm>

#include "daemon/cli/program_fixture.h"
#include "rules/criterion/columns.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {
namespace {

using rules::YamlNode;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// Case T1 of the clinical reference (A.4), d0 to d2, as FHIR: laboratory results, a birth date and a diagnosis.
class Feed {
 public:
  Feed() {
    text_ = R"({"resourceType":"Patient","id":"17","birthDate":"1963-05-01"})"
            "\n"
            R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/17"},)"
            R"("onsetDateTime":"2026-01-01T06:00:00Z","code":{"coding":[{"system":)"
            R"("http://hl7.org/fhir/sid/icd-10","code":"A41.9"}]}})"
            "\n";
  }
  Feed& panel(const std::string& time, const char* platelets, const char* pt, const char* fdp, const char* fibrinogen) {
    add("777-3", "p" + time, time, platelets, "10*9/L");
    add("5902-2", "t" + time, time, pt, "s");
    add("30226-5", "f" + time, time, fdp, "ug/mL");
    return add("3255-7", "g" + time, time, fibrinogen, "g/L");
  }
  Feed& add(const std::string& loinc, std::string id, const std::string& time, const std::string& value,
            const std::string& unit, const std::string& rest = "") {
    std::replace(id.begin(), id.end(), ':', '-');
    text_ += R"({"resourceType":"Observation","id":")" + id +
             R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + loinc +
             R"("}]},"subject":{"reference":"Patient/17"},"effectiveDateTime":"2026-01-)" + time + R"(:00Z",)" + rest +
             R"("valueQuantity":{"value":)" + value + R"(,"unit":")" + unit +
             R"(","system":"http://unitsofmeasure.org","code":")" + unit + "\"}}\n";
    return *this;
  }
  Feed& d0_and_d1() {
    panel("01T08:00", "240", "13.2", "6", "5.20").panel("01T20:00", "165", "14.4", "14", "4.80");
    return panel("02T08:00", "118", "15.6", "22", "4.10").panel("02T20:00", "82", "17.4", "31", "3.00");
  }
  Feed& d2() { return panel("03T08:00", "96", "16.0", "28", "2.90"); }
  /// The count of d1 20:00 becomes 182.
  Feed& correction() { return add("777-3", "p02T20:00", "02T20:00", "182", "10*9/L", R"("meta":{"versionId":"2"},)"); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

const YamlNode& member(const YamlNode& node, std::string_view key) {
  for (const auto& [name, value] : node.entries) {
    if (name == key) return value;
  }
  throw std::out_of_range("no member " + std::string(key));
}

class ExplainCommand : public ProgramTest {
 protected:
  Outcome explain(const Feed& feed, std::vector<std::string> more) {
    more.insert(more.begin(), {"explain", "-", "-c", site_, "--patient", "Patient/17"});
    return run(more, feed.text());
  }
  /// The JSON of it.
  YamlNode json(const Feed& feed, std::vector<std::string> more) {
    more.emplace_back("--json");
    const Outcome outcome = explain(feed, more);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    std::vector<rules::Problem> problems;
    auto node = rules::parse_yaml(outcome.out, "explain", problems);
    EXPECT_TRUE(node && problems.empty()) << outcome.out;
    return node.value_or(YamlNode{});
  }
  /// `status min-max`, of the criterion that comes first.
  static std::string score(const YamlNode& explanation) {
    const YamlNode& first = member(explanation, "criteria").items.at(0);
    return member(first, "status").scalar + " " + member(first, "min").scalar + "-" + member(first, "max").scalar;
  }
  static std::vector<std::string> alerts(const YamlNode& explanation) {
    std::vector<std::string> texts;
    for (const YamlNode& alert : member(explanation, "alerts").items) {
      std::string text = member(alert, "kind").scalar;
      for (const YamlNode& criterion : member(alert, "criteria").items) text += " " + criterion.scalar;
      texts.push_back(text + " " + member(alert, "at").scalar + " line " + member(alert, "line").scalar);
    }
    return texts;
  }

  std::string site_ =
      directory_.write("site.yaml", "time: {source: event}\nsite: {pt-control-seconds: 12.0, isi: 1.0}\n");
};

TEST_F(ExplainCommand, T1IsExplainedAtEachOfItsTimes) {
  const Feed feed = Feed().d0_and_d1().d2();
  const auto at = [&](const std::string& time, const std::string& criterion) {
    return score(json(feed, {"--at", "2026-01-" + time + ":00Z", "--criterion", criterion}));
  };
  EXPECT_EQ(at("01T08:00", "isth-2001"), "not-met 0-0");
  EXPECT_EQ(at("01T20:00", "isth-2001"), "not-met 2-2");
  EXPECT_EQ(at("02T08:00", "isth-2001"), "not-met 3-3");
  EXPECT_EQ(at("02T20:00", "isth-2001"), "met 5-5");
  EXPECT_EQ(at("03T08:00", "isth-2001"), "met 5-5");
  EXPECT_EQ(score(json(feed, {"--criterion", "isth-2001"})), "met 5-5");
  // SIRS, which nobody sent, is one of its points.
  EXPECT_EQ(at("01T20:00", "jaam"), "indeterminate 3-4");
  EXPECT_EQ(at("02T08:00", "jaam"), "met 5-6");
  EXPECT_EQ(at("02T20:00", "jaam"), "met 7-8");
  EXPECT_EQ(at("03T08:00", "jaam"), "met 5-6");
}

TEST_F(ExplainCommand, ATimeBetweenTwoIsTheEarlierOne) {
  const YamlNode node = json(Feed().d0_and_d1(), {"--at", "2026-01-02T21:59:59+02:00"});
  EXPECT_EQ(member(node, "at").scalar, "2026-01-02T08:00:00Z");
  EXPECT_EQ(member(node, "asked").scalar, "2026-01-02T19:59:59Z");
}

// What stands is explained, and what was sent before the correction came is among the alerts.
TEST_F(ExplainCommand, ACorrectionCountsForTheTimeThatItIsOf) {
  const Feed feed = Feed().d0_and_d1().correction().d2();
  const YamlNode node = json(feed, {"--at", "2026-01-02T20:00:00Z", "--criterion", "isth-2001"});
  EXPECT_EQ(score(node), "not-met 4-4");
  const auto of_isth = [](const std::string& kind, const std::string& line) {
    return AllOf(StartsWith(kind + " isth-2001"), EndsWith(" 2026-01-02T20:00:00Z line " + line));
  };
  EXPECT_THAT(alerts(node),
              ElementsAre(StartsWith("trend isth-2001"), of_isth("onset", "17"), of_isth("retraction", "19")));
  std::vector<std::string> rules;
  for (const YamlNode& decision : member(node, "decisions").items) {
    if (const YamlNode* rule = decision.find("rule")) rules.push_back(rule->scalar);
  }
  EXPECT_THAT(rules, testing::Contains("settling")) << "a notice waits";
  EXPECT_THAT(rules, testing::Contains("episode-open")) << "and is silent beside an episode";
}

// A record has one kind in its headers, and its criteria have their own.
TEST_F(ExplainCommand, ARecordSaysWhatItIsOfEachCriterion) {
  const Feed feed = Feed().d0_and_d1().correction().d2();
  const YamlNode node = json(feed, {"--at", "2026-01-02T20:00:00Z"});
  std::vector<std::string> changes;
  for (const YamlNode& alert : member(node, "alerts").items) {
    if (member(alert, "kind").scalar != "retraction") continue;
    for (const YamlNode& change : member(alert, "changes").items) {
      changes.push_back(member(change, "kind").scalar + " " + member(change, "criterion").scalar + " " +
                        member(change, "priority").scalar);
    }
  }
  EXPECT_THAT(changes, ElementsAre("retraction isth-2001 task", "retraction sic passive", "amendment jaam passive"));
  const Outcome text = explain(feed, {"--at", "2026-01-02T20:00:00Z"});
  EXPECT_THAT(text.out, HasSubstr("  retraction        task          isth-2001                           line 19\n"));
  EXPECT_THAT(text.out, HasSubstr("\n                  retraction        passive       sic\n"
                                  "                  amendment         passive       jaam\n"));
}

TEST_F(ExplainCommand, TheTextShowsValuesBandsAndReasons) {
  const Outcome outcome = explain(Feed().d0_and_d1(), {"--criterion", "isth-2001", "--criterion", "jaam,sic"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(
      outcome.out,
      AllOf(HasSubstr("Patient     Patient/17\nAt          2026-01-02 20:00 UTC\nRule set    "),
            HasSubstr("platelets           82 x10^9/L              2026-01-02 20:00  0 min       "
                      "Observation/p02T20-00\n"),
            HasSubstr("computed from platelets, from 165 x10^9/L"),
            HasSubstr("sepsis                      yes       2026-01-01 06:00 to 2026-01-15 06:00    Condition/c1\n"),
            HasSubstr("Status    met, total 5. Met is 5 or more (totals 0 to 8): compatible with overt DIC\n"),
            HasSubstr("Gate      confirmed: underlying disorder (Condition/c1); adult (Patient/17)\n"),
            HasSubstr(">= 50 and < 100: 1              1\n"),
            HasSubstr("SIRS criteria             SIRS criteria met: no result")));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("Floor     4 of these items; needed: 3"), HasSubstr("\nALERTS\n")));
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(rules::width_of(line), 100U) << line;
    EXPECT_THAT(line, Not(EndsWith(" ")));
  }
}

TEST_F(ExplainCommand, WhatAMissingTestWouldChangeIsScored) {
  Feed feed;
  feed.add("777-3", "p", "02T08:00", "60", "10*9/L").add("5902-2", "t", "02T08:00", "16", "s");
  feed.add("3255-7", "g", "02T08:00", "2", "g/L");
  const Outcome outcome = explain(feed, {"--criterion", "isth-2001"});
  EXPECT_THAT(outcome.out,
              HasSubstr("  Would change:\n"
                        "  Fibrin/fibrinogen degradation products, < 10                    total 2       not-met\n"
                        "  mg/L                                    >= 10 and < 25          total 4       not-met\n"
                        "                                          >= 25                   total 5       met\n"));
}

TEST_F(ExplainCommand, UnusableAndDroppedResultsAreSaid) {
  Feed feed;
  feed.add("777-3", "x", "02T07:00", "30", "10*9/L",
           R"("specimen":{"reference":"#s"},"contained":[{"resourceType":"Specimen","id":"s","condition":[{"coding":)"
           R"([{"system":"http://terminology.hl7.org/CodeSystem/v2-0493","code":"CLOT"}]}]}],)");
  for (int hour = 10; hour < 22; ++hour) {
    feed.add("777-3", "p" + std::to_string(hour), "02T" + std::to_string(hour) + ":00", std::to_string(60 + hour),
             "10*9/L");
  }
  const std::string site = directory_.write("capped.yaml", "time: {source: event}\nlimits: {per-measure: 8}\n");
  const Outcome outcome = run({"explain", "-", "-c", site, "--patient", "Patient/17"}, feed.text());
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("NOT USABLE (kept as evidence, never scored)\n"
                                           "platelets           clotted-specimen        2026-01-02 07:00  14 h        "
                                           "Observation/x\n"),
                                 HasSubstr("DROPPED BY A CAP")));
}

// 2026-01-02 is a week and more before the newest result, and nothing of it is left in the window.
TEST_F(ExplainCommand, ATimeOutsideOfTheWindowIsExplainedAsItStoodThen) {
  Feed feed = Feed().d0_and_d1();
  feed.panel("20T08:00", "300", "12", "2", "3.00").panel("21T08:00", "300", "12", "2", "3.00");
  const YamlNode node = json(feed, {"--at", "2026-01-02T20:00:00Z", "--criterion", "isth-2001"});
  EXPECT_EQ(score(node), "met 5-5");
  EXPECT_EQ(member(node, "until").scalar, "2026-01-02T20:00:00Z");
  EXPECT_THAT(explain(feed, {"--at", "2026-01-02T20:00:00Z"}).out, HasSubstr("Results as they stood when the"));
  EXPECT_EQ(member(json(feed, {}), "until").kind, YamlNode::Kind::null);
}

TEST_F(ExplainCommand, NobodyElseIsNamed) {
  const Feed feed = Feed().d0_and_d1();
  const Outcome unknown = run({"explain", "-", "--patient", "Patient/1"}, feed.text());
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.out, IsEmpty());
  EXPECT_EQ(unknown.err, "coagwatch explain: no result of that patient key is in the files, which hold 1 patient\n");
  const Outcome early = explain(feed, {"--at", "2025-01-01T00:00:00Z"});
  EXPECT_EQ(early.code, 1);
  EXPECT_THAT(early.err, AllOf(HasSubstr("at or before --at"), Not(HasSubstr("17"))));
}

TEST_F(ExplainCommand, WhatItCannotDoIsSaid) {
  const Feed feed = Feed().d0_and_d1();
  for (const char* const time : {"yesterday", "2026-01-02", "2026-01-02T08:00:00"}) {
    const Outcome outcome = explain(feed, {"--at", time});
    EXPECT_EQ(outcome.code, 2) << time;
    EXPECT_THAT(outcome.err, HasSubstr("--at: expected a time with its zone")) << time;
  }
  const Outcome criterion = explain(feed, {"--criterion", "jam"});
  EXPECT_EQ(criterion.code, 2);
  EXPECT_THAT(criterion.err, HasSubstr("--criterion jam: not in force; did you mean jaam?"));
  EXPECT_EQ(run({"explain", "-"}).code, 2) << "no patient";
  const Outcome missing = run({"explain", "/no/such.ndjson", "--patient", "Patient/17"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("cannot be opened"));
  EXPECT_EQ(run({"explain", "-", "--patient", "Patient/17"}, feed.text(), "/dev/full").code, 1);
}

TEST_F(ExplainCommand, HelpReadsLikeAPage) {
  const Outcome help = run({"explain", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("newest collection time of a result at or before --at"), HasSubstr("Examples:"),
                              HasSubstr("Exit codes:")));
}

}  // namespace
}  // namespace coagwatch::daemon

#include <gmock/gmock.h>

#include "daemon/cli/program_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::string result(const std::string& id, const std::string& loinc, const std::string& value, const std::string& unit) {
  return R"({"resourceType":"Observation","id":")" + id +
         R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + loinc +
         R"("}]},"subject":{"reference":"Patient/17"},"effectiveDateTime":"2026-01-02T08:00:00Z","valueQuantity":)" +
         R"({"value":)" + value + R"(,"unit":")" + unit + R"(","system":"http://unitsofmeasure.org","code":")" + unit +
         "\"}}\n";
}

/// A low count, a broken line, and the FDP with which the patient meets ISTH and JAAM.
std::string feed() {
  return result("a", "777-3", "40", "10*9/L") + "{\"broken\n" + result("b", "30226-5", "60", "ug/mL");
}

class ReplayCommand : public ProgramTest {
 protected:
  /// The lines of a replay of `feed()` from standard input.
  std::vector<std::string> emitted(const std::vector<std::string>& kinds) {
    std::vector<std::string> arguments = {"replay", "-"};
    for (const std::string& kind : kinds) arguments.insert(arguments.end(), {"--emit", kind});
    const Outcome outcome = run(arguments, feed());
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.err, IsEmpty());
    return lines_of(outcome.out);
  }
};

TEST_F(ReplayCommand, AlertsAreBundlesAndTheDefault) {
  EXPECT_THAT(emitted({"alerts"}),
              ElementsAre(AllOf(StartsWith(R"({"resourceType":"Bundle")"), HasSubstr("Patient/17|isth-2001/iba|"))));
  EXPECT_EQ(emitted({}), emitted({"alerts"}));
}

TEST_F(ReplayCommand, NotificationsAreTheAlertsInTheirSecondForm) {
  EXPECT_THAT(emitted({"notifications"}),
              ElementsAre(AllOf(StartsWith(R"({"resourceType":"Bundle")"), HasSubstr(R"("type":"history")"),
                                HasSubstr("Patient/17|isth-2001/iba|"))));
}

TEST_F(ReplayCommand, AssessmentsAreOneForEachAppliedResult) {
  EXPECT_THAT(emitted({"assessments"}),
              ElementsAre(AllOf(StartsWith(R"({"patient":"Patient/17",)"), HasSubstr(R"("status":"indeterminate")")),
                          AllOf(HasSubstr(R"("cause":["Observation/b"])"), HasSubstr(R"("status":"met","min":5)"))));
}

TEST_F(ReplayCommand, StatusIsTheAssessmentWithEpisodes) {
  EXPECT_THAT(emitted({"status"}), ElementsAre(AllOf(StartsWith(R"({"patient":"Patient/17",)"),
                                                     Not(HasSubstr(R"({"criterion":"isth-2001")"))),
                                               HasSubstr(R"({"criterion":"isth-2001","number":1,"state":"open")")));
}

TEST_F(ReplayCommand, IntakeIsOneLineForEachResultFound) {
  EXPECT_THAT(
      emitted({"intake"}),
      ElementsAre(R"({"line":1,"entry":0,"resource":"Observation/a","patient":"Patient/17","disposition":"applied",)"
                  R"("reason":null,"measure":"platelets","low":"40","high":"40","unit":"10*9/L",)"
                  R"("at":"2026-01-02T08:00:00Z"})",
                  R"({"line":2,"entry":0,"resource":null,"patient":null,"disposition":"dead",)"
                  R"("reason":"malformed-json","text":"expected one JSON object"})",
                  AllOf(StartsWith(R"({"line":3,)"), HasSubstr(R"("measure":"fdp")"))));
}

TEST_F(ReplayCommand, UnmappedCodesAreCountedOverTheWholeInput) {
  const auto coded = [](const std::string& code) {
    return R"({"resourceType":"Observation","id":"t","status":"final","code":)" + code + "}\n";
  };
  const std::string text_only = coded(R"({"text":"Blutbild"})");
  const std::string crp =
      coded(R"({"coding":[{"system":"http://loinc.org","code":"48065-7","display":"C-Reactive Protein"}]})");
  const Outcome outcome = run({"replay", "-", "--emit", "unmapped"},
                              text_only + result("1", "2951-2", "140", "mmol/L") + crp + feed() +
                                  result("2", "2951-2", "141", "mmol/L") + result("3", "1-8", "1", "1"));
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(lines_of(outcome.out),
              ElementsAre(R"({"code":"http://loinc.org|2951-2","display":null,"why":null,"count":2})",
                          R"({"code":null,"display":"Blutbild","why":null,"count":1})",
                          R"({"code":"http://loinc.org|1-8","display":null,"why":null,"count":1})",
                          R"({"code":"http://loinc.org|48065-7","display":"C-Reactive Protein",)"
                          R"("why":"code: its text names another analyte","count":1})"));
  EXPECT_THAT(run({"replay", "-", "--emit", "unmapped,alerts"}, text_only).out,
              StartsWith(R"({"kind":"unmapped","key":null,"value":{"code":null,"display":"Blutbild")"));
  EXPECT_THAT(run({"replay", "-", "--emit", "unmapped"}, "").out, IsEmpty());
}

TEST_F(ReplayCommand, DeadLettersAreTheExactBytes) { EXPECT_THAT(emitted({"dead-letters"}), ElementsAre("{\"broken")); }

TEST_F(ReplayCommand, SeveralKindsAreToldApart) {
  const auto lines = emitted({"alerts", "dead-letters", "intake"});
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_THAT(lines[0], StartsWith(R"({"kind":"intake","key":"Patient/17","value":{"line":1,)"));
  EXPECT_EQ(lines[1], R"({"kind":"dead-letters","key":null,"value":"{\"broken"})");
  EXPECT_THAT(lines[2], StartsWith(R"({"kind":"intake","key":null,"value":{"line":2,)"));
  EXPECT_THAT(lines[3], StartsWith(R"({"kind":"intake","key":"Patient/17","value":{"line":3,)"));
  EXPECT_THAT(lines[4], StartsWith(R"({"kind":"alerts","key":"Patient/17","value":{"resourceType":"Bundle")"));
  EXPECT_EQ(emitted({"alerts,dead-letters,intake"}), lines) << "a list is as good";
}

// Bytes that are no text: U+FFFD would not be what came.
TEST_F(ReplayCommand, DeadLettersThatAreNotUtf8KeepTheirBytes) {
  const std::string bad = "{\"x\":\"\xC3\x28\xFF\"}";
  EXPECT_EQ(run({"replay", "-", "--emit", "dead-letters"}, bad + "\n").out, bad + "\n");
  EXPECT_THAT(lines_of(run({"replay", "-", "--emit", "dead-letters,alerts"}, bad + "\n{\"\xC3\xA9\n").out),
              ElementsAre(R"({"kind":"dead-letters","key":null,"value-base64":"eyJ4Ijoiwyj/In0="})",
                          "{\"kind\":\"dead-letters\",\"key\":null,\"value\":\"{\\\"\xC3\xA9\"}"));
}

/// One line of a capture: a record of noon.
std::string captured(int offset, const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == '"') text += '\\';
    if (c != '\n') text += c;
  }
  return R"({"topic":"in","partition":0,"offset":)" + std::to_string(offset) +
         R"(,"timestamp":1767355200000,"timestamp-type":"create","headers":[],"key":null,"value":")" + text + "\"}\n";
}

TEST_F(ReplayCommand, AJournalsTicksAreReplayed) {
  const std::string head = "{\"coagwatch-capture\":1,\"topic\":\"in\",\"partitions\":1}\n";
  const std::string feed =
      head + captured(0, result("a", "777-3", "40", "10*9/L")) + captured(1, result("b", "30226-5", "60", "ug/mL"));
  EXPECT_THAT(lines_of(run({"replay", "-"}, feed).out), SizeIs(1));
  const std::string tick = directory_.write(
      "tick.ndjson", head + captured(0, R"({"version":1,"kind":"tick","after-offset":1,"time":1767441700000})"));
  const Outcome with = run({"replay", "-", "--journal", tick}, feed);
  EXPECT_THAT(lines_of(with.out), ElementsAre(HasSubstr("|onset|"), HasSubstr("|re-evaluation-due|"))) << with.err;
  const std::string odd =
      directory_.write("odd.ndjson", head + captured(0, R"({"version":1,"kind":"tick","after-offset":1})"));
  const Outcome refused = run({"replay", "-", "--journal", odd}, feed);
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("a tick without"));
}

// Of a topic that the router stage divides, a partition holds some of each patient's results.
TEST_F(ReplayCommand, ACaptureOfWhatTheRouterDividesIsToldFromWhatTheDaemonScores) {
  const std::string config = directory_.write("c.yaml", "input: {topics: [in], keyed-by-patient: no}\n");
  const auto err = [&](const std::string& topic, int partition) {
    std::string line = captured(0, result("a", "777-3", "40", "10*9/L"));
    line.replace(line.find("\"partition\":0"), 13, "\"partition\":" + std::to_string(partition));
    const std::string head = R"({"coagwatch-capture":1,"topic":")" + topic + "\",\"partitions\":2}\n";
    return run({"replay", "-", "-c", config}, head + line).err;
  };
  EXPECT_THAT(err("in", 1), HasSubstr("each partition of in was folded by itself"));
  EXPECT_EQ(err("in", 0), "");
  EXPECT_EQ(err("coagwatch.by-patient", 1), "");
}

// The key is the input's, whatever its bytes, and a captured value may hold line breaks.
TEST_F(ReplayCommand, DeadLettersOfACaptureAreTheSame) {
  const std::string capture =
      "{\"coagwatch-capture\":1,\"topic\":\"in\",\"partitions\":1}\n"
      R"({"topic":"in","partition":0,"offset":0,"timestamp":1,"timestamp-type":"create","headers":[],)"
      R"("key-base64":"/w==","value":"{\n"})"
      "\n";
  EXPECT_EQ(run({"replay", "-", "--emit", "dead-letters"}, capture).out, "{\n\n");
  EXPECT_THAT(lines_of(run({"replay", "-", "--emit", "dead-letters,alerts"}, capture).out),
              ElementsAre(R"({"kind":"dead-letters","key-base64":"/w==","value":"{\n"})"));
}

TEST_F(ReplayCommand, FilesAreAsGoodAsStandardInput) {
  const std::string file = directory_.write("feed.ndjson", feed());
  EXPECT_EQ(lines_of(run({"replay", file}).out), emitted({"alerts"}));
  // One feed from two files, the second with DOS line ends and a blank line, and no break after the last line.
  const std::string second = result("b", "30226-5", "60", "ug/mL");
  const Outcome parts = run({"replay", directory_.write("1.ndjson", result("a", "777-3", "40", "10*9/L")),
                             directory_.write("2.ndjson", "\r\n" + second.substr(0, second.size() - 1))});
  EXPECT_EQ(lines_of(parts.out), emitted({"alerts"}));
}

TEST_F(ReplayCommand, TimesWithoutZoneAreTheSites) {
  const std::string site = directory_.write("site.yaml", "site: {time-zone: Australia/Lord_Howe}\n");
  std::string input;
  for (const char* time : {"2026-01-02T08:00:00", "2026-07-02T08:00:00", "2026-07-02", "2026-04-05T01:45:00"}) {
    std::string line = result("a", "777-3", "40", "10*9/L");
    const std::string known = "2026-01-02T08:00:00Z";
    input += line.replace(line.find(known), known.size(), time);
  }
  const Outcome outcome = run({"replay", "-", "-c", site, "--emit", "intake"}, input);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(lines_of(outcome.out),
              ElementsAre(HasSubstr(R"("at":"2026-01-01T21:00:00Z")"), HasSubstr(R"("at":"2026-07-01T21:30:00Z")"),
                          HasSubstr(R"("at":"2026-07-01T13:30:00Z")"),
                          HasSubstr(R"("disposition":"dead","reason":"invalid-time")")));
}

TEST_F(ReplayCommand, NothingGivesNothing) {
  const Outcome outcome = run({"replay", "-"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST_F(ReplayCommand, WhatItCannotDoIsSaid) {
  const Outcome kind = run({"replay", "-", "--emit", "alarms"});
  EXPECT_EQ(kind.code, 2);
  EXPECT_THAT(kind.err, HasSubstr("alarms: expected one of alerts, assessments, status, intake, dead-letters"));
  const Outcome missing = run({"replay", "/no/such.ndjson"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.out, IsEmpty());
  EXPECT_EQ(missing.err, "coagwatch replay: /no/such.ndjson: cannot be opened: No such file or directory\n");
  const Outcome full = run({"replay", "-"}, feed(), "/dev/full");
  EXPECT_EQ(full.code, 1);
  EXPECT_EQ(full.err, "coagwatch replay: the output could not be written\n");
}

}  // namespace
}  // namespace coagwatch::daemon

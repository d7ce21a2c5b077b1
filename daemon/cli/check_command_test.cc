#include <gmock/gmock.h>

#include "daemon/cli/program_fixture.h"
#include "daemon/kafka/kafka_broker.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CheckCommand : public ProgramTest {
 protected:
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
};

constexpr const char* kGood = "input: {topics: [a], keyed-by-patient: yes}\n";
// Three mistakes on three lines.
constexpr const char* kBad = "input: {topics: [a], keyed-by-patient: yes}\ninputs: 1\nworkers: many\nsite: {isi: -1}\n";

TEST_F(CheckCommand, AGoodFileIsOk) {
  const std::string file = directory_.write("good.yaml", kGood);
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(StartsWith(file + ": ok, 16 criteria, rule set "), HasSubstr("\n")));
  EXPECT_THAT(outcome.err, IsEmpty());
  const Outcome json = run({"check", "-c", file, "--json"});
  EXPECT_EQ(json.code, 0);
  EXPECT_EQ(json.out, "{\"ok\":true,\"problems\":[]}\n");
  EXPECT_THAT(json.err, IsEmpty());
}

TEST_F(CheckCommand, EveryProblemIsNamedWithItsPlaceInOneRun) {
  const std::string file = directory_.write("bad.yaml", kBad);
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr(file + ":2:9: inputs: unknown key; did you mean input?"));
  EXPECT_THAT(outcome.err, HasSubstr(file + ":3:10: workers: expected a number"));
  EXPECT_THAT(outcome.err, HasSubstr(file + ":4:13: site.isi: "));
}

TEST_F(CheckCommand, ProblemsAsJsonGoToStandardOutput) {
  const std::string file = directory_.write("bad.yaml", kBad);
  const Outcome outcome = run({"check", "-c", file, "--json"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, StartsWith("{\"ok\":false,\"problems\":[{\"file\":\"" + file +
                                      "\",\"line\":2,\"column\":9,\"key\":\"inputs\",\"text\":\"unknown key"));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(CheckCommand, NoStageHidesTheProblemsOfTheNext) {
  const std::string file = directory_.write("all.yaml",
                                            "criteria: {profiles: {jaam: xx}, enabled: [isth-2002]}\n"
                                            "terminology: {maps: [nomap.json, broken.json]}\n"
                                            "limits: {entries: 0}\n"
                                            "input: {topics: [a, b], keyed-by-patient: yes}\n");
  directory_.write("broken.json", "{");
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(lines(outcome.err),
              ElementsAre(StartsWith(file + ":1:29: criteria.profiles.jaam: "),
                          StartsWith(file + ":1:43: criteria.enabled: there is no criterion isth-2002"),
                          AllOf(StartsWith(file + ":2:21: terminology.maps: "), HasSubstr("nomap.json")),
                          StartsWith(file + ":3:19: limits.entries: expected a number"),
                          StartsWith(file + ":4:17: input.topics: with input.keyed-by-patient"),
                          HasSubstr("broken.json:1:0: ")));
  EXPECT_EQ(run({"run", "-c", file}).err, outcome.err);
  EXPECT_THAT(run({"criteria", "-c", file}).err, Not(HasSubstr("keyed-by-patient"))) << "which needs no Kafka";
}

TEST_F(CheckCommand, NothingIsSaidOfWhatCouldNotBeRead) {
  const std::string broken = directory_.write("broken.yaml", "input: [\n");
  EXPECT_THAT(lines(run({"check", "-c", broken}).err), ElementsAre(StartsWith(broken + ":")));
  const std::string file = directory_.write("misspelled.yaml", "inputs: {topics: [a], keyed-by-patient: yes}\n");
  EXPECT_THAT(lines(run({"check", "-c", file}).err),
              ElementsAre(HasSubstr("inputs: unknown key; did you mean input?")));
}

TEST_F(CheckCommand, CriteriaAndMapsAreCheckedToo) {
  directory_.write("criteria/own.yaml", "id: own\nversion: one\n");
  const std::string file =
      directory_.write("site.yaml", std::string(kGood) + "criteria: {directory: criteria, enabled: [own]}\n");
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("criteria/own.yaml:"));
}

// A hospital's own SOFA without `defines` would leave an item of SIC open for ever.
TEST_F(CheckCommand, WarnsOfAScoreThatNobodyDefines) {
  directory_.write(
      "criteria/sofa.yaml",
      "id: sofa\nversion: 9.0.0\ntitle: S\ncitation: none\nmeaning: met\nitems:\n"
      "  - {name: a, title: A, provenance: recalled, fact: shock, points: {yes: 2, no: 0}}\nmet: {ge: 1}\n");
  const std::string file = directory_.write(
      "site.yaml", std::string(kGood) + "criteria: {directory: criteria, enabled: [sic, sofa, sac]}\n");
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith(file + ": ok, 3 criteria"));
  EXPECT_EQ(outcome.err,
            "warning: sac scores sofa-respiratory, which no criterion in force defines; only a reported one counts\n"
            "warning: sac scores sofa-cardiovascular, which no criterion in force defines; only a reported one counts\n"
            "warning: sic scores sofa-four, which no criterion in force defines, and nobody can send\n");
  EXPECT_THAT(run({"check", "-c", file, "--json"}).out,
              AllOf(StartsWith("{\"ok\":true,\"warnings\":[\"sac scores sofa-respiratory, "),
                    HasSubstr("\"],\"problems\":[]}\n")));
}

TEST_F(CheckCommand, WhatCannotRunIsNotOk) {
  const std::string file = directory_.write("two.yaml", "input: {topics: [a, b], keyed-by-patient: yes}\n");
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("input.topics: with input.keyed-by-patient there can be only one"));
  EXPECT_EQ(run({"run", "-c", file}).code, 2) << "and the daemon refuses it with the same words";
  EXPECT_EQ(run({"run", "-c", file}).err, outcome.err);
}

// Not at the first poll: then the daemon would have been taken for a working one.
TEST_F(CheckCommand, WhatLibrdkafkaWouldRefuseIsNamedWithItsPlace) {
  const std::string file = directory_.write(
      "good.yaml", std::string(kGood) + "kafka:\n  properties:\n    sasl.usrname: x\n    linger.ms: soon\n");
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(lines(outcome.err), ElementsAre(StartsWith(file + ":4:19: kafka.properties.sasl.usrname: No such"),
                                              StartsWith(file + ":5:16: kafka.properties.linger.ms: Invalid value")));
}

TEST_F(CheckCommand, AGroupProtocolThatTheLibraryDoesNotHaveIsRefusedAtOnce) {
  const std::string file = directory_.write(
      "new.yaml", std::string(kGood) + "kafka: {group-protocol: consumer, brokers: \"127.0.0.1:1\"}\n");
  const Outcome outcome = run({"check", "-c", file});
  if (kafka::library_has_consumer_protocol()) {
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return;
  }
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("new.yaml:2:25: kafka.group-protocol: consumer needs librdkafka 2.12.0 or later, "
                                     "and this is " +
                                     kafka::library_version()));
  const Outcome daemon = run({"run", "-c", file});
  EXPECT_EQ(daemon.code, 2);
  EXPECT_EQ(daemon.err, outcome.err);
}

}  // namespace
}  // namespace coagwatch::daemon

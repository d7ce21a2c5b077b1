#include <gmock/gmock.h>

#include "daemon/cli/program_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using CheckCommand = ProgramTest;

constexpr const char* kGood = "input: {topics: [a], keyed-by-patient: yes}\n";
// Three mistakes on three lines.
constexpr const char* kBad = "input: {topics: [a], keyed-by-patient: yes}\ninputs: 1\nworkers: many\nsite: {isi: -1}\n";

TEST_F(CheckCommand, AGoodFileIsOk) {
  const std::string file = directory_.write("good.yaml", kGood);
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(StartsWith(file + ": ok, 3 criteria, rule set "), HasSubstr("\n")));
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

TEST_F(CheckCommand, CriteriaAndMapsAreCheckedToo) {
  directory_.write("criteria/own.yaml", "id: own\nversion: one\n");
  const std::string file =
      directory_.write("site.yaml", std::string(kGood) + "criteria: {directory: criteria, enabled: [own]}\n");
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("criteria/own.yaml:"));
}

TEST_F(CheckCommand, WhatCannotRunIsNotOk) {
  const std::string file = directory_.write("rekey.yaml", "input: {topics: [a]}\n");
  const Outcome outcome = run({"check", "-c", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("input.keyed-by-patient: expected yes"));
  EXPECT_EQ(run({"run", "-c", file}).code, 2) << "and the daemon refuses it with the same words";
  EXPECT_EQ(run({"run", "-c", file}).err, outcome.err);
}

}  // namespace
}  // namespace coagwatch::daemon

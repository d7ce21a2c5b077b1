// What the program says of itself, and of a command line that it does not understand. Numbers, not the program's names
// for them: the exit codes are its interface.

#include <gmock/gmock.h>

#include "daemon/cli/program_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CommandLine : public ProgramTest {
 protected:
  void expect_refused(const std::vector<std::string>& arguments, const std::string& text) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << text;
    EXPECT_THAT(outcome.out, IsEmpty()) << text;
    EXPECT_THAT(outcome.err, HasSubstr(text));
  }
};

const std::vector<std::string>& commands() {
  static const std::vector<std::string> names = {"run", "check", "test", "replay", "capture", "criteria"};
  return names;
}

TEST_F(CommandLine, HelpListsTheCommandsAndTheExitCodes) {
  const Outcome help = run({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.err, IsEmpty());
  for (const std::string& command : commands()) EXPECT_THAT(help.out, HasSubstr("\n  " + command + " "));
  EXPECT_THAT(help.out, AllOf(HasSubstr("Exit codes: 0 success"), HasSubstr("no diagnosis")));
}

TEST_F(CommandLine, EveryCommandHasHelpAndVersion) {
  for (const std::string& command : commands()) {
    const Outcome help = run({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, AllOf(HasSubstr("Usage:"), HasSubstr("--config FILE"), Not(HasSubstr("FILE:FILE"))));
    EXPECT_THAT(help.err, IsEmpty()) << command;
    EXPECT_THAT(run({command, "--version"}).out, StartsWith("coagwatch " COAGWATCH_VERSION));
  }
}

TEST_F(CommandLine, SoHaveThoseOfState) {
  for (const char* command : {"dump", "verify", "repartition", "rebase"}) {
    const Outcome help = run({"state", command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, AllOf(HasSubstr("Exit codes: 0 success"), HasSubstr("--version"))) << command;
    EXPECT_THAT(run({"state", command, "--version"}).out, StartsWith("coagwatch " COAGWATCH_VERSION));
  }
}

TEST_F(CommandLine, VersionNamesItselfAndLibrdkafka) {
  const Outcome version = run({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, StartsWith("coagwatch " COAGWATCH_VERSION " (librdkafka "));
  EXPECT_THAT(version.err, IsEmpty());
}

TEST_F(CommandLine, WhatIsMissingIsNamed) {
  expect_refused({}, "subcommand is required");
  expect_refused({"run"}, "--config is required");
  expect_refused({"check"}, "--config is required");
  expect_refused({"test"}, "files is required");
  expect_refused({"replay"}, "files is required");
  expect_refused({"capture"}, "topic is required");
  expect_refused({"forget", "--patient", ""}, "nobody has an empty key");
}

TEST_F(CommandLine, WhatIsUnknownIsNamed) {
  expect_refused(
      {"frob"},
      "unknown command frob; the commands are run, check, test, replay, explain, capture, state, forget, criteria");
  expect_refused({"criterias"}, "unknown command criterias; did you mean criteria?");
  expect_refused({"--frob"}, "unknown option --frob");
  expect_refused({"frob", "check"}, "unknown command frob");
  expect_refused({"criteria", "--frob"}, "--frob");
  expect_refused({"criteria", "jaam", "extra"}, "extra");
}

TEST_F(CommandLine, AFileThatIsNotThereIsNamed) {
  for (const std::string& command : commands()) {
    expect_refused({command, "x", "-c", "/no/such.yaml"}, "/no/such.yaml");
  }
  expect_refused({"check", "-c", directory_.path()}, directory_.path());
}

TEST_F(CommandLine, LostOutputIsAFailure) {
  const std::string config = directory_.write("c.yaml", "input: {topics: [a], keyed-by-patient: yes}\n");
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"criteria"}, {"criteria", "jmhw"}, {"check", "-c", config}}) {
    const Outcome outcome = run(arguments, "", "/dev/full");
    EXPECT_EQ(outcome.code, 1) << arguments.front();
    EXPECT_THAT(outcome.err, HasSubstr("output could not be written"));
  }
}

}  // namespace
}  // namespace coagwatch::daemon

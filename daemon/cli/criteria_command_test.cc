#include <gmock/gmock.h>

#include <algorithm>

#include "daemon/cli/program_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

using CriteriaCommand = ProgramTest;

TEST_F(CriteriaCommand, ListsOneOnALine) {
  const Outcome outcome = run({"criteria"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, MatchesRegex("cdss +1\\.0\\.0 +Chinese[^\n]*\nerez [^\n]*\n"
                                        "isth-2001 +1\\.0\\.0 +iba +ISTH[^\n]*\nisth-2025 .*\njaam +1\\.0\\.0 +ja +JAAM"
                                        ".*\nsofa +1\\.0\\.0 +SOFA[^\n]*\n"));
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 16);
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(CriteriaCommand, PrintsATableWithItsCitation) {
  const Outcome outcome = run({"criteria", "jaam"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith("jaam 1.0.0, profile ja\n"));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("Gando S"), HasSubstr("doi 10.1097/01.CCM.0000202209.42491.38")));
  EXPECT_THAT(outcome.out, MatchesRegex(".*\n  Platelets\n.*\n    >= 80 and < 120 x10\\^9/L +1\n.*"));
  EXPECT_THAT(outcome.out, HasSubstr("\nTotal 0 to 8; met from 4 "));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(CriteriaCommand, PrintsTheNotesThatQualifyIt) {
  EXPECT_THAT(run({"criteria", "isth-2001"}).out,
              AllOf(HasSubstr("PMID 11816725"), HasSubstr("\nNotes\n  - "),
                    HasSubstr("\n  - Only for patients with an underlying disorder")));
}

TEST_F(CriteriaCommand, ShowsTheProfileThatTheConfigurationChooses) {
  const std::string file = directory_.write("en.yaml", "criteria: {profiles: {jaam: en}}\n");
  EXPECT_THAT(run({"criteria", "jaam", "-c", file}).out, StartsWith("jaam 1.0.0, profile en\n"));
}

TEST_F(CriteriaCommand, AnUnknownOneIsNamedWithTheNearest) {
  const Outcome outcome = run({"criteria", "jam"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_EQ(outcome.err, "coagwatch criteria: no criterion jam: did you mean jaam?\n");
}

}  // namespace
}  // namespace coagwatch::daemon

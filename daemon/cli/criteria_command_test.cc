#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"

namespace coagwatch::daemon {
namespace {

using testing::HasSubstr;

/// What the command prints for one criterion.
std::string printed(const std::string& id, int code = kExitOk) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(criteria_command({id, ""}), code);
  return testing::internal::GetCapturedStdout();
}

TEST(CriteriaCommand, ListsThemAll) {
  const std::string list = printed("");
  for (const char* id : {"isth-2001", "jaam", "jmhw"}) EXPECT_THAT(list, HasSubstr(id));
}

TEST(CriteriaCommand, PrintsTheTableWithItsCitation) {
  const std::string table = printed("isth-2001");
  EXPECT_THAT(table, HasSubstr("PMID 11816725"));
  EXPECT_THAT(table, HasSubstr("Platelets (platelets)"));
  EXPECT_THAT(table, HasSubstr("met from 5"));
}

TEST(CriteriaCommand, PrintsTheNotesThatQualifyIt) {
  EXPECT_THAT(printed("isth-2001"), testing::AllOf(HasSubstr("\nNotes\n  - "),
                                                   HasSubstr("\n  - Only for patients with an underlying disorder")));
}

TEST(CriteriaCommand, AnUnknownOneIsRefused) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(printed("jaaam", kExitUsage), "");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("did you mean jaam?"));
}

}  // namespace
}  // namespace coagwatch::daemon

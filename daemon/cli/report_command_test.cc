// `replay --report`. Its numbers are checked by tests/report.

#include <gmock/gmock.h>

#include <filesystem>

#include "daemon/cli/program_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReportCommand : public ProgramTest {
 protected:
  ReportCommand() : report_(directory_.path() + "/r.html") {}
  std::string page() {
    std::ostringstream text;
    text << std::ifstream(report_, std::ios::binary).rdbuf();
    return text.str();
  }
  const std::string report_;
};

TEST_F(ReportCommand, IsWrittenAlone) {
  const Outcome outcome = run({"replay", TEST_SAMPLE, "--report", report_, "--report-patients", "2", "--emit", "none"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(page(), AllOf(HasSubstr("observations.ndjson"), HasSubstr(">5,724<"), HasSubstr("are left out"),
                            Not(HasSubstr("tongji-")), Not(HasSubstr(directory_.path()))));
  EXPECT_FALSE(std::filesystem::exists(report_ + ".unfinished"));
}

TEST_F(ReportCommand, AlertsArePrintedBesides) {
  const Outcome both = run({"replay", TEST_SAMPLE, "--report", report_, "--report-keys"});
  EXPECT_EQ(both.code, 0);
  EXPECT_EQ(both.out, run({"replay", TEST_SAMPLE}).out);
  EXPECT_THAT(page(), HasSubstr("tongji-"));
}

TEST_F(ReportCommand, NothingToReadIsAReportToo) {
  const Outcome outcome = run({"replay", "-", "--report", report_});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(page(), AllOf(HasSubstr("standard input"), HasSubstr("no result was applied"), HasSubstr("</html>")));
}

TEST_F(ReportCommand, IsRefusedBeforeTheFirstRecord) {
  const std::string nowhere = directory_.path() + "/none/r.html";
  const Outcome unwritable = run({"replay", "-", "--report", nowhere});
  EXPECT_EQ(unwritable.code, 2);
  EXPECT_THAT(unwritable.err, HasSubstr("none/r.html: cannot be written"));
  const Outcome outcomes =
      run({"replay", "-", "--report", report_, "--outcomes", directory_.write("o.csv", "patient,label\n17,perhaps\n")});
  EXPECT_EQ(outcomes.code, 2);
  EXPECT_THAT(outcomes.err, HasSubstr("o.csv: line 2: label: expected 1, 0, yes or no"));
  EXPECT_FALSE(std::filesystem::exists(report_));
  EXPECT_FALSE(std::filesystem::exists(report_ + ".unfinished"));
  for (const char* option : {"--report-keys", "--report-patients=3"}) {
    EXPECT_EQ(run({"replay", "-", option}).code, 2) << option << " needs --report";
  }
}

// A replay that stops early must not take the report of the day before with it.
TEST_F(ReportCommand, AnUnfinishedReplayLeavesTheOldReport) {
  directory_.write("r.html", "old");
  const Outcome outcome = run({"replay", TEST_SAMPLE, directory_.path() + "/missing", "--report", report_});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(page(), "old");
}

}  // namespace
}  // namespace coagwatch::daemon

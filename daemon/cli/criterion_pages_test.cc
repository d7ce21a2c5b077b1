#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "daemon/cli/program_fixture.h"

// Files of rules/criteria/ that the program writes.

namespace coagwatch::daemon {
namespace {

class CriterionPages : public ProgramTest {
 protected:
  void expect_written(const std::string& name, const std::vector<std::string>& arguments) {
    const auto file = std::filesystem::path(__FILE__).parent_path() / "../../rules/criteria" / name;
    const std::string written = run(arguments).out;
    if (std::getenv("COAGWATCH_TEST_UPDATE") != nullptr) std::ofstream(file) << written;
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    EXPECT_TRUE(text.str() == written) << "run this test with COAGWATCH_TEST_UPDATE=1 to rewrite " << name;
  }
};

TEST_F(CriterionPages, ReadmeSaysWhatTheCriteriaSay) { expect_written("README.md", {"criteria", "--markdown"}); }

TEST_F(CriterionPages, TestSchemaSaysWhatTheReaderKnows) {
  expect_written("criterion-test.schema.json", {"criteria", "--test-schema"});
}

TEST_F(CriterionPages, SchemaIsPrintedToo) { expect_written("criterion.schema.json", {"criteria", "--schema"}); }

}  // namespace
}  // namespace coagwatch::daemon

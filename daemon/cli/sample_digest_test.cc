// What the program makes of the sample is the same bytes in every build, run and order of workers: this test runs in
// all builds, and tests/simulation compares any number of workers with one fold.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "daemon/cli/program_fixture.h"
#include "daemon/config/sha256.h"

namespace coagwatch::daemon {
namespace {

using SampleDigest = ProgramTest;

TEST_F(SampleDigest, IsTheSameInEveryBuild) {
  const std::filesystem::path root = std::filesystem::absolute(__FILE__).parent_path() / "../..";
  const std::string sample = (root / "deploy/sample/observations.ndjson").string();
  const std::string site = (root / "deploy/sample/site.yaml").string();
  std::string digests;
  for (const char* kind : {"alerts", "assessments", "notifications", "status"}) {
    const Outcome outcome = run({"replay", sample, "-c", site, "--emit", kind});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    digests.append(sha256_hex(outcome.out)).append("  ").append(kind).append("\n");
  }
  const std::filesystem::path file = root / "deploy/sample/digests.txt";
  if (std::getenv("COAGWATCH_TEST_UPDATE") != nullptr) std::ofstream(file) << digests;
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), digests) << "If the change is meant, this test with COAGWATCH_TEST_UPDATE=1 writes them.";
}

}  // namespace
}  // namespace coagwatch::daemon

#include "rules/episodes/machine.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace coagwatch::rules {
namespace {

TEST(EpisodeMachine, TheChartInTheDocumentIsTheTable) {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "README.md";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string old = text.str();
  const std::string open = "<!-- machine -->\n";
  const std::size_t first = old.find(open);
  const std::size_t last = old.find("<!-- /machine -->");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(last, std::string::npos);
  const std::string made = old.substr(0, first + open.size()) + machine_markdown() + old.substr(last);
  if (std::getenv("COAGWATCH_TEST_UPDATE") != nullptr) std::ofstream(path) << made;
  EXPECT_EQ(made, old) << "COAGWATCH_TEST_UPDATE=1 writes it";
}

TEST(EpisodeMachine, OnlyAnExclusionOrASecondEvaluationBelowEndsAnEpisode) {
  for (std::size_t reading = 0; reading < kReadingCount; ++reading) {
    const auto read = static_cast<Reading>(reading);
    for (const Stage stage : {Stage::open, Stage::resolving}) {
      const Transition to = transition(stage, read);
      const bool ends = to.next == Stage::none;
      EXPECT_EQ(ends, read == Reading::excluded || (stage == Stage::resolving && read == Reading::below_again));
      EXPECT_EQ(to.move == Move::none, !ends);
    }
  }
}

TEST(EpisodeMachine, NothingButMetBeginsOne) {
  for (const Stage stage : {Stage::none, Stage::watched, Stage::probable}) {
    for (std::size_t reading = 0; reading < kReadingCount; ++reading) {
      const auto read = static_cast<Reading>(reading);
      const bool begins = read == Reading::met || (stage == Stage::watched && read == Reading::met_by_vitals_yet);
      EXPECT_EQ(transition(stage, read).move == Move::begin, begins) << reading;
    }
  }
}

}  // namespace
}  // namespace coagwatch::rules

#include "daemon/fold/open_episodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace coagwatch::daemon {
namespace {

using rules::EpisodeState;
using testing::ElementsAre;

rules::PatientState with(std::vector<std::pair<std::string, EpisodeState>> episodes) {
  rules::PatientState state;
  for (auto& [criterion, stage] : episodes) {
    state.episodes.emplace_back();
    state.episodes.back().criterion = std::move(criterion);
    state.episodes.back().state = stage;
  }
  return state;
}

TEST(OpenEpisodes, OpenAndResolvingOnesRun) {
  const OpenEpisodes episodes({"a", "b"});
  EXPECT_EQ(episodes.of({}), 0U);
  EXPECT_EQ(episodes.of(with({{"a", EpisodeState::open}})), 1U);
  EXPECT_EQ(episodes.of(with({{"a", EpisodeState::open}, {"b", EpisodeState::resolving}})), 3U);
  for (const EpisodeState ended : {EpisodeState::none, EpisodeState::closed, EpisodeState::retracted}) {
    EXPECT_EQ(episodes.of(with({{"a", ended}, {"b", EpisodeState::open}})), 2U);
  }
}

TEST(OpenEpisodes, ACriterionThatIsNotInForceIsNotCounted) {
  const OpenEpisodes episodes({"a"});
  EXPECT_EQ(episodes.of(with({{"gone", EpisodeState::open}})), 0U);
}

TEST(OpenEpisodes, CountsPatientsByCriterion) {
  OpenEpisodes episodes({"a", "b", "c"});
  episodes.replace(0, 0b011);
  episodes.replace(0, 0b001);
  EXPECT_THAT(episodes.counts(), ElementsAre(2, 1, 0));
  episodes.replace(0b011, 0b110);
  EXPECT_THAT(episodes.counts(), ElementsAre(1, 1, 1));
  episodes.replace(0b110, 0b110);
  EXPECT_THAT(episodes.counts(), ElementsAre(1, 1, 1));
  episodes.replace(0b001, 0);
  episodes.replace(0b110, 0);
  EXPECT_THAT(episodes.counts(), ElementsAre(0, 0, 0));
}

TEST(OpenEpisodes, TheSixtyFourthCriterionIsTheLast) {
  std::vector<std::string> names;
  for (int i = 0; i < 65; ++i) names.push_back("c" + std::to_string(i));
  OpenEpisodes episodes(names);
  const auto last = episodes.of(with({{"c63", EpisodeState::open}, {"c64", EpisodeState::open}}));
  episodes.replace(0, last);
  EXPECT_EQ(episodes.counts().size(), 64U);
  EXPECT_EQ(episodes.counts()[63], 1U);
}

}  // namespace
}  // namespace coagwatch::daemon

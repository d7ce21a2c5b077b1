#include "rules/episodes/decisions.h"

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DecisionsTest : public IsthTest {
 protected:
  /// `onset isth-2001`, and where it was not told the rule that withheld it.
  [[nodiscard]] Lines kept() const {
    Lines all;
    for (const Decision& decision : patient.state.decisions) {
      std::string line = std::string(alert_kind_name(decision.kind)) + " " + decision.criterion;
      if (!decision.sent) line.append(" ").append(quiet_name(decision.quiet));
      all.push_back(line);
    }
    return all;
  }
};

TEST_F(DecisionsTest, WhatWasToldAndWhatWasNotIsKept) {
  met(hour(8));
  EXPECT_THAT(kept(), ElementsAre("onset isth-2001"));
  not_met(hour(20));
  EXPECT_THAT(kept(),
              ElementsAre("onset isth-2001", "resolution isth-2001 no-panel", "resolution isth-2001 unconfirmed"))
      << "each once, in how many pieces the panel may come";
  not_met(hour(32));
  EXPECT_EQ(kept().back(), "resolution isth-2001");
  EXPECT_EQ(patient.state.decisions.front().record, 1U);
  EXPECT_EQ(patient.state.decisions.back().record, 2U);
}

TEST_F(DecisionsTest, WhoAlertsNobodyIsNotKept) {
  only({shipped_criterion("isth-2025")});
  met(hour(8));
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(DecisionsTest, TheOldestOfEitherOutcomeMakeRoom) {
  EpisodeEvent event;
  for (std::size_t i = 0; i < kMaxDecisions + 3; ++i) {
    event.at = hour(static_cast<std::int64_t>(i));
    plan.clear();
    plan.events = {event};
    remember_decisions(rules, plan, patient.state);
    plan.events.clear();
    for (int minute = 0; minute < 5; ++minute) {
      event.at = hour(static_cast<std::int64_t>(i), minute);
      plan.withheld = {event};
      plan.withheld[0].quiet = Quiet::settling;
      remember_decisions(rules, plan, patient.state);
      remember_decisions(rules, plan, patient.state);
    }
  }
  const std::vector<Decision>& all = patient.state.decisions;
  EXPECT_EQ(all.size(), 2 * kMaxDecisions);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(all, true, &Decision::sent)), kMaxDecisions);
  const auto first = std::ranges::find(all, true, &Decision::sent);
  EXPECT_EQ(first->at, hour(3)) << "the three before it made room";
  EXPECT_EQ(first->record, 4U);
}

}  // namespace
}  // namespace coagwatch::rules

// Case T1 of the clinical reference (A.4): a man of 62 with pneumonia, one panel every 12 to 24 h, platelets given at
// d2 06:00. Alert by alert.

#include <array>

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;

struct Draw {
  int at;  // hours after d0 00:00
  const char* platelets;
  const char* pt_seconds;
  const char* fdp;
  const char* fibrinogen;
  const char* sirs;
  const char* sofa_four;
  int isth;
  int jaam;
  int sic;
  const char* fall;
};

constexpr auto kCourse = std::to_array<Draw>({
    {8, "240", "13.2", "6", "5.20", "3", "3", 0, 1, 2, ""},
    {20, "165", "14.4", "14", "4.80", "3", "3", 2, 4, 2, "31.25"},
    {32, "118", "15.6", "22", "4.10", "3", "4", 3, 6, 4, "50.8333"},
    {44, "82", "17.4", "31", "3.00", "3", "6", 5, 8, 6, "50.303"},
    {56, "96", "16.0", "28", "2.90", "2", "5", 5, 5, 5, "18.6441"},
    {80, "125", "14.0", "16", "3.40", "1", "2", 2, 1, 3, "-30.2083"},
    {104, "155", "13.0", "9", "3.60", "1", "1", 0, 0, 1, "-24"},
});

class LongitudinalTest : public EpisodeTest {
 protected:
  LongitudinalTest() {
    only({shipped_criterion("isth-2001"), shipped_criterion("jaam"), shipped_criterion("sic")});
    rules.site.isi = Decimal::of(1);
    know(Fact::sepsis, Tristate::yes, hour(6));
    know(Fact::child, Tristate::no, hour(-999));
    know(Fact::platelet_transfusion, Tristate::yes, hour(54));
  }
  void know(Fact fact, Tristate value, Timestamp start) {
    const std::vector<FactSpan> spans = {{fact, value, start, Timestamp::none()}};
    apply_facts(patient.state, FactChange{FactChange::Kind::statement, fact_name(fact), {}, spans}, patient.limits);
  }

  // Applies one panel, result by result as a laboratory sends them, platelets last. What is told, by hour.
  void draw(const Draw& panel) {
    const std::string hours = std::to_string(panel.at);
    tell(panel.at, put("sirs" + hours, Measure::sirs, panel.sirs, hour(panel.at)));
    tell(panel.at, put("sofa" + hours, Measure::sofa_four, panel.sofa_four, hour(panel.at)));
    tell(panel.at, put("pt" + hours, Measure::pt_seconds, panel.pt_seconds, hour(panel.at)));
    tell(panel.at, put("fdp" + hours, Measure::fdp, panel.fdp, hour(panel.at)));
    tell(panel.at, put("fbg" + hours, Measure::fibrinogen, panel.fibrinogen, hour(panel.at)));
    tell(panel.at, put("plt" + hours, Measure::platelets, panel.platelets, hour(panel.at)));
  }
  void tell(int at, const Lines& lines) {
    for (const std::string& line : lines) all.push_back(std::to_string(at) + " " + line);
  }
  void draw_until(int last) {
    for (const Draw& panel : kCourse) {
      if (panel.at <= last) draw(panel);
    }
  }

  Lines all;
};

TEST_F(LongitudinalTest, T1ScoresAsTheReference) {
  for (const Draw& panel : kCourse) {
    draw(panel);
    const std::array expected = {panel.isth, panel.jaam, panel.sic};
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(assessment.scores[i].min, expected[i]) << panel.at << " " << i;
      EXPECT_EQ(assessment.scores[i].max, expected[i]) << panel.at << " " << i;
    }
    const std::size_t fall = index(Measure::platelet_fall_24h);
    const bool has_baseline = *panel.fall != '\0';
    ASSERT_EQ(assessment.present[fall], has_baseline) << panel.at;
    if (has_baseline) {
      EXPECT_EQ(assessment.values[fall].value.low.to_string(), panel.fall) << panel.at;
    }
  }
}

TEST_F(LongitudinalTest, T1AlertByAlert) {
  draw_until(104);
  EXPECT_THAT(all, ElementsAre("20 onset jaam interruptive",        //
                               "32 worsening jaam task (points)",   //
                               "44 onset sic passive",              // its tier has interrupted
                               "44 worsening jaam task (points)",   //
                               "44 onset isth-2001 interruptive",   //
                               "104 resolution isth-2001 passive",  // first below at 80
                               "104 resolution jaam passive",       //
                               "104 resolution sic passive"));
  EXPECT_EQ(episode("isth-2001").onset, hour(44));
  EXPECT_EQ(episode("jaam").peak, 8);
}

TEST_F(LongitudinalTest, T1CorrectionBeforeTheNextPanelRetractsTheIsthOnset) {
  draw_until(44);
  EXPECT_THAT(put("plt44", Measure::platelets, "182", hour(44)), ::testing::Contains("retraction isth-2001 task"));
  EXPECT_EQ(assessment.scores[0].min, 4);
  EXPECT_EQ(assessment.scores[0].max, 4);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::retracted);
}

TEST_F(LongitudinalTest, T1CorrectionAfterTheNextPanelMovesTheOnset) {
  draw_until(56);
  EXPECT_THAT(put("plt44", Measure::platelets, "182", hour(44)),
              ::testing::Contains("amendment isth-2001 passive (onset-moved)"));
  EXPECT_EQ(episode("isth-2001").onset, hour(56));
  EXPECT_EQ(episode("isth-2001").first_onset, hour(44));
}

}  // namespace
}  // namespace coagwatch::rules

#include "rules/episodes/episode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/criterion/criterion_fixture.h"
#include "rules/criterion/loader.h"
#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Measure kPlatelets = Measure::platelets;
constexpr Measure kFdp = Measure::fdp;
constexpr Measure kFibrinogen = Measure::fibrinogen;

// ISTH is met by platelets below 50 with FDP from 25; JAAM by platelets below 80 with FDP from 10.
class EpisodeTest : public ::testing::Test {
 protected:
  EpisodeTest() {
    rules.criteria = {isth_fixture(), jaam_fixture(), jmhw_fixture()};
    rules.site.pt_control_seconds = Decimal::of(12);
  }

  // What the fold does with each change. Events as `onset isth-2001 interruptive`.
  std::vector<std::string> after(const ApplyResult& applied) {
    std::vector<std::string> told;
    if (!applied.assess) return told;
    assess(rules, patient.state, applied.at, assessment);
    advance_episodes(rules, policy, patient.state, assessment, applied.changed, applied.correction, events);
    for (const EpisodeEvent& event : events) {
      const std::string& criterion = patient.state.episodes.at(event.episode).criterion;
      EXPECT_EQ(criterion, rules.criteria.at(event.score).id);
      told.push_back(std::string(alert_kind_name(event.kind)) + " " + criterion + " " +
                     std::string(priority_name(event.priority)));
    }
    return told;
  }
  std::vector<std::string> put(std::string_view id, Measure measure, std::string_view value, Timestamp at) {
    return after(patient.put(id, measure, value, at));
  }
  const Episode& episode(std::string_view criterion) const {
    for (const Episode& candidate : patient.state.episodes) {
      if (candidate.criterion == criterion) return candidate;
    }
    throw std::out_of_range("no such episode");
  }

  RuleSet rules;
  AlertPolicy policy;
  TestPatient patient;
  Assessment assessment;
  std::vector<EpisodeEvent> events;
};

class IsthEpisodeTest : public EpisodeTest {
 protected:
  IsthEpisodeTest() { rules.criteria = {isth_fixture()}; }
};

TEST_F(IsthEpisodeTest, OnsetWhenItBecomesMet) {
  EXPECT_THAT(put("f", kFdp, "30", hour(8)), IsEmpty()) << "indeterminate";
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset isth-2001 interruptive"));
  const Episode& found = episode("isth-2001");
  EXPECT_EQ(found.state, EpisodeState::open);
  EXPECT_EQ(found.number, 1U);
  EXPECT_EQ(found.onset, hour(9));
  EXPECT_EQ(found.since, hour(9));
  EXPECT_EQ(found.peak, 5);
  EXPECT_EQ(found.sequence, 1U);
}

TEST_F(IsthEpisodeTest, StaysOpenWithoutANewRecordAndKeepsItsPeak) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("b", kFibrinogen, "0.9", hour(10)), IsEmpty());
  EXPECT_EQ(episode("isth-2001").peak, 6);
  EXPECT_THAT(put("b2", kFibrinogen, "1.1", hour(11)), IsEmpty());
  EXPECT_EQ(episode("isth-2001").peak, 6);
  EXPECT_EQ(episode("isth-2001").sequence, 1U);
}

TEST_F(IsthEpisodeTest, ResolutionWhenItIsNotMet) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  put("t", Measure::pt_seconds, "12", hour(9));
  put("b", kFibrinogen, "2", hour(9));
  EXPECT_THAT(put("p2", kPlatelets, "101", hour(12)), ElementsAre("resolution isth-2001 passive"));
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::closed);
  EXPECT_EQ(episode("isth-2001").since, hour(12));
  EXPECT_EQ(episode("isth-2001").onset, hour(9));
  EXPECT_EQ(episode("isth-2001").sequence, 2U);
  EXPECT_THAT(put("p3", kPlatelets, "110", hour(13)), IsEmpty()) << "once";
}

TEST_F(IsthEpisodeTest, NeverEndsOnIndeterminate) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("p2", kPlatelets, "60", hour(12)), IsEmpty()) << "4 to 7";
  EXPECT_EQ(assessment.scores[0].status, Status::indeterminate);
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::open);
}

TEST_F(IsthEpisodeTest, NeverEndsByValuesThatExpire) {
  put("t", Measure::pt_seconds, "12", hour(9));
  put("b", kFibrinogen, "2", hour(9));
  put("f", kFdp, "30", hour(9));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("h", Measure::haemoglobin, "90", hour(40)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].min, 0);
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::open);
}

TEST_F(IsthEpisodeTest, EvaluationWithoutAScoredMeasureMovesNothing) {
  // FDP of 2 points hides a D-dimer of 3; when it expires, the total is met without a new result.
  LabResult d_dimer = TestPatient::lab(Measure::d_dimer, "5", hour(3));
  d_dimer.upper_limit = Decimal(5, -1);
  after(patient.put("d", d_dimer));
  put("f", kFdp, "12", hour(0));
  put("p", kPlatelets, "45", hour(3));
  EXPECT_THAT(put("h", Measure::haemoglobin, "90", hour(25)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::met);
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  EXPECT_THAT(put("b", kFibrinogen, "2", hour(26)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(EpisodeTest, VitalSignsAloneNeverEndAnEpisode) {
  rules.criteria = {jaam_fixture()};
  put("f", kFdp, "12", hour(8));
  put("t", Measure::pt_seconds, "14.4", hour(8));
  put("p", kPlatelets, "100", hour(8));
  EXPECT_THAT(put("s", Measure::sirs, "3", hour(8)), ElementsAre("onset jaam interruptive"));
  EXPECT_THAT(put("s2", Measure::sirs, "2", hour(9)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::not_met);
  EXPECT_THAT(put("p2", kPlatelets, "101", hour(10)), ElementsAre("resolution jaam passive"));
}

TEST_F(EpisodeTest, GradedCriterionResolvesOnlyAtItsLowestGrade) {
  rules.criteria = {jmhw_fixture()};
  patient.know(Fact::malignancy, Tristate::yes);
  patient.know(Fact::bleeding, Tristate::yes);
  patient.know(Fact::organ_symptoms, Tristate::no);
  put("t", Measure::pt_ratio, "1.1", hour(8));
  put("b", kFibrinogen, "2", hour(8));
  put("f", kFdp, "20", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "50", hour(8)), ElementsAre("onset jmhw interruptive"));
  EXPECT_THAT(put("p2", kPlatelets, "80", hour(9)), IsEmpty()) << "suspected";
  EXPECT_EQ(assessment.scores[0].status, Status::not_met);
  EXPECT_EQ(episode("jmhw").state, EpisodeState::open);
  EXPECT_THAT(put("p3", kPlatelets, "81", hour(10)), ElementsAre("resolution jmhw passive"));
}

TEST_F(IsthEpisodeTest, RetractionWhenNoEvaluationInForceIsMet) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("p", kPlatelets, "145", hour(9)), ElementsAre("retraction isth-2001 interruptive"));
  EXPECT_EQ(assessment.scores[0].status, Status::indeterminate) << "3 to 6: merely indeterminate is enough";
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::retracted);
  EXPECT_EQ(episode("isth-2001").sequence, 2U);
  EXPECT_EQ(episode("isth-2001").onset, hour(9)) << "the identity stays";
}

TEST_F(IsthEpisodeTest, RetractionOfTheResultItself) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(after(patient.retract("p")), ElementsAre("retraction isth-2001 interruptive"));
}

TEST_F(IsthEpisodeTest, RetractionWhenNothingIsLeft) {
  put("f", kFdp, "30", hour(9));
  put("p", kPlatelets, "45", hour(9));
  after(patient.put("p", TestPatient::lab(kPlatelets, "44", hour(9))));
  patient.state.results.erase(patient.state.results.begin() + 1);  // as if FDP had left the window
  const ApplyResult applied = patient.retract("p");
  EXPECT_FALSE(patient.state.at.known());
  EXPECT_THAT(after(applied), ElementsAre("retraction isth-2001 interruptive"));
  EXPECT_EQ(assessment.at, hour(9));
}

TEST_F(IsthEpisodeTest, LaterEvaluationThatIsMetStandsOnItsOwn) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  put("p2", kPlatelets, "48", hour(12));
  EXPECT_THAT(put("p", kPlatelets, "145", hour(9)), IsEmpty());
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::open);
}

TEST_F(IsthEpisodeTest, EarlierEvaluationThatIsMetMakesACorrectionAResolution) {
  put("t", Measure::pt_seconds, "12", hour(8));
  put("b", kFibrinogen, "2", hour(8));
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  put("p2", kPlatelets, "48", hour(12));
  EXPECT_THAT(put("p2", kPlatelets, "148", hour(12)), ElementsAre("resolution isth-2001 passive"));
}

TEST_F(IsthEpisodeTest, CorrectionWhileIndeterminateChangesNothingIfTheOnsetStands) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  put("p2", kPlatelets, "60", hour(12));
  EXPECT_THAT(put("p2", kPlatelets, "61", hour(12)), IsEmpty());
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::open);
}

TEST_F(IsthEpisodeTest, OnsetBelowANewerUnscoredResultStillStands) {
  put("h", Measure::haemoglobin, "90", hour(11));
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_EQ(episode("isth-2001").onset, hour(11)) << "the clinical time";
  put("p2", kPlatelets, "60", hour(12));
  EXPECT_THAT(put("p2", kPlatelets, "61", hour(12)), IsEmpty()) << "at 11:00 it was met by what was collected before";
}

TEST_F(IsthEpisodeTest, ResolvedEpisodeIsRetractedWhenItsGroundGoes) {
  put("t", Measure::pt_seconds, "12", hour(8));
  put("b", kFibrinogen, "2", hour(8));
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  put("p2", kPlatelets, "148", hour(12));
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::closed);
  EXPECT_THAT(put("p2", kPlatelets, "147", hour(12)), IsEmpty()) << "9:00 stands";
  EXPECT_THAT(put("p", kPlatelets, "145", hour(9)), ElementsAre("retraction isth-2001 interruptive"));
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::retracted);
  EXPECT_THAT(put("p", kPlatelets, "144", hour(9)), IsEmpty()) << "once";
}

TEST_F(IsthEpisodeTest, EpisodeOlderThanTheWindowIsNoLongerDisproved) {
  put("f", kFdp, "30", hour(0));
  put("p", kPlatelets, "45", hour(0));
  put("f2", kFdp, "12", hour(7 * 24 + 1));
  put("p2", kPlatelets, "60", hour(7 * 24 + 1));
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::open);
  EXPECT_THAT(put("p2", kPlatelets, "61", hour(7 * 24 + 1)), IsEmpty());
  put("t", Measure::pt_seconds, "12", hour(7 * 24 + 1));
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::closed);
}

TEST_F(IsthEpisodeTest, RetractedOnsetThatComesBackInterruptsAgainAndNeverRepeatsARecord) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  put("p", kPlatelets, "145", hour(9));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_EQ(episode("isth-2001").onset, hour(9));
  EXPECT_EQ(episode("isth-2001").number, 2U);
  EXPECT_EQ(episode("isth-2001").sequence, 3U);
}

TEST_F(IsthEpisodeTest, ChartedDicInterruptsNobody) {
  patient.know(Fact::dic_recorded, Tristate::yes);
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset isth-2001 passive"));
  EXPECT_THAT(after(patient.retract("p")), ElementsAre("retraction isth-2001 passive")) << "as loud as its onset";
}

TEST_F(IsthEpisodeTest, NotApplicableMovesNothing) {
  patient.know(Fact::underlying_disorder, Tristate::no);
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), IsEmpty());
  EXPECT_THAT(patient.state.episodes, IsEmpty());
}

TEST_F(EpisodeTest, OvertTierLeadsAndEachTierInterruptsOnce) {
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)),
              ElementsAre("onset isth-2001 interruptive", "onset jaam interruptive"));
  EXPECT_EQ(events[0].episode, 0U);
  EXPECT_EQ(events[1].episode, 1U);
}

TEST_F(EpisodeTest, SecondCriterionOfATierIsPassive) {
  Criterion sic = jaam_fixture();
  sic.id = "sic";
  patient.know(Fact::sepsis, Tristate::yes);
  patient.know(Fact::child, Tristate::no);
  rules.criteria = {jaam_fixture(), sic};
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset jaam interruptive", "onset sic passive"));
}

TEST_F(EpisodeTest, SicNeverInterruptsWhileItsGateIsUnconfirmed) {
  Criterion sic = jaam_fixture();
  sic.id = "sic";
  rules.criteria = {sic};
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset sic passive"));
}

TEST_F(EpisodeTest, RetractionsAreToldInTheOrderOfTiers) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("p", kPlatelets, "130", hour(9)),
              ElementsAre("retraction isth-2001 interruptive", "retraction jaam interruptive"));
}

TEST_F(EpisodeTest, RetractionOfTheEarlyTierGoesBeforeAnOnsetOfTheOvertTier) {
  // FDP becomes D-dimer under the same identity: JAAM loses its marker, ISTH gains one.
  put("p", kPlatelets, "90", hour(8));
  put("s", Measure::sirs, "3", hour(8));
  put("t", Measure::pt_seconds, "18", hour(8));
  EXPECT_THAT(put("x", kFdp, "12", hour(8)), ElementsAre("onset isth-2001 interruptive", "onset jaam interruptive"));
  TestPatient fresh;
  std::swap(patient, fresh);
  put("p", kPlatelets, "90", hour(8));
  put("s", Measure::sirs, "3", hour(8));
  put("t", Measure::pt_seconds, "17.9", hour(8));
  EXPECT_THAT(put("x", kFdp, "12", hour(8)), ElementsAre("onset jaam interruptive")) << "ISTH 4";
  LabResult d_dimer = TestPatient::lab(Measure::d_dimer, "5", hour(8));
  d_dimer.upper_limit = Decimal(5, -1);
  EXPECT_THAT(after(patient.put("x", d_dimer)),
              ElementsAre("retraction jaam interruptive", "onset isth-2001 interruptive"));
}

TEST_F(EpisodeTest, RetractedOnsetInterruptsAgainAlsoWhileAnotherEpisodeHoldsTheCourse) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("p", kPlatelets, "79", hour(9)), ElementsAre("retraction isth-2001 interruptive"));
  EXPECT_EQ(episode("jaam").state, EpisodeState::open);
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(EpisodeTest, CriterionThatIsNotPrimaryMovesAndPublishesNothing) {
  rules.criteria = {jmhw_fixture()};
  patient.know(Fact::sepsis, Tristate::yes);
  patient.know(Fact::bleeding, Tristate::yes);
  patient.know(Fact::organ_symptoms, Tristate::no);
  put("f", kFdp, "40", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "50", hour(8)), IsEmpty());
  EXPECT_EQ(episode("jmhw").state, EpisodeState::open);
  EXPECT_EQ(episode("jmhw").sequence, 0U);
  patient.know(Fact::malignancy, Tristate::yes);
  EXPECT_THAT(after(patient.retract("p")), IsEmpty()) << "what was never told is not taken back";
  EXPECT_EQ(episode("jmhw").state, EpisodeState::retracted);
}

TEST_F(EpisodeTest, EpisodesAreSortedByCriterion) {
  rules.criteria = {isth_fixture(), jaam_fixture()};
  put("f", kFdp, "12", hour(8));
  put("p", kPlatelets, "79", hour(8));
  EXPECT_EQ(events.at(0).episode, 0U) << "jaam alone";
  EXPECT_THAT(put("p2", kPlatelets, "49", hour(9)), IsEmpty());
  EXPECT_THAT(put("f2", kFdp, "25", hour(9)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_EQ(patient.state.episodes.at(0).criterion, "isth-2001");
  EXPECT_EQ(patient.state.episodes.at(1).criterion, "jaam");
}

class CourseTest : public IsthEpisodeTest {
 protected:
  // One episode from hour 0 to hour 10.
  void first_episode() {
    put("t", Measure::pt_seconds, "12", hour(0));
    put("b", kFibrinogen, "2", hour(0));
    put("f", kFdp, "30", hour(0));
    put("p", kPlatelets, "45", hour(0));
    put("q", kPlatelets, "148", hour(10));
  }
  std::vector<std::string> second_onset(Timestamp at) {
    put("f2", kFdp, "30", at);
    return put("p2", kPlatelets, "45", at);
  }
};

TEST_F(CourseTest, OnsetWithinFortyEightHoursIsOfTheSameCourse) {
  first_episode();
  EXPECT_THAT(second_onset(hour(58)), ElementsAre("onset isth-2001 passive"));
  EXPECT_EQ(episode("isth-2001").number, 2U);
  EXPECT_THAT(after(patient.retract("p2")), ElementsAre("retraction isth-2001 passive"));
}

TEST_F(CourseTest, LaterOnsetBeginsANewCourse) {
  first_episode();
  EXPECT_THAT(second_onset(hour(58, 1)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(EpisodeTest, AnotherOpenEpisodeHoldsTheCourse) {
  rules.criteria = {isth_fixture(), jaam_fixture()};
  put("t", Measure::pt_seconds, "12", hour(0));
  put("b", kFibrinogen, "2", hour(0));
  put("f", kFdp, "30", hour(0));
  put("p", kPlatelets, "45", hour(0));
  EXPECT_THAT(put("p1", kPlatelets, "110", hour(5)), ElementsAre("resolution isth-2001 passive")) << "JAAM: 3 + 1";
  put("f2", kFdp, "30", hour(90));
  EXPECT_THAT(put("p2", kPlatelets, "45", hour(90)), ElementsAre("onset isth-2001 passive"));
  EXPECT_EQ(episode("jaam").state, EpisodeState::open);
}

TEST(AlertKindNames, AreThoseOfTheContract) {
  EXPECT_EQ(alert_kind_name(AlertKind::onset), "onset");
  EXPECT_EQ(alert_kind_name(AlertKind::probable), "probable");
  EXPECT_EQ(alert_kind_name(AlertKind::pre), "pre");
  EXPECT_EQ(alert_kind_name(AlertKind::worsening), "worsening");
  EXPECT_EQ(alert_kind_name(AlertKind::trend), "trend");
  EXPECT_EQ(alert_kind_name(AlertKind::missing_test), "missing-test");
  EXPECT_EQ(alert_kind_name(AlertKind::re_evaluation_due), "re-evaluation-due");
  EXPECT_EQ(alert_kind_name(AlertKind::resolution), "resolution");
  EXPECT_EQ(alert_kind_name(AlertKind::amendment), "amendment");
  EXPECT_EQ(alert_kind_name(AlertKind::retraction), "retraction");
  EXPECT_EQ(alert_kind_name(AlertKind::closure), "closure");
  EXPECT_EQ(priority_name(Priority::interruptive), "interruptive");
  EXPECT_EQ(priority_name(Priority::task), "task");
  EXPECT_EQ(priority_name(Priority::passive), "passive");
}

/// SCARLET's rule: an INR above 1.40 with platelets between 30 and 150.
class SacEpisodeTest : public EpisodeTest {
 protected:
  SacEpisodeTest() {
    for (const BuiltinCriterion& builtin : builtin_criteria()) {
      std::vector<Problem> problems;
      if (builtin.id == "sac") rules.criteria = {*load_criterion(builtin.text, "sac.yaml", "", problems)};
    }
    policy.early_tier = {"sac"};
  }
};

TEST_F(SacEpisodeTest, WhoFallsBelowTheFloorDoesNotGetBetter) {
  put("i", Measure::inr, "1.5", hour(8));
  EXPECT_THAT(put("p1", kPlatelets, "31", hour(9)), ElementsAre("onset sac passive"));
  EXPECT_THAT(put("p2", kPlatelets, "30", hour(10)), IsEmpty()) << "not met, and worse";
  EXPECT_EQ(assessment.scores[0].status, Status::not_met);
  EXPECT_EQ(episode("sac").state, EpisodeState::open);
  EXPECT_THAT(put("p3", kPlatelets, "150", hour(36)), ElementsAre("resolution sac passive"));
}

}  // namespace
}  // namespace coagwatch::rules

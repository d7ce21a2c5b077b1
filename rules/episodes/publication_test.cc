// What is told of episodes, to whom, and how loudly. Names are the sentences of README.md.

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Measure kPlatelets = Measure::platelets;
constexpr Measure kFdp = Measure::fdp;

Criterion sic_by_jaam() {
  Criterion sic = jaam_fixture();
  sic.id = "sic";
  return sic;
}

TEST_F(EpisodeTest, AnOnsetInterruptsOncePerTierTheOvertTierLeads) {
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)),
              ElementsAre("onset isth-2001 interruptive", "onset jaam interruptive"));
}

TEST_F(EpisodeTest, SecondCriterionOfATierIsPassive) {
  say("Condition/1", {yes(Fact::sepsis, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}});
  only({jaam_fixture(), sic_by_jaam()});
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset jaam interruptive", "onset sic passive"));
  EXPECT_THAT(quiet(), Contains("onset sic tier-spent"));
}

TEST_F(EpisodeTest, JmhwIsPrimaryForMalignancyOnlyAndOthersGoToStatusOnly) {
  only({jmhw_fixture()});
  say("Condition/1", {yes(Fact::sepsis, hour(0)),
                      yes(Fact::bleeding, hour(0)),
                      {Fact::organ_symptoms, Tristate::no, hour(0), Timestamp::none()}});
  put("f", kFdp, "40", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "50", hour(8)), IsEmpty());
  EXPECT_EQ(state_of("jmhw"), EpisodeState::open);
  EXPECT_THAT(quiet(), Contains("onset jmhw not-primary"));
  EXPECT_THAT(say("Condition/2", {yes(Fact::malignancy, hour(0))}), ElementsAre("onset jmhw interruptive"))
      << "now it is";
}

TEST_F(EpisodeTest, WhatWasNeverToldIsNotTakenBack) {
  only({jmhw_fixture()});
  say("Condition/1", {yes(Fact::sepsis, hour(0)),
                      yes(Fact::bleeding, hour(0)),
                      {Fact::organ_symptoms, Tristate::no, hour(0), Timestamp::none()}});
  put("f", kFdp, "40", hour(8));
  put("p", kPlatelets, "50", hour(8));
  EXPECT_THAT(retract("p"), IsEmpty());
  EXPECT_EQ(state_of("jmhw"), EpisodeState::retracted);
}

TEST_F(EpisodeTest, ErezIsPrimaryForPregnancy) {
  only({shipped_criterion("erez")});
  say("Condition/1", {yes(Fact::pregnancy, hour(0))});
  rules.site.pt_control_seconds = Decimal::of(12);
  put("t", Measure::pt_seconds, "13.6", hour(8));
  EXPECT_THAT(put("b", Measure::fibrinogen, "2.9", hour(8)), ElementsAre("onset erez interruptive"));
}

TEST_F(IsthTest, NoneInterruptsIfDicIsCharted) {
  say("Condition/1", {yes(Fact::dic_recorded, hour(0))});
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset isth-2001 passive"));
  EXPECT_THAT(quiet(), ElementsAre("onset isth-2001 charted"));
  EXPECT_THAT(retract("p"), ElementsAre("retraction isth-2001 passive")) << "as loud as what it takes back";
}

TEST_F(EpisodeTest, SicUnconfirmedIsPassiveAndUpgradedOnceWhenItsGateIsConfirmed) {
  only({shipped_criterion("sic")});
  put("s", Measure::sofa_four, "2", hour(8));
  put("i", Measure::inr, "1.5", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "90", hour(8)), ElementsAre("onset sic passive"));
  EXPECT_THAT(quiet(), Contains("onset sic gate-unconfirmed"));
  now = hour(10);
  EXPECT_THAT(say("Condition/1", {yes(Fact::sepsis, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}}),
              ElementsAre("onset sic interruptive (gate-confirmed)"));
  EXPECT_EQ(episode("sic").number, 1U);
  EXPECT_THAT(say("Condition/2", {yes(Fact::sepsis, hour(0))}), IsEmpty()) << "once";
}

TEST_F(EpisodeTest, AGateThatIsConfirmedAsItGetsWorseUpgradesToo) {
  only({shipped_criterion("sic")});
  put("s", Measure::sofa_four, "2", hour(8));
  put("i", Measure::inr, "1.3", hour(8));
  ASSERT_THAT(put("p", kPlatelets, "90", hour(8)), ElementsAre("onset sic passive"));
  apply_facts(patient.state,
              {FactChange::Kind::statement,
               "Condition/1",
               {},
               {{yes(Fact::sepsis, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}}}},
              patient.limits);
  EXPECT_THAT(put("i2", Measure::inr, "1.6", hour(10)), ElementsAre("onset sic interruptive (gate-confirmed)"));
  EXPECT_THAT(put("i3", Measure::inr, "1.7", hour(11)), IsEmpty()) << "how bad it is was told with it";
}

TEST_F(EpisodeTest, AGateThatIsTakenBackIsToldWhereTheAlertWasToldOnce) {
  only({shipped_criterion("sic")});
  const FactSpan adult{Fact::child, Tristate::no, hour(0), Timestamp::none()};
  say("Condition/1", {yes(Fact::sepsis, hour(0)), adult});
  put("s", Measure::sofa_four, "2", hour(8));
  put("i", Measure::inr, "1.5", hour(8));
  ASSERT_THAT(put("p", kPlatelets, "90", hour(8)), ElementsAre("onset sic interruptive"));
  EXPECT_THAT(say("Condition/2", {yes(Fact::trauma, hour(0))}), IsEmpty());
  EXPECT_THAT(say("Condition/1", {adult}), ElementsAre("amendment sic task (gate-lost)"));
  EXPECT_THAT(say("Condition/3", {yes(Fact::burn, hour(0))}), IsEmpty()) << "once";
  EXPECT_THAT(say("Condition/4", {yes(Fact::sepsis, hour(0))}), ElementsAre("amendment sic passive (gate-confirmed)"))
      << "it has interrupted";
}

TEST_F(EpisodeTest, AGateThatIsTakenBackAfterTheEndIsToldToo) {
  only({shipped_criterion("sic")});
  say("Condition/1", {yes(Fact::sepsis, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}});
  for (const auto& [at, count, inr] : {std::tuple(8, "90", "1.5"), {20, "200", "1.0"}, {34, "210", "1.0"}}) {
    put("s" + std::to_string(at), Measure::sofa_four, "2", hour(at));
    put("i" + std::to_string(at), Measure::inr, inr, hour(at));
    put("p" + std::to_string(at), kPlatelets, count, hour(at));
  }
  ASSERT_EQ(state_of("sic"), EpisodeState::closed);
  EXPECT_THAT(take_back("Condition/1"), ElementsAre("amendment sic task (gate-lost)"));
}

TEST_F(EpisodeTest, AGateThatComesToItsEndIsNoNews) {
  only({shipped_criterion("sic"), shipped_criterion("sofa")});
  say("Condition/1", {yes(Fact::infection, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}});
  put("so", Measure::sofa, "2", hour(8));
  put("s", Measure::sofa_four, "2", hour(8));
  put("i", Measure::inr, "1.5", hour(8));
  ASSERT_THAT(put("p", kPlatelets, "90", hour(8)), ElementsAre("onset sic interruptive"));
  put("so2", Measure::sofa, "1", hour(20));
  ASSERT_THAT(put("p2", kPlatelets, "90", hour(20)), IsEmpty());
  ASSERT_EQ(assessment.scores[0].gate, Gate::unconfirmed);
  EXPECT_THAT(say("Condition/2", {yes(Fact::trauma, hour(0))}), IsEmpty());
}

TEST_F(IsthTest, AGateThatIsTakenBackOfWhatNeedsNoneIsPassive) {
  rules.criteria = {shipped_criterion("isth-2001")};
  say("Condition/1", {yes(Fact::sepsis, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}});
  ASSERT_THAT(met(hour(8)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_THAT(take_back("Condition/1"), ElementsAre("amendment isth-2001 passive (gate-lost)"));
}

TEST_F(EpisodeTest, WhatInterruptedNobodyFreesNoTier) {
  only({jaam_fixture()});
  ASSERT_THAT(put("f", kFdp, "30", hour(8)), IsEmpty());
  ASSERT_THAT(put("p", kPlatelets, "70", hour(8)), ElementsAre("onset jaam interruptive"));
  for (const int at : {20, 34}) {
    put("f" + std::to_string(at), kFdp, "5", hour(at));
    put("t" + std::to_string(at), Measure::pt_ratio, "1", hour(at));
    put("p" + std::to_string(at), kPlatelets, "200", hour(at));
  }
  ASSERT_EQ(state_of("jaam"), EpisodeState::closed);
  policy.relapse = Duration::hours(1);
  put("f50", kFdp, "30", hour(50));
  ASSERT_THAT(put("p50", kPlatelets, "70", hour(50)), ElementsAre("onset jaam passive")) << "the same course";
  ASSERT_THAT(put("p50", kPlatelets, "200", hour(50)), ElementsAre("retraction jaam passive"));
  EXPECT_THAT(put("p51", kPlatelets, "70", hour(51)), ElementsAre("onset jaam passive"));
}

TEST_F(EpisodeTest, InfectionWithASofaOfTwoCountsAsSepsis) {
  only({shipped_criterion("sic"), shipped_criterion("sofa")});
  const auto draw = [this](std::string_view sofa) {
    say("Condition/1", {yes(Fact::infection, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}});
    put("so", Measure::sofa, sofa, hour(8));
    put("s", Measure::sofa_four, "2", hour(8));
    put("i", Measure::inr, "1.5", hour(8));
    return put("p", kPlatelets, "90", hour(8));
  };
  EXPECT_THAT(draw("2"), ElementsAre("onset sic interruptive"));
  EXPECT_EQ(assessment.scores[0].gate, Gate::unconfirmed) << "the record says what is known";
  patient = {};
  now = Timestamp::none();
  EXPECT_THAT(draw("1"), ElementsAre("onset sic passive"));
}

TEST_F(IsthTest, IsthUnconfirmedInterruptsAndIsAmendedOnceWhenItsGateIsConfirmed) {
  rules.criteria = {shipped_criterion("isth-2001")};
  EXPECT_THAT(met(hour(8)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_EQ(assessment.scores[0].gate, Gate::unconfirmed);
  EXPECT_THAT(say("Condition/1", {yes(Fact::sepsis, hour(0)), {Fact::child, Tristate::no, hour(0), Timestamp::none()}}),
              ElementsAre("amendment isth-2001 passive (gate-confirmed)"));
  EXPECT_THAT(met(hour(20)), IsEmpty());
}

TEST_F(IsthTest, LateFromADayOnIsATask) {
  now = hour(32);
  EXPECT_THAT(met(hour(8)), ElementsAre("onset isth-2001 task late"));
  EXPECT_THAT(quiet(), Contains("onset isth-2001 late"));
}

TEST_F(IsthTest, JustUnderADayInterrupts) {
  now = hour(31, 59);
  EXPECT_THAT(met(hour(8)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(IsthTest, OlderThanThreeDaysIsRetrospective) {
  now = hour(80);
  EXPECT_THAT(met(hour(8)), ElementsAre("onset isth-2001 task late")) << "72 h, inclusive";
  patient = {};
  now = hour(80, 1);
  EXPECT_THAT(met(hour(8)), IsEmpty());
  EXPECT_THAT(quiet(), Contains("onset isth-2001 retrospective"));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open) << "the status shows it";
  EXPECT_THAT(met(hour(80)), ElementsAre("onset isth-2001 interruptive")) << "still met, and that is live";
  EXPECT_EQ(episode("isth-2001").first_onset, hour(8));
}

TEST_F(IsthTest, OfADateAloneTheReleaseTellsItsAge) {
  now = hour(32);
  put("f", kFdp, "30", hour(8));
  LabResult count = TestPatient::lab(kPlatelets, "45", hour(8));
  count.flags = kFlagDateOnly;
  count.issued = hour(20);
  EXPECT_THAT(put("p", count), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(IsthTest, WithANewerEvaluationNotMetItIsRetrospective) {
  put("f", kFdp, "30", hour(8));
  put("t", Measure::pt_seconds, "12", hour(8));
  put("b", Measure::fibrinogen, "2", hour(8));
  not_met(hour(12));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(8)), IsEmpty());
  EXPECT_THAT(quiet(), Contains("onset isth-2001 retrospective"));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving);
}

TEST_F(EpisodeTest, LaterOnesWithinSixtyMinutesArePassiveWithTheSameGroup) {
  only({isth_fixture(), jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "79", hour(8)), ElementsAre("onset jaam interruptive"));
  const auto group = std::pair(plan.group, plan.group_number);
  EXPECT_THAT(put("f2", kFdp, "25", hour(9)), ElementsAre("worsening jaam passive (points)"));
  EXPECT_THAT(put("p2", kPlatelets, "49", hour(9)), Contains("onset isth-2001 passive"));
  EXPECT_THAT(quiet(), Contains("onset isth-2001 bundled"));
  EXPECT_EQ(std::pair(plan.group, plan.group_number), group);
}

TEST_F(EpisodeTest, BeyondSixtyMinutesIsAnotherGroup) {
  only({isth_fixture(), jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  put("p", kPlatelets, "79", hour(8));
  const auto group = std::pair(plan.group, plan.group_number);
  put("f2", kFdp, "25", hour(9, 1));
  EXPECT_THAT(put("p2", kPlatelets, "49", hour(9, 1)), Contains("onset isth-2001 interruptive"));
  EXPECT_NE(std::pair(plan.group, plan.group_number), group);
}

TEST_F(EpisodeTest, WhatWasQuietMakesNothingAfterItQuiet) {
  only({isth_fixture(), sic_by_jaam()});
  put("f", kFdp, "12", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "79", hour(8)), ElementsAre("onset sic passive")) << "its gate is not confirmed";
  put("f2", kFdp, "25", hour(8, 30));
  EXPECT_THAT(put("p2", kPlatelets, "49", hour(8, 30)), Contains("onset isth-2001 interruptive"));
}

TEST_F(IsthTest, OnsetWithinFortyEightHoursOfTheEndIsOfTheSameCourse) {
  policy.relapse = Duration::hours(0);
  met(hour(0));
  not_met(hour(12));
  not_met(hour(24));
  EXPECT_THAT(met(hour(72)), ElementsAre("onset isth-2001 passive"));
  EXPECT_EQ(episode("isth-2001").number, 2U);
}

TEST_F(IsthTest, AChangeOfTheRuleSetAloneNeverInterrupts) {
  put("f", kFdp, "30", hour(8));
  patient.put("p", kPlatelets, "45", hour(8));
  const Lines told = advance(hour(8), {Timestamp::none(), false, hour(8), {true}});
  EXPECT_THAT(told, ElementsAre("onset isth-2001 passive"));
  EXPECT_THAT(quiet(), Contains("onset isth-2001 rule-set"));
}

TEST_F(IsthTest, AMergedPatientsEpisodesAreClosedAndNeverResolved) {
  met(hour(8));
  EpisodeEngine::close(rules, policy, patient.state, assessment, Cause::merged, plan);
  ASSERT_EQ(plan.events.size(), 1U);
  EXPECT_EQ(plan.events[0].kind, AlertKind::closure);
  EXPECT_EQ(plan.priority, Priority::passive);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed);
}

}  // namespace
}  // namespace coagwatch::rules

#include "rules/patient/known_facts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

constexpr Tristate kYes = Tristate::yes;
constexpr Tristate kNo = Tristate::no;
constexpr Tristate kUnknown = Tristate::unknown;

class KnownFactsTest : public ::testing::Test {
 protected:
  Tristate known(Fact fact, Timestamp at = hour(0)) const { return KnownFacts(patient.state, site, at)[fact]; }
  TestPatient patient;
  SiteProfile site;
};

TEST_F(KnownFactsTest, NothingIsAssumed) {
  for (std::size_t i = 0; i < kFactCount; ++i) EXPECT_EQ(known(static_cast<Fact>(i)), kUnknown);
}

TEST_F(KnownFactsTest, SpanIsInclusiveOnBothSides) {
  patient.know(Fact::bleeding, kYes, hour(2), hour(4));
  EXPECT_EQ(known(Fact::bleeding, hour(1, 59)), kUnknown);
  EXPECT_EQ(known(Fact::bleeding, hour(2)), kYes);
  EXPECT_EQ(known(Fact::bleeding, hour(4)), kYes);
  EXPECT_EQ(known(Fact::bleeding, hour(4, 1)), kUnknown);
}

struct SpanCase {
  Fact fact;
  std::int64_t hours;
};

class SpanTest : public ::testing::TestWithParam<SpanCase> {};

TEST_P(SpanTest, FactWithoutEndLasts) {
  TestPatient patient;
  const auto [fact, hours] = GetParam();
  patient.know(fact, kYes, hour(0));
  EXPECT_EQ(recorded_fact(patient.state, fact, hour(hours)), kYes);
  EXPECT_EQ(recorded_fact(patient.state, fact, hour(hours, 1)), kUnknown);
}

INSTANTIATE_TEST_SUITE_P(Rule7, SpanTest,
                         ::testing::Values(SpanCase{Fact::infection, 14 * 24}, SpanCase{Fact::sepsis, 14 * 24},
                                           SpanCase{Fact::surgery, 7 * 24}, SpanCase{Fact::trauma, 7 * 24},
                                           SpanCase{Fact::burn, 7 * 24}, SpanCase{Fact::platelet_transfusion, 24},
                                           SpanCase{Fact::anticoagulant, 72}, SpanCase{Fact::pregnancy, 42 * 7 * 24},
                                           SpanCase{Fact::bleeding, 24}),
                         [](const auto& test) {
                           std::string name(fact_name(test.param.fact));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_F(KnownFactsTest, MalignancyAndCirrhosisLastForEver) {
  patient.know(Fact::malignancy, kYes, hour(0));
  patient.know(Fact::liver_cirrhosis, kYes, hour(0));
  EXPECT_EQ(known(Fact::malignancy, hour(24 * 3650)), kYes);
  EXPECT_EQ(known(Fact::liver_cirrhosis, hour(24 * 3650)), kYes);
}

TEST_F(KnownFactsTest, TheEntryThatStartsLastCounts) {
  patient.know(Fact::pancreatitis, kNo, hour(5));
  patient.know(Fact::pancreatitis, kYes, hour(2));
  EXPECT_EQ(known(Fact::pancreatitis, hour(4)), kYes);
  EXPECT_EQ(known(Fact::pancreatitis, hour(6)), kNo);
  EXPECT_EQ(recorded_fact(patient.state, Fact::pancreatitis, hour(6)), kNo);
  patient.know(Fact::pancreatitis, kUnknown, hour(5));
  EXPECT_EQ(known(Fact::pancreatitis, hour(6)), kUnknown) << "the same start: the one entered last";
  EXPECT_EQ(recorded_fact(patient.state, Fact::pancreatitis, hour(6)), kUnknown);
}

TEST_F(KnownFactsTest, TheSameSourceReplacesWhatItSaid) {
  put_fact(patient.state, {Fact::sepsis, kYes, hour(5), {Timestamp::none()}, "Condition/1"});
  put_fact(patient.state, {Fact::sepsis, kNo, hour(4), {Timestamp::none()}, "Condition/1"});
  EXPECT_EQ(known(Fact::sepsis, hour(6)), kNo);
  put_fact(patient.state, {Fact::sepsis, kYes, hour(5), {Timestamp::none()}, "Condition/2"});
  EXPECT_EQ(patient.state.facts.size(), 2U);
}

TEST_F(KnownFactsTest, OfWhatIsChartedTheNewestCounts) {
  const auto chart = [&](Tristate value, Timestamp at, std::string_view source) {
    put_fact(patient.state, {Fact::bleeding, value, at, Timestamp::none(), source});
  };
  chart(kYes, hour(2), "Observation/1");
  chart(kNo, hour(6), "Observation/2");
  EXPECT_EQ(known(Fact::bleeding, hour(5)), kYes);
  EXPECT_EQ(known(Fact::bleeding, hour(6)), kNo) << "it has stopped";
  chart(kUnknown, hour(8), "Observation?urn:chart|3");
  EXPECT_EQ(known(Fact::bleeding, hour(8)), kUnknown);
  chart(kYes, hour(8), "Observation/4");
  EXPECT_EQ(known(Fact::bleeding, hour(8)), kYes) << "two at the same time";
  EXPECT_EQ(known(Fact::bleeding, hour(32)), kYes) << "24 h, inclusive";
  EXPECT_EQ(known(Fact::bleeding, hour(32, 1)), kUnknown);
  chart(kNo, hour(9), "Observation/5");
  put_fact(patient.state, {Fact::bleeding, kYes, hour(1), hour(20), "Condition/1"});
  EXPECT_EQ(known(Fact::bleeding, hour(10)), kYes) << "what is recorded otherwise stands beside it";
  EXPECT_EQ(known(Fact::bleeding, hour(21)), kNo);
}

TEST_F(KnownFactsTest, FactsAreBounded) {
  for (std::size_t i = 0; i < kMaxFacts + 10; ++i) patient.know(Fact::bleeding, kYes, hour(static_cast<int>(i)));
  EXPECT_EQ(patient.state.facts.size(), kMaxFacts);
  EXPECT_EQ(patient.state.facts.front().start, hour(10));
}

class UnderlyingTest : public ::testing::TestWithParam<Fact> {};

TEST_P(UnderlyingTest, IsImpliedAndBeatsAnExplicitNo) {
  TestPatient patient;
  patient.know(Fact::underlying_disorder, kNo);
  patient.know(GetParam(), kYes);
  EXPECT_TRUE(KnownFacts(patient.state, {}, hour(0)).yes(Fact::underlying_disorder));
}

INSTANTIATE_TEST_SUITE_P(Rule7, UnderlyingTest,
                         ::testing::Values(Fact::sepsis, Fact::infection, Fact::malignancy, Fact::solid_tumour,
                                           Fact::haematological_malignancy, Fact::leukaemia, Fact::metastatic,
                                           Fact::nsclc, Fact::trauma, Fact::burn, Fact::surgery, Fact::pancreatitis,
                                           Fact::vascular_abnormality, Fact::toxic_immunological_reaction,
                                           Fact::fulminant_hepatitis, Fact::liver_failure, Fact::shock));

TEST_F(KnownFactsTest, FulminantHepatitisIsALiverFailure) {
  patient.know(Fact::liver_failure, kYes);
  EXPECT_EQ(known(Fact::fulminant_hepatitis), kUnknown);
  patient = TestPatient();
  patient.know(Fact::liver_failure, kNo);
  patient.know(Fact::fulminant_hepatitis, kYes);
  EXPECT_EQ(known(Fact::liver_failure), kYes);
  EXPECT_EQ(known(Fact::liver_cirrhosis), kUnknown) << "JMHW's note 2 subtracts for cirrhosis only";
}

TEST_F(KnownFactsTest, PregnancyCirrhosisAndThromboembolismAreNoUnderlyingDisorder) {
  patient.know(Fact::pregnancy, kYes);
  patient.know(Fact::liver_cirrhosis, kYes);
  patient.know(Fact::thromboembolism, kYes);
  EXPECT_EQ(known(Fact::underlying_disorder), kUnknown);
}

TEST_F(KnownFactsTest, AFactThatIsNoImpliesNothing) {
  patient.know(Fact::sepsis, kNo);
  EXPECT_EQ(known(Fact::infection), kUnknown);
  EXPECT_EQ(known(Fact::underlying_disorder), kUnknown);
}

TEST_F(KnownFactsTest, NoIsNeverInferred) {
  patient.know(Fact::malignancy, kNo);
  EXPECT_EQ(known(Fact::leukaemia), kUnknown);
  EXPECT_EQ(known(Fact::nsclc), kUnknown);
  patient.know(Fact::leukaemia, kYes);
  EXPECT_EQ(known(Fact::malignancy), kYes);
  EXPECT_EQ(known(Fact::leukaemia), kYes);
}

TEST_F(KnownFactsTest, ANewbornIsAChild) {
  patient.know(Fact::newborn, kYes);
  EXPECT_EQ(known(Fact::child), kYes);
}

TEST_F(KnownFactsTest, AbsenceOfWhatIsAlwaysChartedMeansNo) {
  site.charted.set(index(Fact::bleeding));
  EXPECT_EQ(known(Fact::bleeding), kNo);
  EXPECT_EQ(known(Fact::organ_symptoms), kUnknown);
  patient.know(Fact::bleeding, kUnknown);
  EXPECT_EQ(known(Fact::bleeding), kUnknown) << "it is recorded, as provisional";
  patient.know(Fact::bleeding, kYes);
  EXPECT_EQ(known(Fact::bleeding), kYes);
}

TEST(KnownFacts, TellsWhatFollowsFromAFact) {
  const auto implied = [](Fact fact, Fact other) { return implied_by(fact).test(index(other)); };
  EXPECT_TRUE(implied(Fact::leukaemia, Fact::leukaemia));
  EXPECT_TRUE(implied(Fact::leukaemia, Fact::haematological_malignancy));
  EXPECT_TRUE(implied(Fact::leukaemia, Fact::malignancy));
  EXPECT_TRUE(implied(Fact::leukaemia, Fact::underlying_disorder));
  EXPECT_TRUE(implied(Fact::sepsis, Fact::infection));
  EXPECT_TRUE(implied(Fact::newborn, Fact::child));
  EXPECT_FALSE(implied(Fact::malignancy, Fact::leukaemia));
  EXPECT_EQ(implied_by(Fact::pregnancy).count(), 1U);
}

}  // namespace
}  // namespace coagwatch::rules

#include "rules/scoring/derived_values.h"

#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"
#include "rules/scoring/current_values.h"

namespace coagwatch::rules {
namespace {

class DerivedValuesTest : public ::testing::Test {
 protected:
  DerivedValuesTest() { site.pt_control_seconds = Decimal::of(12); }

  // The value as of `at` as text: `4.2`, `[1.33,1.34]`, `(3,)`; `none`.
  std::string derived(Measure measure, Timestamp at) {
    find_current_values(patient.state, site, at, kDefaultMaxAge, table);
    if (!table.present[index(measure)]) return "none";
    const Interval& value = table.values[index(measure)].value;
    if (value.is_point()) return value.low.to_string();
    std::string text = value.low_open || value.low_unbounded ? "(" : "[";
    if (!value.low_unbounded) text += value.low.to_string();
    text += ',';
    if (!value.high_unbounded) text += value.high.to_string();
    return text + (value.high_open || value.high_unbounded ? ")" : "]");
  }
  const CurrentValue& value(Measure measure) const { return table.values[index(measure)]; }

  TestPatient patient;
  SiteProfile site;
  ValueTable table;
};

TEST_F(DerivedValuesTest, ProlongationIsOverTheControl) {
  EXPECT_EQ(derived(Measure::pt_prolongation, hour(8)), "none");
  patient.put("pt", Measure::pt_seconds, "16.2", hour(8));
  EXPECT_EQ(derived(Measure::pt_prolongation, hour(8)), "4.2");
  EXPECT_TRUE(value(Measure::pt_prolongation).derived);
  EXPECT_EQ(value(Measure::pt_prolongation).source, "pt");
  EXPECT_EQ(value(Measure::pt_prolongation).at, hour(8));
}

TEST_F(DerivedValuesTest, ProlongationIsOverTheUpperLimitWhereTheSiteSaysSo) {
  patient.add(Measure::pt_seconds, "16.0", hour(8));
  site.pt_reference = SiteProfile::PtReference::upper_limit;
  EXPECT_EQ(derived(Measure::pt_prolongation, hour(8)), "none");
  site.pt_upper_limit_seconds = Decimal(135, -1);
  EXPECT_EQ(derived(Measure::pt_prolongation, hour(8)), "2.5");
}

TEST_F(DerivedValuesTest, ProlongationNeverComesFromInrOrRatio) {
  patient.add(Measure::inr, "1.6", hour(8));
  patient.add(Measure::pt_ratio, "1.6", hour(8));
  site.isi = Decimal::of(1);
  EXPECT_EQ(derived(Measure::pt_prolongation, hour(8)), "none");
}

TEST_F(DerivedValuesTest, ProlongationOfABoundIsABound) {
  patient.add(Measure::pt_seconds, ">120", hour(8));
  EXPECT_EQ(derived(Measure::pt_prolongation, hour(8)), "(108,)");
}

TEST_F(DerivedValuesTest, RatioOfSecondsIsRoundedHalfUpToTwoDecimals) {
  patient.add(Measure::pt_seconds, "20.0", hour(8));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "1.67") << "B17";
  patient.add(Measure::pt_seconds, "14.34", hour(9));  // 1.195
  EXPECT_EQ(derived(Measure::pt_ratio, hour(9)), "1.20");
  patient.add(Measure::pt_seconds, "14.3399", hour(10));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(10)), "1.19");
}

TEST_F(DerivedValuesTest, RatioOfBoundsRoundsAsTheValuesInsideDo) {
  patient.add(Measure::pt_seconds, "<14.34", hour(8));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "(,1.19]");
  patient.add(Measure::pt_seconds, "<=14.34", hour(9));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(9)), "(,1.20]");
  patient.add(Measure::pt_seconds, ">14.34", hour(10));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(10)), "[1.20,)");
  patient.add(Measure::pt_seconds, "<14.4", hour(11));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(11)), "(,1.20]");
}

TEST_F(DerivedValuesTest, ReportedRatioGoesBeforeSecondsBeforeInr) {
  site.isi = Decimal::of(1);
  patient.add(Measure::inr, "1.3", hour(8));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "1.3");
  EXPECT_TRUE(value(Measure::pt_ratio).derived);
  patient.add(Measure::pt_seconds, "18.0", hour(8));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "1.50");
  patient.add(Measure::pt_ratio, "1.4", hour(8));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "1.4");
  EXPECT_FALSE(value(Measure::pt_ratio).derived);
}

TEST_F(DerivedValuesTest, PreferenceHoldsForFourHours) {
  patient.add(Measure::pt_ratio, "1.4", hour(8));
  patient.add(Measure::pt_seconds, "18.0", hour(12));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(12)), "1.4");
  patient.add(Measure::pt_seconds, "18.6", hour(12, 1));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(12, 1)), "1.55");
}

TEST_F(DerivedValuesTest, InAChainTheFirstWithinFourHoursOfTheNewestCounts) {
  site.isi = Decimal::of(1);
  patient.add(Measure::pt_ratio, "1.4", hour(8));
  patient.add(Measure::pt_seconds, "18.0", hour(11));
  patient.add(Measure::inr, "1.3", hour(13));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(13)), "1.50");
}

TEST_F(DerivedValuesTest, SourceThatGivesNoValueDoesNotAgeTheOthers) {
  patient.add(Measure::pt_ratio, "1.4", hour(8));
  patient.add(Measure::inr, "1.3", hour(20));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(20)), "1.4") << "no ISI: an INR is no ratio";
  site.pt_control_seconds.reset();
  patient.add(Measure::pt_seconds, "18", hour(20));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(20)), "1.4") << "no control: seconds are no ratio";
}

TEST_F(DerivedValuesTest, InrIsARatioWhereTheIsiIsNearOne) {
  patient.add(Measure::inr, "1.55", hour(8));
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "none");
  for (const char* isi : {"0.9", "1.0", "1.1", "1.10"}) {
    site.isi = Decimal::parse(isi);
    EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "1.55") << isi;
  }
  site.isi = Decimal(1101, -3);
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "[1.488921,1.488922]");
  site.isi = Decimal(899, -3);
  EXPECT_EQ(derived(Measure::pt_ratio, hour(8)), "[1.628226,1.628227]");
}

TEST_F(DerivedValuesTest, DDimerMultipleOfItsOwnLimitElseTheSites) {
  LabResult result = TestPatient::lab(Measure::d_dimer, "2.0", hour(8));
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "none");
  site.upper_limits[index(Measure::d_dimer)] = Decimal::of(1);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "2");
  result.upper_limit = Decimal(5, -1);
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "4");
  EXPECT_EQ(table.d_dimer_uln.form, Quantity::Form::multiple);
}

TEST_F(DerivedValuesTest, ALimitOfNothingIsNone) {
  LabResult result = TestPatient::lab(Measure::d_dimer, "2.0", hour(8));
  result.upper_limit = Decimal{};
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "none");
}

TEST_F(DerivedValuesTest, DduMultipleIsOfItsOwnFlavour) {
  LabResult result = TestPatient::lab(Measure::d_dimer, "2.4", hour(8));  // 1200 ng/mL DDU, doubled
  result.upper_limit = Decimal(230, -3);
  result.flags = kFlagDduConverted;
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "5.2174") << "U02";
}

TEST_F(DerivedValuesTest, AgeAdjustedLimitGivesWayToTheSites) {
  LabResult result = TestPatient::lab(Measure::d_dimer, "4.0", hour(8));
  result.upper_limit = Decimal(8, -1);
  result.flags = kFlagAgeAdjustedLimit;
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "5");
  EXPECT_EQ(value(Measure::d_dimer_uln).flags, kFlagAgeAdjustedLimit);
  site.upper_limits[index(Measure::d_dimer)] = Decimal(5, -1);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "8");
}

TEST_F(DerivedValuesTest, AgeAdjustedByBirthDateOnly) {
  site.upper_limits[index(Measure::d_dimer)] = Decimal(5, -1);
  LabResult result = TestPatient::lab(Measure::d_dimer, "4.2", hour(8));
  const auto with = [&](std::string_view limit) {
    result.upper_limit = Decimal::parse(limit);
    patient.put("dd", result);
    return derived(Measure::d_dimer_uln, hour(8));
  };
  EXPECT_EQ(with("0.80"), "5.25") << "no age is known";
  // Eighteen 62 years before: 80 years old.
  constexpr Timestamp kEighteen = Timestamp::from_millis(-189'360'000'000);  // 1964-01-01T08:00:00Z
  patient.know(Fact::child, Tristate::no, kEighteen);
  EXPECT_EQ(with("0.80"), "8.4") << "age * 0.01";
  EXPECT_EQ(value(Measure::d_dimer_uln).flags, kFlagAgeAdjustedLimit);
  EXPECT_EQ(with("0.760"), "8.4") << "5 % below it";
  EXPECT_EQ(with("0.759"), "5.5336");
  EXPECT_EQ(value(Measure::d_dimer_uln).flags, 0);
  EXPECT_EQ(with("0.840"), "8.4") << "5 % above it";
  EXPECT_EQ(with("0.841"), "4.9941");
  result.at = hour(8) - Duration::hours(24);
  EXPECT_EQ(with("0.7505"), "8.4") << "79 years: 0.7505 to 0.8295";
  EXPECT_EQ(with("0.840"), "5");
  site.upper_limits[index(Measure::d_dimer)].reset();
  EXPECT_EQ(with("0.80"), "5.25") << "its own, with none of the site";
  EXPECT_EQ(value(Measure::d_dimer_uln).flags, kFlagAgeAdjustedLimit);
}

TEST_F(DerivedValuesTest, NoLimitIsAgeAdjustedAtFifty) {
  site.upper_limits[index(Measure::d_dimer)] = Decimal(4, -1);
  constexpr Timestamp kEighteen = Timestamp::from_millis(725'788'800'000);  // 1992-12-31T08:00:00Z
  patient.know(Fact::child, Tristate::no, kEighteen);
  LabResult result = TestPatient::lab(Measure::d_dimer, "5.1", hour(8));
  result.upper_limit = Decimal(51, -2);
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "12.75") << "51 yesterday";
  result.at = hour(8) - Duration::hours(24);
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "10") << "50 to a day";
  result.at = hour(8);
  result.upper_limit = Decimal(50, -2);
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "10.2") << "0.50 is the usual limit";
}

TEST_F(DerivedValuesTest, AgeAdjustedInDdu) {
  site.upper_limits[index(Measure::d_dimer)] = Decimal(5, -1);
  patient.know(Fact::child, Tristate::no, Timestamp::from_millis(-189'360'000'000));
  LabResult result = TestPatient::lab(Measure::d_dimer, "4.0", hour(8));  // 2.0 mg/L DDU
  result.upper_limit = Decimal(40, -2);
  result.flags = kFlagDduConverted;
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "8");
}

TEST_F(DerivedValuesTest, WithoutAFlavourNoOtherLimitStandsIn) {
  site.upper_limits[index(Measure::d_dimer)] = Decimal(5, -1);
  patient.know(Fact::child, Tristate::no, Timestamp::from_millis(-189'360'000'000));
  LabResult result = TestPatient::lab(Measure::d_dimer, "4.0", hour(8));
  result.flags = kFlagMultipleOnly;
  result.upper_limit = Decimal(80, -2);
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "5") << "though it is age-adjusted";
  EXPECT_EQ(value(Measure::d_dimer_uln).flags, kFlagMultipleOnly | kFlagAgeAdjustedLimit);
  site.upper_limits[index(Measure::d_dimer)].reset();
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "5");
  EXPECT_EQ(value(Measure::d_dimer_uln).flags, kFlagMultipleOnly | kFlagAgeAdjustedLimit);
  result.upper_limit = Decimal(25, -2);
  patient.put("dd", result);
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "16");
}

TEST_F(DerivedValuesTest, FdpByKitIsAStepOfItsTable) {
  const auto fdp = [&](std::string_view d_dimer, std::uint16_t flags = 0) {
    LabResult result = TestPatient::lab(Measure::d_dimer, d_dimer, hour(8));
    result.flags = flags;
    patient.put("dd", result);
    return derived(Measure::fdp_by_kit, hour(8));
  };
  EXPECT_EQ(fdp("30"), "none") << "the site names no kit";
  EXPECT_FALSE(table.has_kit);
  const DDimerKit* roche = d_dimer_kit_named("roche");
  site.d_dimer_kit.assign(roche->points.begin(), roche->points.end());
  EXPECT_EQ(fdp("4.09"), "[0,10)");
  EXPECT_TRUE(table.has_kit);
  EXPECT_TRUE(value(Measure::fdp_by_kit).derived);
  EXPECT_EQ(fdp("4.1"), "[10,25)");
  EXPECT_EQ(fdp("10.09"), "[10,25)");
  EXPECT_EQ(fdp("10.1"), "[25,)");
  EXPECT_EQ(fdp("<4.1"), "[0,10)");
  EXPECT_EQ(fdp("<=4.1"), "[0,25)");
  EXPECT_EQ(fdp(">4.1"), "[10,)");
  EXPECT_EQ(fdp("4-5"), "[0,25)");
  EXPECT_EQ(fdp("8.19", kFlagDduConverted), "[0,10)") << "4.095 as it was reported";
  EXPECT_EQ(fdp("8.2", kFlagDduConverted), "[10,25)");
  EXPECT_EQ(fdp("4.1", kFlagMultipleOnly), "none") << "a multiple of its own limit only";
}

TEST_F(DerivedValuesTest, FallIsFromTheHighestOfTheDayBefore) {
  patient.add(Measure::platelets, "180", hour(0));
  patient.add(Measure::platelets, "240", hour(10));
  patient.add(Measure::platelets, "200", hour(20));
  patient.add(Measure::platelets, "120", hour(24));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24)), "50");
}

TEST_F(DerivedValuesTest, BaselineMayBeExactlyTwentyFourHoursOld) {
  patient.add(Measure::platelets, "240", hour(0));
  patient.add(Measure::platelets, "118", hour(24));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24)), "50.8333");
  patient.add(Measure::platelets, "118", hour(24, 1));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24, 1)), "0") << "only the one of 24:00 is left";
}

TEST_F(DerivedValuesTest, AGraceOfTheSiteWidensTheDay) {
  patient.add(Measure::platelets, "240", hour(0));
  patient.add(Measure::platelets, "120", hour(24, 10));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24, 10)), "none");
  site.platelet_fall_grace = Duration::minutes(10);
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24, 10)), "50");
  EXPECT_EQ(value(Measure::platelet_fall_24h).flags, kFlagWindowGrace);
  site.platelet_fall_grace = Duration{Duration::minutes(10).micros - 1};
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24, 10)), "none");
  site.platelet_fall_grace = Duration::minutes(10);
  patient.add(Measure::platelets, "240", hour(1));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24, 10)), "50");
  EXPECT_EQ(value(Measure::platelet_fall_24h).flags, 0) << "the grace was not needed";
}

TEST_F(DerivedValuesTest, WithoutABaselineThereIsNoFall) {
  patient.add(Measure::platelets, "240", hour(0));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(0)), "none");
  patient.add(Measure::platelets, "100", hour(24, 1));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(24, 1)), "none");
}

TEST_F(DerivedValuesTest, FallIsThatOfTheCurrentCountWhateverTheAssessmentsTime) {
  patient.add(Measure::platelets, "240", hour(0));
  patient.add(Measure::platelets, "120", hour(20));
  patient.add(Measure::fdp, "10", hour(40));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(40)), "50");
}

TEST_F(DerivedValuesTest, OtherResultsOfTheSameTimeAndUnusableOnesAreNoBaseline) {
  patient.add(Measure::platelets, "240", hour(8));
  patient.add(Measure::platelets, "120", hour(8));
  LabResult clumped = TestPatient::lab(Measure::platelets, "300", hour(7));
  clumped.unusable = Unusable::clotted_specimen;
  patient.put("clumped", clumped);
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(8)), "none");
}

TEST_F(DerivedValuesTest, FallOfBoundsIsAnInterval) {
  patient.add(Measure::platelets, ">200", hour(0));
  patient.add(Measure::platelets, "100", hour(8));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(8)), "(50,)");
  patient.add(Measure::platelets, "90-150", hour(9));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(9)), "(25,)");
}

TEST_F(DerivedValuesTest, HighestOfBoundsIsAtLeastTheGreatestLowAndAtMostTheGreatestHigh) {
  patient.add(Measure::platelets, "<400", hour(0));
  patient.add(Measure::platelets, "160-200", hour(1));
  patient.add(Measure::platelets, "80", hour(8));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(8)), "[50,80)");
  EXPECT_TRUE(table.platelet_fall.base.high_open);
}

TEST_F(DerivedValuesTest, FromACountOfNoneThereIsNoFall) {
  patient.add(Measure::platelets, "0", hour(0));
  patient.add(Measure::platelets, "10", hour(8));
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(8)), "none");
}

TEST_F(DerivedValuesTest, EveryDerivedMeasureThatIsGivenIsScoredAsGiven) {
  patient.add(Measure::pic_uln, "2", hour(8));
  EXPECT_EQ(derived(Measure::pic_uln, hour(8)), "2");
  EXPECT_EQ(table.pic_uln.value.low, Decimal::of(2)) << "not 0";
  EXPECT_EQ(table.pic_uln.form, Quantity::Form::plain);
  site.upper_limits[index(Measure::aptt)] = Decimal::of(40);
  patient.add(Measure::aptt, "60", hour(8));
  patient.add(Measure::aptt_prolongation, "5", hour(8));
  EXPECT_EQ(derived(Measure::aptt_prolongation, hour(8)), "5");
  patient.add(Measure::pt_over_control, "3", hour(8));
  patient.add(Measure::pt_seconds, "20", hour(8));
  EXPECT_EQ(derived(Measure::pt_over_control, hour(8)), "3");
}

TEST_F(DerivedValuesTest, DerivedMeasureThatIsGivenCountsAsGiven) {
  patient.add(Measure::pt_prolongation, "8.4", hour(8));
  patient.add(Measure::pt_seconds, "13", hour(8));
  patient.add(Measure::d_dimer_uln, "7.01", hour(8));
  patient.add(Measure::platelet_fall_24h, "30", hour(8));
  EXPECT_EQ(derived(Measure::pt_prolongation, hour(8)), "8.4");
  EXPECT_EQ(derived(Measure::d_dimer_uln, hour(8)), "7.01");
  EXPECT_EQ(derived(Measure::platelet_fall_24h, hour(8)), "30");
  EXPECT_EQ(table.d_dimer_uln.form, Quantity::Form::plain);
  EXPECT_TRUE(table.platelet_fall.value == interval_of("30"));
}

}  // namespace
}  // namespace coagwatch::rules

#include "rules/values/measure.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "rules/values/fact.h"

namespace coagwatch::rules {
namespace {

TEST(Measure, EveryOneHasItsOwnNameAndARange) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const auto measure = static_cast<Measure>(i);
    const MeasureInfo& info = measure_info(measure);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(measure_named(info.name), measure);
    EXPECT_FALSE(info.unit.empty()) << info.name;
    EXPECT_FALSE(info.display.empty()) << info.name;
    EXPECT_LT(info.plausible_low, info.plausible_high) << info.name;
  }
  EXPECT_FALSE(measure_named("platelet"));
  EXPECT_FALSE(measure_named(""));
}

// A name at the wrong place would score one analyte as another; these fix the table's order at both ends and where
// neighbours are easily confused.
TEST(Measure, NumbersMeanWhatTheyMeant) {
  EXPECT_EQ(measure_info(Measure::platelets).name, "platelets");
  EXPECT_EQ(measure_info(Measure::pt_seconds).name, "pt-seconds");
  EXPECT_EQ(measure_info(Measure::pt_ratio).name, "pt-ratio");
  EXPECT_EQ(measure_info(Measure::inr).name, "inr");
  EXPECT_EQ(measure_info(Measure::pt_prolongation).name, "pt-prolongation");
  EXPECT_EQ(measure_info(Measure::fdp).name, "fdp");
  EXPECT_EQ(measure_info(Measure::d_dimer).name, "d-dimer");
  EXPECT_EQ(measure_info(Measure::d_dimer_uln).name, "d-dimer-uln");
  EXPECT_EQ(measure_info(Measure::pao2).name, "pao2");
  EXPECT_EQ(measure_info(Measure::paco2).name, "paco2");
  EXPECT_EQ(measure_info(Measure::platelet_fall_24h).name, "platelet-fall-24h");
  EXPECT_EQ(measure_info(Measure::sirs).name, "sirs");
  EXPECT_EQ(measure_info(Measure::sofa_four).name, "sofa-four");
}

TEST(Measure, PlausibleRangesAreInCanonicalUnits) {
  EXPECT_EQ(measure_info(Measure::fibrinogen).plausible_high, Decimal::of(20));
  EXPECT_EQ(measure_info(Measure::albumin).plausible_low, Decimal::of(3));
  EXPECT_EQ(measure_info(Measure::bilirubin).plausible_high, *Decimal::multiply(Decimal::of(80), Decimal(171, -1)));
  EXPECT_EQ(measure_info(Measure::creatinine).plausible_high, *Decimal::multiply(Decimal::of(40), Decimal(884, -1)));
  EXPECT_EQ(measure_info(Measure::fio2).plausible_low, Decimal(21, -2));
  EXPECT_EQ(measure_info(Measure::gcs).plausible_low, Decimal::of(3));
  EXPECT_EQ(measure_info(Measure::sofa_four).plausible_high, Decimal::of(16));
}

TEST(Measure, DerivedOnesAreNeverRead) {
  EXPECT_TRUE(measure_info(Measure::pt_prolongation).derived_only);
  EXPECT_TRUE(measure_info(Measure::d_dimer_uln).derived_only);
  EXPECT_TRUE(measure_info(Measure::platelet_fall_24h).derived_only);
  EXPECT_FALSE(measure_info(Measure::sirs).derived_only);
  EXPECT_FALSE(measure_info(Measure::platelets).derived_only);
}

TEST(Measure, ScoresAreSumsOfPoints) {
  EXPECT_TRUE(measure_info(Measure::sirs).score);
  EXPECT_TRUE(measure_info(Measure::sofa_four).score);
  EXPECT_TRUE(measure_info(Measure::sofa_four).derived_only);
  EXPECT_TRUE(measure_info(Measure::sofa_renal).vital_sign);
  EXPECT_FALSE(measure_info(Measure::gcs).score);
  EXPECT_FALSE(measure_info(Measure::platelet_fall_24h).score);
}

TEST(Measure, ALaboratoryMeasuresNoVitalSignAndNoScore) {
  EXPECT_TRUE(laboratory_measures()[index(Measure::platelets)]);
  EXPECT_TRUE(laboratory_measures()[index(Measure::lactate)]);
  EXPECT_FALSE(laboratory_measures()[index(Measure::heart_rate)]);
  EXPECT_FALSE(laboratory_measures()[index(Measure::sirs)]);
  EXPECT_FALSE(laboratory_measures()[index(Measure::sofa_four)]);
}

TEST(Fact, EveryOneHasItsOwnName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kFactCount; ++i) {
    const auto fact = static_cast<Fact>(i);
    EXPECT_TRUE(names.insert(fact_name(fact)).second) << fact_name(fact);
    EXPECT_EQ(fact_named(fact_name(fact)), fact);
  }
  EXPECT_FALSE(fact_named("underlying_disorder"));
  EXPECT_EQ(fact_name(Fact::underlying_disorder), "underlying-disorder");
  EXPECT_EQ(fact_name(Fact::marrow_suppression), "marrow-suppression");
  EXPECT_EQ(fact_name(Fact::newborn), "newborn");
  EXPECT_EQ(fact_name(Fact::bleeding), "bleeding");
  EXPECT_EQ(fact_name(Fact::renal_replacement), "renal-replacement");
}

TEST(Fact, UnknownIsTheDefault) {
  EXPECT_EQ(tristate_name(Tristate{}), "unknown");
  EXPECT_EQ(tristate_name(Tristate::no), "no");
  EXPECT_EQ(tristate_name(Tristate::yes), "yes");
}

}  // namespace
}  // namespace coagwatch::rules

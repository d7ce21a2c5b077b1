#include "fhir/units.h"

#include <gtest/gtest.h>

#include "fhir/ucum_fixture.h"

namespace coagwatch::fhir {
namespace {

using rules::Measure;

class UnitTableTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(table_.read_ucum(fhir_file("maps/ucum_atoms.tsv")), std::nullopt); }
  std::string problem(std::string_view text) { return table_.read(text).value_or("accepted"); }

  UnitTable table_;
};

TEST_F(UnitTableTest, AWrongTableIsRefusedWithItsLine) {
  const std::string base = "base\tplatelets\t10*9/L\t1\n";
  EXPECT_EQ(problem("# a\n\n" + base + "unit\tplatelets\t10*9/L\tany\tK/uL\n"), "accepted");
  EXPECT_EQ(problem("# a\nunit\tplatelets\t10*9/L"),
            "line 2: expected base or unit, measures, UCUM term and what belongs to it, separated by tabs");
  EXPECT_EQ(problem("spelling\tplatelets\t10*9/L\tany"),
            "line 1: expected base or unit, measures, UCUM term and what belongs to it, separated by tabs");
  EXPECT_EQ(problem("base\tthrombocytes\t10*9/L\t1"), "line 1: no measure is named thrombocytes");
  EXPECT_EQ(problem("base\tplatelets\tK/cumm\t1"), "line 1: not a UCUM term: K/cumm");
  EXPECT_EQ(problem("base\tplatelets\t10*9/L\t0"), "line 1: the factor must be a positive decimal");
  EXPECT_EQ(problem("base\tplatelets\t10*9/L\t1\tonly"), "line 1: expected as-written or nothing");
  EXPECT_EQ(problem("base\tinr\t1\t1"), "line 1: a plain number can only be as-written");
  EXPECT_EQ(problem(base + "unit\tplatelets\t10*9/L\tsome\tK/uL"), "line 2: the case must be any or exact");
  EXPECT_EQ(problem(base + "unit\tplatelets\tg/L\tany\tK/uL"),
            "line 2: g/L does not convert to the measure's canonical unit");
  EXPECT_EQ(problem(base + "unit\tplatelets\t10*9/L\tany\t{x}"), "line 2: not a unit: {x}");
  EXPECT_EQ(problem(base + "unit\tplatelets\t10*9/L\tany\tK/uL\nunit\tplatelets\t10*4/uL\tany\tk/µl"),
            "line 3: listed before with another factor: k/µl");
  EXPECT_EQ(problem(base + "unit\tplatelets\t10*9/L\tany\t109/L"), "line 2: means something else in UCUM: 109/L");
  // The last good one is still in force.
  EXPECT_TRUE(table_.find(Measure::platelets, "k/ul"));
}

TEST_F(UnitTableTest, SeveralBasesOfOneDimension) {
  ASSERT_EQ(problem("base\tpao2\tmm[Hg]\t1\nbase\tpao2\tkPa\t7.50062\n"), "accepted");
  // The one from which the unit is a finite decimal away decides: the clinical factor goes before UCUM's own.
  EXPECT_EQ(table_.find(Measure::pao2, "hPa")->factor.to_string(), "0.750062");
  EXPECT_EQ(table_.find(Measure::pao2, "m[Hg]")->factor.to_string(), "1000");
}

TEST_F(UnitTableTest, WhatIsAUnitAtAll) {
  ASSERT_EQ(problem("base\tplatelets\t10*9/L\t1\nunit\tplatelets\t10*9/L\tany\tGiga/L\n"), "accepted");
  EXPECT_TRUE(table_.knows("giga/l"));
  EXPECT_FALSE(table_.knows("mmol/L"));
  for (const char* unit : {"giga/l", "mmol/L", "min", "µg", "mm", "[IU]/mL"}) EXPECT_TRUE(table_.is_unit(unit)) << unit;
  for (const char* text : {"10", "%{x}", "258710007", "minutes", "{beat}/min}", "", "m m", "a b"}) {
    EXPECT_FALSE(table_.is_unit(text)) << text;
  }
}

TEST(Units, FahrenheitIsExactOrEnclosed) {
  const auto celsius = [](std::string_view text) {
    return converted(*rules::parse_enclosing(text), *Terminology().unit(Measure::temperature, "[degF]"));
  };
  EXPECT_EQ(celsius("100.4"), rules::Interval::point(*rules::Decimal::parse("38")));
  EXPECT_EQ(celsius("96.8"), rules::Interval::point(*rules::Decimal::parse("36")));
  const rules::Interval inexact = celsius("100.3");
  EXPECT_TRUE(inexact.low_open && inexact.high_open);
  EXPECT_EQ(inexact.low.to_string(), "37.944444");
  EXPECT_EQ(inexact.high.to_string(), "37.944445");
  // Truncation would go the wrong way below zero.
  const rules::Interval cold = celsius("31.9");
  EXPECT_EQ(cold.low.to_string(), "-0.055556");
  EXPECT_EQ(cold.high.to_string(), "-0.055555");
}

TEST(Units, AQuotientIsExactOrEnclosed) {
  const auto quotient = [](rules::Interval value, std::string_view divisor) {
    return *divided(value, *rules::Decimal::parse(divisor));
  };
  EXPECT_TRUE(quotient(*rules::parse_enclosing("3.0"), "1.5").is_point());
  const rules::Interval third = quotient(*rules::parse_enclosing("1"), "3");
  EXPECT_EQ(third.low.to_string(), "0.333333");
  EXPECT_EQ(third.high.to_string(), "0.333334");
  const rules::Interval two_thirds = quotient(*rules::parse_enclosing("2"), "3");
  EXPECT_EQ(two_thirds.low.to_string(), "0.666666");
  EXPECT_EQ(two_thirds.high.to_string(), "0.666667");
  EXPECT_TRUE(quotient(rules::Interval::below(rules::Decimal::of(6), false), "3").low_unbounded);
  EXPECT_FALSE(divided(*rules::parse_enclosing("1"), rules::Decimal::of(0)));
}

}  // namespace
}  // namespace coagwatch::fhir

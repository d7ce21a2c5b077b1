#include "fhir/ucum.h"

#include <gtest/gtest.h>

#include "fhir/ucum_fixture.h"

namespace coagwatch::fhir {
namespace {

using Scale = UcumUnit::Scale;

class UcumTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(ucum_.read(fhir_file("maps/ucum_atoms.tsv")), std::nullopt); }

  /// How many `to` one `from` is, `0.5/3` where that is no finite decimal, `none` where there is no such number.
  std::string factor(std::string_view from, std::string_view to) const {
    const auto a = ucum_.parse(from);
    const auto b = ucum_.parse(to);
    const auto times = a && b ? ratio(*a, *b) : std::nullopt;
    const auto quotient = times ? times->quotient() : std::nullopt;
    if (!quotient) return "none";
    const bool whole = quotient->divisor == rules::Decimal::of(1);
    return quotient->dividend.to_string() + (whole ? "" : "/" + quotient->divisor.to_string());
  }

  Ucum ucum_;
};

TEST_F(UcumTest, EveryCodeOfTheCommonOnesIsRead) {
  std::size_t codes = 0;
  const std::string common = fhir_file("testdata/ucum-common/codes.txt");
  for (const std::string_view code : split(common, '\n')) {
    if (code.empty()) continue;
    ++codes;
    const auto unit = ucum_.parse(code);
    ASSERT_TRUE(unit) << code;
    // Each is a multiple of itself, and of nothing with one metre more.
    EXPECT_EQ(ratio(*unit, *unit).has_value(), unit->scale == Scale::ratio) << code;
    UcumUnit longer = *unit;
    ++longer.dimension[0];
    EXPECT_FALSE(ratio(longer, *unit)) << code;
  }
  EXPECT_EQ(codes, 1357U);
}

TEST_F(UcumTest, WhatHasNoExactFactorIsAShortList) {
  std::string offset;
  std::string inexact;
  std::string nonlinear;
  const std::string common = fhir_file("testdata/ucum-common/codes.txt");
  for (const std::string_view code : split(common, '\n')) {
    const auto unit = ucum_.parse(code);
    if (!unit || unit->scale == Scale::ratio) continue;
    std::string& list = unit->scale == Scale::offset ? offset : unit->scale == Scale::inexact ? inexact : nonlinear;
    list.append(code).append(" ");
  }
  EXPECT_EQ(offset, "[degF] Cel ");
  // What is built on pi.
  EXPECT_EQ(inexact, "[pi].rad/min deg deg/s ' '' [cml_i] [mu_0] [pi] circ Gb gon Lmb Oe sph ");
  EXPECT_EQ(nonlinear, "[pH] dB %[slope] [p'diop] B B[kW] B[mV] B[SPL] B[uV] B[V] B[W] bit_s Np ");
}

TEST_F(UcumTest, FactorsAreThoseWorkedOutByHand) {
  std::size_t rows = 0;
  const auto problem = for_each_row(fhir_file("testdata/ucum_conversions.tsv"), [&](const TableRow& row) {
    ++rows;
    EXPECT_EQ(row.size(), 3U);
    EXPECT_EQ(factor(row[0], row[1]), row[2]) << row[0] << " in " << row[1];
    EXPECT_EQ(factor(row[1], row[0]) == "none", row[2] == "none") << row[1] << " in " << row[0];
    return std::optional<std::string>();
  });
  EXPECT_EQ(problem, std::nullopt);
  EXPECT_GT(rows, 90U);
}

TEST_F(UcumTest, TemperaturesKnowTheirZero) {
  const auto celsius = ucum_.parse("Cel");
  ASSERT_TRUE(celsius);
  EXPECT_EQ(celsius->scale, Scale::offset);
  EXPECT_EQ(celsius->offset.to_string(), "273.15");
  EXPECT_EQ(ucum_.parse("[degF]")->offset.to_string(), "459.67");
  EXPECT_EQ(ucum_.parse("K")->scale, Scale::ratio);
  EXPECT_EQ(ucum_.parse("Cel{oral}")->scale, Scale::offset);
  // Within a larger term there is no zero to count from.
  for (const char* term : {"mCel", "Cel/min", "/Cel", "Cel2", "2.Cel", "(Cel).1"}) {
    ASSERT_TRUE(ucum_.parse(term)) << term;
    EXPECT_EQ(ucum_.parse(term)->scale, Scale::nonlinear) << term;
  }
}

TEST_F(UcumTest, CaseCounts) {
  EXPECT_EQ(factor("Mg", "mg"), "1000000000");
  EXPECT_EQ(factor("mg/L", "MG/L"), "none");
  EXPECT_EQ(factor("Pa", "pA"), "none");
  EXPECT_EQ(factor("l", "L"), "1");
  EXPECT_FALSE(ucum_.parse("ML/dl/DL"));
  EXPECT_FALSE(ucum_.parse("cel"));
}

TEST_F(UcumTest, WhatIsNoTermIsNotRead) {
  for (const char* text :
       {"",       " ",       "/",      ".",     "mg/",     "mg//dL",  "mg..dL",    "(mg",   "mg)",    "()",
        "mg(dL)", "10(9)/L", "24h",    "100mL", "x10*9/L", "10E9/L",  "mg dL",     "mm Hg", "mmHg",   "{",
        "mg{",    "mg}",     "{a{b}}", "mg/{a", "10*9/L{", "m-",      "m+",        "m0",    "m100",   "m[",
        "m]",     "[IU",     "0",      "00/L",  "-1",      "µg/L",    "percent",   "cells", "K/cumm", "kmin",
        "m%",     "uin",     "mm^3",   "10*9.", "1e9/L",   "10**9/L", "1000000000"}) {
    EXPECT_FALSE(ucum_.parse(text)) << text;
  }
}

TEST_F(UcumTest, SizeAndDepthAreBounded) {
  EXPECT_TRUE(ucum_.parse("((((((((m))))))))"));
  EXPECT_FALSE(ucum_.parse("(((((((((m)))))))))"));
  EXPECT_TRUE(ucum_.parse("{" + std::string(Ucum::kMaxLength - 2, 'x') + "}"));
  EXPECT_FALSE(ucum_.parse("{" + std::string(Ucum::kMaxLength - 1, 'x') + "}"));
  // The exponent of a dimension does not wrap around.
  EXPECT_TRUE(ucum_.parse("m99"));
  EXPECT_FALSE(ucum_.parse("m99.m99"));
  // A factor that does not fit is none, and never a wrong one.
  EXPECT_EQ(ucum_.parse("[in_i]99")->scale, Scale::inexact);
  EXPECT_EQ(factor("Ym99", "ym99"), "none");
}

TEST_F(UcumTest, ParenthesesTurnDivisionAround) {
  EXPECT_EQ(factor("mg/(kg.h)", "mg/kg/h"), "1");
  EXPECT_EQ(factor("mg/(kg/h)", "mg.h/kg"), "1");
  EXPECT_EQ(factor("mg/(kg/(h/L))", "mg.h/kg/L"), "1");
  EXPECT_EQ(factor("mg/kg.h", "mg.h/kg"), "1");
  EXPECT_EQ(factor("/(s.m)", "1/m/s"), "1");
}

TEST(Ucum, AWrongTableIsRefusedWithItsLine) {
  Ucum ucum;
  const auto problem = [&](std::string_view text) { return ucum.read(text).value_or("accepted"); };
  EXPECT_EQ(problem("# a\nm\tmetric\town\nl\tmetric\t1\tdm3\n"), "accepted");
  EXPECT_EQ(problem("m\tmetric"), "line 1: expected code, metric or -, value and term, separated by tabs");
  EXPECT_EQ(problem("m\tmeter\town"), "line 1: expected metric or -");
  EXPECT_EQ(problem("m\tmetric\tbase"), "line 1: expected own, inexact, nonlinear, or a value and its term");
  EXPECT_EQ(problem("l\tmetric\t1\tdm3"), "line 1: no UCUM term of units above: dm3");
  EXPECT_EQ(problem("m\tmetric\town\nl\tmetric\t0\tdm3"), "line 2: expected a positive decimal");
  EXPECT_EQ(problem("m\tmetric\town\nm\tmetric\town"), "line 2: listed before: m");
  EXPECT_EQ(problem("K\tmetric\town\nCel\tmetric\t1\tK\tx"), "line 2: expected a decimal offset");
  std::string many;
  for (std::size_t i = 0; i <= UcumUnit::kMaxDimensions; ++i) many += "[" + std::to_string(i) + "]\t-\town\n";
  EXPECT_EQ(problem(many), "line 49: too many dimensions");
  // The last good one is still in force.
  EXPECT_TRUE(ucum.parse("mL") == std::nullopt && ucum.parse("ml") != std::nullopt);
}

}  // namespace
}  // namespace coagwatch::fhir

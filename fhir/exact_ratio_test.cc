#include "fhir/exact_ratio.h"

#include <gtest/gtest.h>

#include <string>

namespace coagwatch::fhir {
namespace {

using rules::Decimal;

ExactRatio of(std::string_view text) { return *ExactRatio::of(*Decimal::parse(text)); }

std::string shown(const std::optional<ExactRatio>& ratio) {
  if (!ratio) return "none";
  const auto quotient = ratio->quotient();
  return quotient ? quotient->dividend.to_string() + "/" + quotient->divisor.to_string() : "does not fit";
}

TEST(ExactRatio, ADecimalComesBackAsItself) {
  for (const char* text : {"1", "17.1", "88.4", "0.111", "7.50062", "1000000", "0.000000000001", "250", "0.5"}) {
    EXPECT_EQ(shown(of(text)), std::string(text) + "/1");
  }
  EXPECT_FALSE(ExactRatio::of(Decimal::of(0)));
  EXPECT_FALSE(ExactRatio::of(Decimal::of(-1)));
}

TEST(ExactRatio, AQuotientIsADecimalWhereItCanBe) {
  EXPECT_EQ(shown(of("1").times(of("8").inverse())), "0.125/1");
  EXPECT_EQ(shown(of("1").times(of("3").inverse())), "1/3");
  EXPECT_EQ(shown(of("24").times(of("60").inverse())), "0.4/1");
  EXPECT_EQ(shown(of("1").times(of("60").inverse())), "0.05/3");
  EXPECT_EQ(shown(of("5").times(of("9").inverse())), "5/9");
}

TEST(ExactRatio, OneNumberHasOneForm) {
  EXPECT_EQ(of("0.5"), of("2").inverse());
  EXPECT_EQ(of("0.25"), *of("0.5").power(2));
  EXPECT_EQ(*of("6").times(of("4").inverse()), of("1.5"));
  EXPECT_EQ(*of("1e9").times(of("1e-9")), ExactRatio());
  EXPECT_NE(of("2"), of("5"));
}

TEST(ExactRatio, PowersMayBeNegative) {
  EXPECT_EQ(shown(of("2.54").power(3)), "16.387064/1");
  EXPECT_EQ(shown(of("10").power(-9)), "0.000000001/1");
  EXPECT_EQ(shown(of("3").power(-2)), "1/9");
  EXPECT_EQ(shown(of("7").power(0)), "1/1");
}

TEST(ExactRatio, WhatDoesNotFitIsNotRounded) {
  EXPECT_EQ(shown(of("123456789012345678").times(of("123456789012345678"))), "none");
  EXPECT_EQ(shown(ExactRatio::power_of_ten(80)), "does not fit");
  EXPECT_EQ(shown(ExactRatio::power_of_ten(5000)), "none");
  EXPECT_EQ(shown(of("3").power(99)), "none");
  EXPECT_EQ(shown(ExactRatio::power_of_ten(-40)), "0.0000000000000000000000000000000000000001/1");
}

}  // namespace
}  // namespace coagwatch::fhir

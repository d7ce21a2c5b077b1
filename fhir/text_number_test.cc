#include "fhir/text_number.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace coagwatch::fhir {
namespace {

class TextNumberTest : public ::testing::Test {
 protected:
  /// `45`, `<10`, `>=20`, `[5,20]`, each with ` rest` behind it; `none`, or `unread` where there are digits.
  std::string read(std::string_view text) {
    const TextNumber number = read_text_number(plain_form(text, arena_), style_);
    if (!number.parsed) return number.has_digit ? "unread" : "none";
    const rules::Interval& v = number.value;
    std::string out;
    if (v.is_point()) {
      out = v.low.to_string();
    } else if (v.low_unbounded) {
      out = (v.high_open ? "<" : "<=") + v.high.to_string();
    } else if (v.high_unbounded) {
      out = (v.low_open ? ">" : ">=") + v.low.to_string();
    } else {
      out = "[" + v.low.to_string() + "," + v.high.to_string() + "]";
    }
    return number.rest.empty() ? out : out + " " + std::string(number.rest);
  }

  NumberStyle style_;
  TextArena arena_;
};

TEST_F(TextNumberTest, NumbersAndBounds) {
  EXPECT_EQ(read("12"), "12");
  EXPECT_EQ(read("<0.02"), "<0.02");
  EXPECT_EQ(read(">249.0"), ">249.0");
  EXPECT_EQ(read("> 20.50"), ">20.50");
  EXPECT_EQ(read("\t<= 5 "), "<=5");
  EXPECT_EQ(read("GREATER THAN 20"), ">20");
  EXPECT_EQ(read("Greater than or equal to 20"), ">=20");
  EXPECT_EQ(read("More than 20"), ">20");
  EXPECT_EQ(read("LESS THAN 0.5"), "<0.5");
  EXPECT_EQ(read("less than or equal to 5"), "<=5");
  EXPECT_EQ(read("-1"), "-1");
  EXPECT_EQ(read("1.5e3"), "1500");
  EXPECT_EQ(read("2.5E-1"), "0.25");
}

TEST_F(TextNumberTest, JapaneseBoundsStandBehind) {
  EXPECT_EQ(read("120以上"), ">=120");
  EXPECT_EQ(read("2.5未満"), "<2.5");
  EXPECT_EQ(read("１２０以下"), "<=120");
  EXPECT_EQ(read("240超"), ">240");
  EXPECT_EQ(read("120以上 μg/mL").substr(0, 6), ">=120 ");
  EXPECT_EQ(read("<5以上"), "unread");
  EXPECT_NE(read("5-20以上"), "[5,20]") << "what is left is no unit";
}

TEST_F(TextNumberTest, Ranges) {
  for (const char* text : {"5-20", "5 - 20", "5\u201320", "5 \u2014 20", "5\u221220", "5~20", "5\u301c20", "5\uff5e20",
                           "5 to 20", "5 TO 20", "\uff15\uff0d\uff12\uff10"}) {
    EXPECT_EQ(read(text), "[5,20]") << text;
  }
  EXPECT_EQ(read("5-20 ug/mL"), "[5,20] ug/mL");
  for (const char* text : {"20-5", "<5-20", "5-<20", ">5 to 20"}) EXPECT_NE(read(text).front(), '[') << text;
  // More digits than are kept: just below 0.5, so that nothing lies between.
  EXPECT_NE(read("0.5-0.49999999999999999999").front(), '[');
}

TEST_F(TextNumberTest, FullWidthAndOtherSigns) {
  EXPECT_EQ(read("\uff12\uff10"), "20");
  EXPECT_EQ(read("\uff1c\uff12\uff10"), "<20");
  EXPECT_EQ(read("\uff1e\u3000\uff12\uff0e\uff15"), ">2.5");
  EXPECT_EQ(read("\u22645"), "<=5");
  EXPECT_EQ(read("\u22675"), ">=5");
  EXPECT_EQ(read("\u2a7e5"), ">=5");
  EXPECT_EQ(read("<\u00a05"), "<5");
  EXPECT_EQ(read("\u22121"), "-1");
  EXPECT_EQ(read("20 \u00b5g/mL"), "20 ug/mL");
  // A power is no digit of the number, and a dot between the lines is a product as well as a decimal point.
  EXPECT_EQ(read("10\u00b3"), "10 \u00b3");
  EXPECT_EQ(read("1\u00b75"), "1 \u00b75");
}

TEST_F(TextNumberTest, WhatIsNoNumber) {
  for (const char* text :
       {"", "+", "++", "neg", "s.Bem.", "s. Text", "UNK", "clotted", "\uff0b", "<", "greater than"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
  for (const char* text : {"see note 3", ".5", "01", "1.2.3", "--1", "5.", "x1", "mg/dL 150", "= 5", "<>5", "20-5",
                           "<5-20", "\uff1d\uff15"}) {
    EXPECT_EQ(read(text), "unread") << text;
  }
  // The rest is judged as a unit, which these are not.
  EXPECT_EQ(read("150>"), "150 >");
  EXPECT_EQ(read("<1>50"), "<1 >50");
  EXPECT_EQ(read("1:8"), "1 :8");
  EXPECT_EQ(read("2+"), "2 +");
  EXPECT_EQ(read("1 234"), "1 234");
  EXPECT_EQ(read("1'234"), "1 '234");
  EXPECT_EQ(read("2020-01-02"), "unread");
}

TEST_F(TextNumberTest, AUnitsPowerOfTenIsNoNumber) {
  for (const char* text : {"10E3/uL", "10e9/L", "1E9/L", "<10E3", "10E+3"}) EXPECT_EQ(read(text), "unread") << text;
  EXPECT_EQ(read("45 10E3/uL"), "45 10E3/uL");
  EXPECT_EQ(read("4.5E1"), "45");
  EXPECT_EQ(read("1.0E1"), "10");
}

TEST_F(TextNumberTest, ACommaIsDecimalOnlyWhereTheSiteSaysSo) {
  EXPECT_EQ(read("1,4"), "1 ,4");
  EXPECT_EQ(read("1.234"), "1.234");
  style_.decimal_comma = true;
  EXPECT_EQ(read("1,4"), "1.4");
  EXPECT_EQ(read("<0,02"), "<0.02");
  EXPECT_EQ(read("1,234"), "1.234");
  EXPECT_EQ(read("5,0 - 20,5 g/L"), "[5.0,20.5] g/L");
  EXPECT_EQ(read("\uff11\uff0c\uff14"), "1.4");
  EXPECT_EQ(read("1,5e2"), "150");
  EXPECT_EQ(read("45"), "45");
  // A point is decimal wherever it cannot part thousands.
  EXPECT_EQ(read("1.4"), "1.4");
  EXPECT_EQ(read("12.50"), "12.50");
  EXPECT_EQ(read("0.234"), "0.234");
  EXPECT_EQ(read("1.2345"), "1.2345");
  for (const char* text : {"1.234", "250.000", "1.234,5", "1,234.5", "1,2,3", "1,", ",5", "<1.000"}) {
    EXPECT_EQ(read(text), "unread") << text;
  }
}

TEST_F(TextNumberTest, LongNumbers) {
  style_.max_length = 8;
  EXPECT_EQ(read("12345678"), "12345678");
  EXPECT_EQ(read("123456789"), "unread");
}

}  // namespace
}  // namespace coagwatch::fhir

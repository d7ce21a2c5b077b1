#include <gtest/gtest.h>

#include <vector>

#include "fhir/result_unit.h"
#include "fhir/ucum_fixture.h"
#include "fhir/unit_text.h"

namespace coagwatch::fhir {
namespace {

using rules::Measure;

/// What a Quantity's unit is for the measure, as the table of expectations says it.
std::string reading_of(const Terminology& terminology, Measure measure, std::string_view text, std::string_view code,
                       std::string_view system) {
  WrittenUnit written;
  written.text = text;
  written.code = code;
  written.ucum = system == "http://unitsofmeasure.org";
  written.other_system = !system.empty() && !written.ucum;
  CodeMeaning meaning;
  meaning.measure = measure;
  const UnitReading reading = resolve_unit(terminology, meaning, written);
  if (reading.problem) return "refused";
  if (reading.unitless) return "unitless";
  std::string shown = reading.conversion.factor.to_string();
  if (reading.conversion.divisor != rules::Decimal::of(1)) shown += "/" + reading.conversion.divisor.to_string();
  if (!reading.conversion.offset.is_zero()) shown += " after " + reading.conversion.offset.to_string();
  if (reading.conversion.flavour == DDimerFlavour::feu) shown += " feu";
  if (reading.conversion.flavour == DDimerFlavour::ddu) shown += " ddu";
  return shown;
}

TEST(UnitSpellings, OfRealHospitalsAreReadAsReviewed) {
  const Terminology terminology;
  std::size_t rows = 0;
  const auto problem = for_each_row(fhir_file("testdata/unit_spellings.tsv"), [&](const TableRow& row) {
    ++rows;
    const auto measure = rules::measure_named(row[0]);
    EXPECT_TRUE(measure && row.size() >= 5) << row[0];
    EXPECT_EQ(reading_of(terminology, *measure, row[1], row[2], row[3]), row[4])
        << row[0] << " '" << row[1] << "' code '" << row[2] << "'";
    return std::optional<std::string>();
  });
  EXPECT_EQ(problem, std::nullopt);
  EXPECT_EQ(rows, 158U);
}

class UnitReadingTest : public ::testing::Test {
 protected:
  std::string text(Measure measure, std::string_view unit) const {
    return reading_of(terminology_, measure, unit, "", "");
  }
  std::string both(Measure measure, std::string_view unit, std::string_view code,
                   std::string_view system = "http://unitsofmeasure.org") const {
    return reading_of(terminology_, measure, unit, code, system);
  }
  Terminology terminology_;
};

TEST_F(UnitReadingTest, AnyUcumTermOfTheRightDimensionConvertsExactly) {
  EXPECT_EQ(text(Measure::platelets, "10*5/uL"), "100");
  EXPECT_EQ(text(Measure::platelets, "10*6/mL"), "1");
  EXPECT_EQ(text(Measure::platelets, "10*3.{plt}/uL"), "1");
  EXPECT_EQ(text(Measure::fibrinogen, "g/(100.mL)"), "10");
  EXPECT_EQ(text(Measure::fibrinogen, "nmol/L"), "0.00034");
  EXPECT_EQ(text(Measure::bilirubin, "ug/mL"), "1.71");
  EXPECT_EQ(text(Measure::creatinine, "nmol/mL"), "1");
  EXPECT_EQ(text(Measure::creatinine, "g/L"), "8840");
  EXPECT_EQ(text(Measure::crp, "umol/L"), "105");
  EXPECT_EQ(text(Measure::crp, "mg/mL"), "1000");
  EXPECT_EQ(text(Measure::lactate, "meq/L"), "1");
  EXPECT_EQ(text(Measure::lactate, "g/L"), "11.1");
  EXPECT_EQ(text(Measure::antithrombin, "m[IU]/mL"), "0.1");
  EXPECT_EQ(text(Measure::pao2, "mbar"), "0.750062");
  EXPECT_EQ(text(Measure::pao2, "Pa"), "0.00750062");
  EXPECT_EQ(text(Measure::pao2, "cm[Hg]"), "10");
  EXPECT_EQ(text(Measure::temperature, "K"), "1 after -273.15");
  EXPECT_EQ(text(Measure::temperature, "[degF]"), "5/9 after -32");
  EXPECT_EQ(text(Measure::heart_rate, "/h"), "0.05/3");
  EXPECT_EQ(text(Measure::d_dimer, "ng{FEU}/dL"), "0.00001 feu");
  EXPECT_EQ(text(Measure::d_dimer, "ng/dL FEU"), "0.00001 feu");
  EXPECT_EQ(text(Measure::d_dimer, "pg/mL{DDU}"), "0.000001 ddu");
}

TEST_F(UnitReadingTest, AnotherDimensionIsNeverConverted) {
  for (const char* unit : {"mmol/L", "10*9", "L", "/[HPF]", "[CFU]/mL", "10*3.U/L", "K/L", "{cells}", "g", "10*9/m2"}) {
    EXPECT_EQ(text(Measure::platelets, unit), "refused") << unit;
  }
  for (const char* unit : {"[IU]/L", "U/L", "[arb'U]/mL", "mosm/L", "mol", "g"}) {
    EXPECT_EQ(text(Measure::creatinine, unit), "refused") << unit;
  }
  EXPECT_EQ(text(Measure::haemoglobin, "mmol/L"), "refused");
  EXPECT_EQ(text(Measure::heart_rate, "Bq"), "refused");
  EXPECT_EQ(text(Measure::temperature, "Cel/min"), "refused");
}

TEST_F(UnitReadingTest, WhereUcumWouldMislead) {
  // A ratio is not a percentage of another thing.
  EXPECT_EQ(text(Measure::pt_activity, "1"), "refused");
  EXPECT_EQ(text(Measure::pt_ratio, "%"), "refused");
  EXPECT_EQ(text(Measure::inr, "mg/mg"), "refused");
  EXPECT_EQ(text(Measure::spo2, "[ppth]"), "refused");
  // `min` is written where no unit was known, and an hour's urine is not a day's.
  EXPECT_EQ(text(Measure::pt_seconds, "min"), "refused");
  EXPECT_EQ(text(Measure::pt_seconds, "ms"), "refused");
  EXPECT_EQ(text(Measure::urine_output, "mL/h"), "refused");
  EXPECT_EQ(text(Measure::urine_output, "mL/(8.h)"), "refused");
  EXPECT_EQ(text(Measure::urine_output, "mL/d"), "1");
}

TEST_F(UnitReadingTest, WithTwoReadingsItIsUnknown) {
  // Megagrams and megalitres by UCUM, milligrams and millilitres by habit.
  EXPECT_EQ(text(Measure::creatinine, "Mg/dL"), "refused");
  EXPECT_EQ(text(Measure::lactate, "Mmol/L"), "refused");
  EXPECT_EQ(text(Measure::fdp, "ug/ML"), "refused");
  EXPECT_EQ(text(Measure::creatinine, "MG/DL"), "88.4");
  EXPECT_EQ(text(Measure::lactate, "MMOL/L"), "1");
  // An exponent whose height was lost is a number of its own.
  EXPECT_EQ(text(Measure::platelets, "109/L"), "refused");
  EXPECT_EQ(text(Measure::platelets, "103/uL"), "refused");
  EXPECT_EQ(text(Measure::platelets, "10 9/L"), "1");
  EXPECT_EQ(text(Measure::platelets, "10 3/uL"), "1");
  // White space never joins two words to one.
  EXPECT_EQ(text(Measure::platelets, "10 5/uL"), "refused");
  EXPECT_EQ(text(Measure::platelets, " 10*5 / uL "), "100");
}

TEST_F(UnitReadingTest, CodeAndTextThatDisagreeAreRefused) {
  EXPECT_EQ(both(Measure::platelets, "10*5/uL", "10*9/L"), "refused");
  EXPECT_EQ(both(Measure::platelets, "10*6/mL", "10*9/L"), "1");
  EXPECT_EQ(both(Measure::platelets, "mmol/L", "10*9/L"), "refused");
  EXPECT_EQ(both(Measure::map, "mm", "mm[Hg]"), "refused");
  EXPECT_EQ(both(Measure::creatinine, "mg/dL", "U/L"), "refused");
  EXPECT_EQ(both(Measure::creatinine, "mg/dL", "foo/L"), "refused");
  // What is no unit, or a bare number, says nothing.
  EXPECT_EQ(both(Measure::platelets, "10", "10*9/L"), "1");
  EXPECT_EQ(both(Measure::platelets, "Thrombozyten", "10*9/L"), "1");
  // A code of another system is no UCUM.
  EXPECT_EQ(both(Measure::platelets, "G/L", "T1", "urn:units"), "1");
  EXPECT_EQ(both(Measure::platelets, "G/L", "T1", ""), "refused");
  EXPECT_EQ(both(Measure::platelets, "G/L", "mg/dL", "urn:units"), "refused");
  EXPECT_EQ(both(Measure::platelets, "G/L", "pmol/mL", "urn:units"), "refused");
}

TEST_F(UnitReadingTest, SignsAreReadInPlainForm) {
  for (const char* unit : {"\u00b5mol/L", "\u03bcmol/L", "\uff55\uff4d\uff4f\uff4c\uff0f\uff2c", "\u00b5mol\u00b7L-1",
                           "\u03bcmol\u22c5L\u207b\u00b9", "\u00b5mol\u00a0/\u3000L", "\u00b5mol/\u2113"}) {
    EXPECT_EQ(text(Measure::creatinine, unit), "1") << unit;
  }
  EXPECT_EQ(text(Measure::creatinine, "\u338e/\u3397"), "88.4");
  EXPECT_EQ(text(Measure::spo2, "\uff05"), "1");
  EXPECT_EQ(text(Measure::temperature, "\u2103"), "1");
  EXPECT_EQ(text(Measure::platelets, "\u00d710\u2074/\u03bcL"), "10");
  EXPECT_EQ(text(Measure::platelets, "10\u2075/\u00b5L"), "100");
  EXPECT_EQ(text(Measure::platelets, "10\u00b3/mm\u00b3"), "1");
  EXPECT_EQ(text(Measure::fibrinogen, "mg/mm\u00b3"), "1000");
  EXPECT_EQ(text(Measure::d_dimer, "\u00b5g/mL\uff5bFEU\uff5d"), "1 feu");
  // A sign without a plain form stays what it is.
  EXPECT_EQ(text(Measure::creatinine, "\u00e4mol/L"), "refused");
  EXPECT_EQ(text(Measure::creatinine, "\uff00mol/L"), "refused");
}

TEST_F(UnitReadingTest, AnExponentThatLostItsHeightIsUnknown) {
  for (const Measure measure : {Measure::platelets, Measure::wbc, Measure::rbc}) {
    for (const char* unit :
         {"102/uL", "103/uL",         "104/uL",       "106/uL",    "103/mm3",  "104/mm\u00b3",     "106/L",
          "109/L",  "1012/L",         "1010/L",       "9/L",       "3/uL",     "6/\u00b5L",        "10/uL",
          "10/L",   "10*/uL",         "10^/L",        "10*-9/L",   "10^-9/L",  "10\u207b\u2079/L", "25/uL",
          "2.5/uL", "{cells}.103/uL", "103.{RBC}/uL", "/103.uL-1", "(103)/uL", "10 6/L",           "103{cells}/uL",
          "109/l",  "103/UL"}) {
      // Where the exponent stands apart the table may know it: platelets as 10 9/L.
      EXPECT_EQ(text(measure, unit), "refused") << unit;
      EXPECT_EQ(both(measure, unit, unit), "refused") << unit;
    }
  }
  EXPECT_EQ(text(Measure::fdp, "103.ug/L"), "refused");
  EXPECT_EQ(text(Measure::creatinine, "mg/10.mL"), "refused");
  EXPECT_EQ(text(Measure::creatinine, "mmol/(1.73.L)"), "refused");
  // Powers of ten that are written out, and exponents that are none of a factor.
  EXPECT_EQ(text(Measure::platelets, "1/uL"), "0.001");
  EXPECT_EQ(text(Measure::platelets, "100/uL"), "0.1");
  EXPECT_EQ(text(Measure::platelets, "1000/mm3"), "1");
  EXPECT_EQ(text(Measure::platelets, "10000/uL"), "10");
  EXPECT_EQ(text(Measure::platelets, "10*9.L-1"), "1");
  EXPECT_EQ(text(Measure::platelets, "10*10/L"), "10");
  EXPECT_EQ(text(Measure::fibrinogen, "mg/(100.mL)"), "0.01");
  EXPECT_EQ(text(Measure::fibrinogen, "10*-3.g/L"), "0.001");
}

TEST_F(UnitReadingTest, AnAnnotationThatMayBeTheScaleIsUnknown) {
  for (const char* unit : {"{K}/uL",         "{k}/uL",           "{10*3}/uL",     "{thou}/mm3",
                           "{Tsd.}/\u00b5L", "{10^9}/L",         "{Giga}/L",      "{G}/L",
                           "{lakhs}/cumm",   "{Mio}/mL",         "{\u4e07}/uL",   "{x}/uL",
                           "{unit}/L",       "{K}{cells}/uL",    "{cells}{K}/uL", "{thousand cells}/uL",
                           "1{K}/uL",        "10*3{K}/uL",       "10*3.{K}/uL",   "/uL{thousands}",
                           "/{K}uL",         "\uff5bK\uff5d/uL", " {K} / uL",     "{}/uL"}) {
    EXPECT_EQ(text(Measure::platelets, unit), "refused") << unit;
    EXPECT_EQ(both(Measure::platelets, unit, unit), "refused") << unit;
  }
  for (const char* unit : {"{cells}/uL", "{Cell}/uL", "{plt}/uL", "{Platelets}/mm3", "{#}/uL", "/uL{automated}"}) {
    EXPECT_EQ(text(Measure::platelets, unit), "0.001") << unit;
  }
  for (const char* unit :
       {"10*9{plt}/L", "10*3{cells}/uL", "10*3.{plt}/uL", "10*9/L{automated count}", "10*9/L{EDTA}"}) {
    EXPECT_EQ(text(Measure::platelets, unit), "1") << unit;
  }
  // Where no number can stand it stays a remark.
  EXPECT_EQ(text(Measure::pt_activity, "%{of 100}"), "1");
  EXPECT_EQ(text(Measure::inr, "{INR}"), "1");
}

TEST_F(UnitReadingTest, ATextThatLooksLikeAUnitMustAgreeWithTheCode) {
  struct Case {
    Measure measure;
    const char* code;
    std::vector<const char*> texts;
  };
  for (const Case& c : {Case{Measure::platelets,
                             "10*9/L",
                             {"10 6/L", "thou/mL", "lakhs/cumm", "10^6 / nL", "10^3", "Lakh", "Tsd", "per nanolitre",
                              "103/uL", "pT", "1", "K/uL x10", "K/uL (10)", "10*9/L; mg/L", "/uL plasma",
                              "Mio. Thrombozyten", "Zellen pro nL", "10*9/L{K}"}},
                        Case{Measure::platelets, "10*3/uL", {"10 4/uL", "10 4/\u00b5L", "10\u2074 cells/\u00b5L"}},
                        Case{Measure::fibrinogen,
                             "g/L",
                             {"mg/dl (Clauss)", "mg/dL,plasma", "mgs/dL", "g per dL", "mg pro dL", "% norm", "mg",
                              "gms/L", "g/L/100", "\uff4d\uff47\uff0f\uff44\uff4c\u3000plasma"}},
                        Case{Measure::fdp, "ug/mL", {"ng/ml plasma", "ng/mL FEU"}},
                        Case{Measure::pt_seconds,
                             "s",
                             {"INR ratio", "% activity (norm)", "PT INR", "sec / INR", "Ratio, sec", "min plasma",
                              "sec (INR)", "Quick %"}},
                        Case{Measure::heart_rate, "/min", {"{beat}/h}"}}}) {
    for (const char* unit : c.texts) EXPECT_EQ(both(c.measure, unit, c.code), "refused") << unit << " for " << c.code;
  }
  for (const Case& c :
       {Case{Measure::platelets,
             "10*9/L",
             {"Platelets", "value", "10", "K/uL (EDTA)", "Giga/l, citrate", "10*9/L [H]", "10(9)/L (auto)",
              "billion per liter", "x10^3 cells/\u00b5L", "Thousands Per MicroLiter", "G/L\u3000\uff08EDTA\uff09"}},
        Case{
            Measure::pt_seconds, "s", {"sec. (Quick)", "second(s) plasma", "PT", "PT sec", "time in seconds", "(sec)"}},
        Case{
            Measure::fibrinogen, "g/L", {"g/L (Clauss)", "g/L,plasma", "mg/mL plasma", "Fibrinogen", "gram per liter"}},
        Case{Measure::pt_activity, "%", {"% activity (norm)", "% d. Norm", "percent activity", "%; Quick"}},
        Case{Measure::inr, "1", {"INR ratio", "ratio (INR)", "{INR} plasma"}}}) {
    for (const char* unit : c.texts) EXPECT_EQ(both(c.measure, unit, c.code), "1") << unit << " for " << c.code;
  }
  // A qualifier's own words count for the D-dimer, and the code's unit is held against the text in other systems too.
  EXPECT_EQ(both(Measure::d_dimer, "mg/L FEU, plasma", "mg/L"), "1 feu");
  EXPECT_EQ(both(Measure::platelets, "G/L", "10 6/L", "urn:units"), "refused");
  EXPECT_EQ(both(Measure::platelets, "G/L", "10 6/L", ""), "refused");
  EXPECT_EQ(both(Measure::platelets, "G/L", "K/uL_auto", "urn:units"), "1");
}

TEST(UnitText, MarksWhereWhiteSpaceParted) {
  EXPECT_TRUE(UnitText("10 9/L", false).gapped());
  EXPECT_TRUE(UnitText("mm Hg", false).gapped());
  EXPECT_FALSE(UnitText(" mg / dL ", false).gapped());
  EXPECT_FALSE(UnitText("mg/L FEU", true).gapped());
  EXPECT_TRUE(UnitText("1 0 FEU/L", true).gapped());
  EXPECT_EQ(UnitText("x 10 3 / uL", false).exact(), "x10 3/uL");
  EXPECT_EQ(UnitText("mg/{x}", false).exact(), "mg/1");
  EXPECT_EQ(UnitText("10*3.{RBC}/uL", false).exact(), "10*3.1/uL");
  EXPECT_TRUE(UnitText("{INR}", false).only_annotation());
}

}  // namespace
}  // namespace coagwatch::fhir

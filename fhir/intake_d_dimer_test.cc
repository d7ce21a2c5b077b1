#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

constexpr const char* kFeuCode = "48065-7";
constexpr const char* kDduCode = "48066-5";
constexpr const char* kOpenCode = "30240-6";

class IntakeDDimerTest : public IntakeTest {
 protected:
  static ObservationJson d_dimer(const std::string& code, const std::string& number, const std::string& unit) {
    return ObservationJson().loinc(code).spelled(number, unit);
  }
  int flags(const ObservationJson& observation) { return read(observation).change.result.flags; }
};

TEST_F(IntakeDDimerTest, FeuStaysAsItIs) {
  EXPECT_EQ(value(d_dimer(kFeuCode, "1.50", "mg/L")), "1.50");
  EXPECT_EQ(value(d_dimer(kFeuCode, "1500", "ng/mL FEU")), "1.5");
  EXPECT_EQ(value(d_dimer(kOpenCode, "1500", "ng{FEU}/mL")), "1.5");
  EXPECT_EQ(flags(d_dimer(kFeuCode, "1.50", "mg/L")), 0);
}

TEST_F(IntakeDDimerTest, DduIsDoubledAndMarkedItsLimitIsNot) {
  ObservationJson ddu = d_dimer(kDduCode, "240", "ng/mL");
  ddu.set("referenceRange", R"([{"high":{"value":120}}])");
  EXPECT_EQ(value(ddu), "0.48");
  EXPECT_EQ(upper_limit(ddu), "0.12");
  EXPECT_EQ(flags(ddu), rules::kFlagDduConverted);
  EXPECT_EQ(value(d_dimer(kOpenCode, "240", "ug/L{DDU}")), "0.48");
}

TEST_F(IntakeDDimerTest, TheFirstThatNamesAFlavourCounts) {
  ObservationJson by_text = d_dimer(kOpenCode, "1", "mg/L");
  by_text.set("code", R"j({"coding":[{"system":"http://loinc.org","code":"30240-6"}],"text":"D-Dimer (DDU)"})j");
  EXPECT_EQ(value(by_text), "2");
  ObservationJson by_display = d_dimer(kOpenCode, "1", "mg/L");
  by_display.set("code", R"({"coding":[{"system":"http://loinc.org","code":"30240-6","display":"D-dimer FEU"}]})");
  EXPECT_EQ(value(by_display), "1");
  ObservationJson by_method = d_dimer(kOpenCode, "1", "mg/L");
  by_method.set("method", R"({"text":"latex, ddu"})");
  EXPECT_EQ(value(by_method), "2");
}

TEST_F(IntakeDDimerTest, TheSiteIsTheLastToBeAsked) {
  site_.d_dimer_flavour = rules::SiteProfile::DDimerFlavour::ddu;
  EXPECT_EQ(value(d_dimer(kOpenCode, "1", "mg/L")), "2");
  EXPECT_EQ(outcome(d_dimer(kFeuCode, "1", "mg/L")), "unusable/d-dimer-flavour");
}

TEST_F(IntakeDDimerTest, ContradictionsAreUnusable) {
  EXPECT_EQ(outcome(d_dimer(kDduCode, "1", "mg/L FEU")), "unusable/d-dimer-flavour");
  EXPECT_EQ(outcome(d_dimer(kFeuCode, "1", "ug/mL{DDU}")), "unusable/d-dimer-flavour");
  EXPECT_EQ(outcome(d_dimer(kFeuCode, "1", "mg/L{FEU}{DDU}")), "unusable/d-dimer-flavour");
  ObservationJson by_text = d_dimer(kFeuCode, "1", "mg/L");
  by_text.set("code", R"({"coding":[{"system":"http://loinc.org","code":"48065-7","display":"D-dimer DDU"}]})");
  EXPECT_EQ(outcome(by_text), "unusable/d-dimer-flavour");
  ObservationJson two_codes = d_dimer(kFeuCode, "1", "mg/L");
  two_codes.set("code", R"({"coding":[{"system":"http://loinc.org","code":"48065-7"},
    {"system":"http://loinc.org","code":"48066-5"}]})");
  EXPECT_EQ(outcome(two_codes), "unusable/d-dimer-flavour");
  const Item& item = read(two_codes);
  EXPECT_FALSE(item.value_known);
  EXPECT_EQ(item.change.result.unusable, rules::Unusable::d_dimer_flavour);
  EXPECT_TRUE(item.change.result.at.known());
  EXPECT_EQ(describe(item.change.result.value), "anything");
}

TEST_F(IntakeDDimerTest, WithoutAFlavourOnlyTheOwnLimitMakesItUsable) {
  ObservationJson open = d_dimer(kOpenCode, "1", "mg/L");
  EXPECT_EQ(outcome(open), "unusable/d-dimer-flavour");
  open.set("referenceRange", R"([{"high":{"value":0.25}}])");
  EXPECT_EQ(value(open), "1");
  EXPECT_EQ(upper_limit(open), "0.25");
  EXPECT_EQ(flags(open), rules::kFlagMultipleOnly);
}

TEST_F(IntakeDDimerTest, AnAgeAdjustedLimitIsMarked) {
  const auto with = [&](const std::string& age, const std::string& high) {
    return flags(d_dimer(kFeuCode, "1", "mg/L")
                     .set("referenceRange",
                          R"([{"age":{"low":{"value":)" + age + R"(,"unit":"a"}},"high":{"value":)" + high + "}}]"));
  };
  EXPECT_EQ(with("51", "0.80"), rules::kFlagAgeAdjustedLimit);
  EXPECT_EQ(with("50", "0.80"), 0);
  EXPECT_EQ(with("51", "0.51"), rules::kFlagAgeAdjustedLimit);
  EXPECT_EQ(with("51", "0.50"), 0);
  ObservationJson open = d_dimer(kOpenCode, "1", "mg/L");
  open.set("referenceRange", R"([{"age":{"low":{"value":51,"unit":"a"}},"high":{"value":0.8}}])");
  EXPECT_EQ(flags(open), rules::kFlagMultipleOnly | rules::kFlagAgeAdjustedLimit);
}

TEST_F(IntakeDDimerTest, AnAgeInOtherUnitsIsConverted) {
  const auto with = [&](const std::string& age, const std::string& unit) {
    return flags(d_dimer(kFeuCode, "1", "mg/L")
                     .set("referenceRange", R"([{"age":{"low":{"value":)" + age + R"(,"code":")" + unit +
                                                R"("}},"high":{"value":0.8}}])"));
  };
  EXPECT_EQ(with("600", "mo"), 0) << "50 years";
  EXPECT_EQ(with("600.1", "mo"), rules::kFlagAgeAdjustedLimit);
  EXPECT_EQ(with("18262.5", "d"), 0);
  EXPECT_EQ(with("18263", "d"), rules::kFlagAgeAdjustedLimit);
  EXPECT_EQ(with("2608.9", "wk"), 0) << "18262.3 days";
  EXPECT_EQ(with("2609", "wk"), rules::kFlagAgeAdjustedLimit);
  EXPECT_EQ(with("51", "mo"), 0);
  EXPECT_EQ(with("99999", "h"), 0) << "no unit of ages";
}

TEST_F(IntakeDDimerTest, AnAgeAdjustedLimitInDduIsHalfAsHigh) {
  const auto with = [&](const std::string& high) {
    return flags(
        d_dimer(kDduCode, "1", "mg/L")
            .set("referenceRange", R"([{"age":{"low":{"value":51,"unit":"a"}},"high":{"value":)" + high + "}}]"));
  };
  EXPECT_EQ(with("0.25"), rules::kFlagDduConverted);
  EXPECT_EQ(with("0.26"), rules::kFlagDduConverted | rules::kFlagAgeAdjustedLimit);
}

TEST_F(IntakeDDimerTest, ALimitOfAnotherFlavourIsNoLimit) {
  ObservationJson feu = d_dimer(kFeuCode, "1", "mg{FEU}/L");
  EXPECT_EQ(upper_limit(feu.set("referenceRange", R"([{"high":{"value":0.24,"unit":"mg/L DDU"}}])")), "none");
  EXPECT_EQ(upper_limit(feu.set("referenceRange", R"([{"high":{"value":500,"unit":"ng/mL"}}])")), "0.5");
}

TEST_F(IntakeDDimerTest, WhoeverSaysTheFlavourALimitOfTheOtherIsNoLimit) {
  ObservationJson ddu = d_dimer(kDduCode, "0.3", "mg/L");
  EXPECT_EQ(upper_limit(ddu.set("referenceRange", R"([{"high":{"value":0.5,"unit":"mg/L FEU"}}])")), "none");
  EXPECT_EQ(upper_limit(ddu.set("referenceRange", R"([{"high":{"value":0.25,"unit":"mg/L DDU"}}])")), "0.25");
  ObservationJson feu = d_dimer(kFeuCode, "0.9", "mg/L");
  EXPECT_EQ(upper_limit(feu.set("referenceRange", R"([{"high":{"value":0.25,"unit":"mg/L DDU"}}])")), "none");
}

TEST_F(IntakeDDimerTest, ALimitInATextMayHaveAUnit) {
  ObservationJson feu = d_dimer(kFeuCode, "3", "mg/L FEU");
  EXPECT_EQ(upper_limit(feu.set("referenceRange", R"([{"text":"<0.50 mg/L FEU"}])")), "0.50");
  EXPECT_EQ(upper_limit(feu.set("referenceRange", R"([{"text":"0 - 500 ng/mL"}])")), "0.5");
  EXPECT_EQ(upper_limit(feu.set("referenceRange", R"([{"text":"<0.25 mg/L DDU"}])")), "none");
  EXPECT_EQ(upper_limit(feu.set("referenceRange", R"j([{"text":"<0.50 (adults)"}])j")), "none");
}

TEST_F(IntakeDDimerTest, ALimitThatNoAssayHasIsNoLimit) {
  const auto of = [&](const char* code, const std::string& high) {
    return upper_limit(d_dimer(code, "5", "mg/L").set("referenceRange", R"([{"high":{"value":)" + high + "}}]"));
  };
  for (const char* limit : {"0.05", "0.5", "5"}) EXPECT_EQ(of(kFeuCode, limit), limit);
  for (const char* limit : {"0.049", "5.01", "500", "999999"}) EXPECT_EQ(of(kFeuCode, limit), "none") << limit;
  for (const char* limit : {"0.025", "0.24", "2.5"}) EXPECT_EQ(of(kDduCode, limit), limit);
  for (const char* limit : {"0.024", "2.51", "240"}) EXPECT_EQ(of(kDduCode, limit), "none") << limit;
  for (const char* limit : {"0.025", "5"}) EXPECT_EQ(of(kOpenCode, limit), limit);
  for (const char* limit : {"0.024", "5.01"}) EXPECT_EQ(of(kOpenCode, limit), "none") << limit;
  ObservationJson open = d_dimer(kOpenCode, "5", "mg/L").set("referenceRange", R"([{"high":{"value":500}}])");
  EXPECT_EQ(outcome(open), "unusable/d-dimer-flavour");
  EXPECT_EQ(upper_limit(d_dimer(kFeuCode, "5", "mg/L")
                            .set("referenceRange", R"([{"high":{"value":999999}},{"high":{"value":0.5}}])")),
            "0.5");
}

TEST_F(IntakeDDimerTest, ALimitThatItsTextContradictsIsNoLimit) {
  const auto of = [&](const std::string& high, const std::string& text) {
    return upper_limit(d_dimer(kFeuCode, "5", "mg/L")
                           .set("referenceRange", R"([{"high":)" + high + R"(,"text":)" + as_json_text(text) + "}]"));
  };
  EXPECT_EQ(of(R"({"value":5})", "<500 ng/mL"), "none");
  EXPECT_EQ(of(R"({"value":5})", "<0.5"), "none");
  EXPECT_EQ(of(R"({"value":0.5})", "<0.5 mg/L DDU"), "none");
  EXPECT_EQ(of(R"({"value":0.5})", "<0.5 ng/mL adults"), "none");
  EXPECT_EQ(of(R"({"value":0.5})", "<0.5 IU/mL"), "none");
  EXPECT_EQ(of(R"({"value":0.5})", "<500 ng/mL"), "0.5") << "the same once converted";
  EXPECT_EQ(of(R"({"value":0.5})", "0 - 0.50 mg/L FEU"), "0.5");
  EXPECT_EQ(of(R"({"value":500,"unit":"ng/mL"})", "<500"), "0.5") << "in the unit of high";
  EXPECT_EQ(of(R"({"value":500,"unit":"ng/mL"})", "<0.5"), "0.5") << "in the value's";
  EXPECT_EQ(of(R"({"value":0.5})", "<0.50 (adults)"), "0.5");
  EXPECT_EQ(of(R"({"value":0.5})", "see note 3"), "0.5");
}

TEST_F(IntakeDDimerTest, PlausibilityIsAskedBeforeTheFlavour) {
  EXPECT_EQ(outcome(d_dimer(kOpenCode, "1001", "mg/L")), "dead/implausible-value");
  EXPECT_EQ(outcome(d_dimer(kDduCode, "500", "mg/L")), "candidate");
  EXPECT_EQ(outcome(d_dimer(kDduCode, "500.1", "mg/L")), "dead/implausible-value");
}

}  // namespace
}  // namespace coagwatch::fhir

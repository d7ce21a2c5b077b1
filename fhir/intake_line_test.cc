#include <gtest/gtest.h>

#include "fhir/writers_fixture.h"

namespace coagwatch::fhir {
namespace {

std::string line_of(const Item& item) {
  std::string out;
  write_intake(12, item, out);
  return out;
}

TEST(IntakeLineTest, WritesAnAppliedResult) {
  Item item;
  item.disposition = Disposition::applied;
  item.resource = "Observation/a1";
  item.patient = "Patient/17";
  item.change.result.measure = rules::Measure::platelets;
  item.change.result.value = rules::Interval::point(rules::Decimal::of(45));
  item.change.result.at = testing::at(8);
  item.measure_known = true;
  item.value_known = true;
  EXPECT_EQ(line_of(item),
            R"({"line":12,"entry":0,"resource":"Observation/a1","patient":"Patient/17","disposition":"applied",)"
            R"("reason":null,"measure":"platelets","low":"45","high":"45","unit":"10*9/L",)"
            R"("at":"2026-01-02T08:00:00Z"})");
}

TEST(IntakeLineTest, LeavesOutWhatIsNotKnown) {
  Item item;
  item.entry = 3;
  item.disposition = Disposition::dead;
  item.reason = Reason::malformed_json;
  item.change.result.at = rules::Timestamp::none();
  EXPECT_EQ(line_of(item),
            R"({"line":12,"entry":3,"resource":null,"patient":null,"disposition":"dead","reason":"malformed-json"})");
  item.reason = Reason::unknown_unit;
  item.measure_known = true;
  item.change.result.measure = rules::Measure::fibrinogen;
  EXPECT_EQ(line_of(item), R"({"line":12,"entry":3,"resource":null,"patient":null,"disposition":"dead",)"
                           R"("reason":"unknown-unit","measure":"fibrinogen"})");
}

TEST(IntakeLineTest, SaysWhy) {
  Item item;
  item.disposition = Disposition::dead;
  item.reason = Reason::unknown_unit;
  item.text = "unit: missing, for platelets";
  item.change.result.at = rules::Timestamp::none();
  EXPECT_EQ(line_of(item), R"({"line":12,"entry":0,"resource":null,"patient":null,"disposition":"dead",)"
                           R"("reason":"unknown-unit","text":"unit: missing, for platelets"})");
}

TEST(IntakeLineTest, ADDimerOfUnknownFlavourIsNotCalledFeu) {
  Item item;
  item.disposition = Disposition::applied;
  item.change.result.measure = rules::Measure::d_dimer;
  item.change.result.value = rules::Interval::point(rules::Decimal::of(5));
  item.change.result.flags = rules::kFlagMultipleOnly;
  item.measure_known = true;
  item.value_known = true;
  EXPECT_NE(line_of(item).find(R"("unit":"mg/L")"), std::string::npos);
}

TEST(IntakeLineTest, WritesUnboundedEndsAsNull) {
  Item item;
  item.disposition = Disposition::applied;
  item.change.result.measure = rules::Measure::d_dimer;
  item.change.result.value = rules::Interval::above(rules::Decimal::of(20), false);
  item.measure_known = true;
  item.value_known = true;
  EXPECT_EQ(line_of(item), R"({"line":12,"entry":0,"resource":null,"patient":null,"disposition":"applied",)"
                           R"("reason":null,"measure":"d-dimer","low":"20","high":null,"unit":"mg{FEU}/L"})");
}

}  // namespace
}  // namespace coagwatch::fhir

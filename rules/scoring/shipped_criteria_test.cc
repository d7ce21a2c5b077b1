#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "rules/criterion/banding.h"
#include "rules/criterion/loader.h"

// The criteria as they ship against the tables of the clinical reference, typed here again from there: the points of
// both sides of every cut-off, and of the cut-off itself.

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Criterion shipped(std::string_view id, std::string_view profile = "") {
  const auto& all = builtin_criteria();
  const auto found = std::ranges::find(all, id, &BuiltinCriterion::id);
  if (found == all.end()) throw std::out_of_range("no such criterion");
  std::vector<Problem> problems;
  auto criterion = load_criterion(found->text, std::string(found->file), profile, problems);
  if (!criterion) throw std::runtime_error(problems.front().to_string());
  return *criterion;
}

const Source& source_of(const Criterion& criterion, std::string_view item, Measure measure) {
  const auto line = std::ranges::find(criterion.table.items, item, &Item::name);
  if (line == criterion.table.items.end()) throw std::out_of_range("no such item");
  const auto source = std::ranges::find(line->sources, measure, &Source::measure);
  if (source == line->sources.end()) throw std::out_of_range("no such source");
  return *source;
}

// A cut-off with the points just below it, at it, and just above it.
struct Cut {
  const char* value;
  int below;
  int at;
  int above;
};

void expect_cuts(const Criterion& criterion, std::string_view item, Measure measure, const std::vector<Cut>& cuts) {
  const std::vector<Band>& bands = source_of(criterion, item, measure).bands;
  const auto points = [&](Decimal value) {
    const PointRange range = points_of(bands, {Interval::point(value), {}, Quantity::Form::plain});
    EXPECT_EQ(range.min, range.max);
    return static_cast<int>(range.min);
  };
  for (const Cut& cut : cuts) {
    const Decimal value = Decimal::parse(cut.value).value();
    const Decimal least = Decimal(1, -9);
    const std::string where = criterion.id + "/" + criterion.profile + " " + std::string(item) + " " + cut.value;
    EXPECT_EQ(points(Decimal::subtract(value, least).value()), cut.below) << where << " below";
    EXPECT_EQ(points(value), cut.at) << where << " at";
    EXPECT_EQ(points(Decimal::add(value, least).value()), cut.above) << where << " above";
  }
  // Nothing changes anywhere else.
  EXPECT_EQ(bands.size(), cuts.size() + 1) << criterion.id << " " << item;
}

TEST(ShippedCriteria, AllProfilesLoadAndFileNamesAreIds) {
  std::vector<std::string_view> ids;
  for (const BuiltinCriterion& builtin : builtin_criteria()) {
    ids.push_back(builtin.id);
    EXPECT_EQ(builtin.file, "rules/criteria/" + std::string(builtin.id) + ".yaml");
    const Criterion criterion = shipped(builtin.id);
    EXPECT_EQ(criterion.id, builtin.id);
    EXPECT_FALSE(criterion.citation.empty());
    EXPECT_FALSE(criterion.meaning.empty());
  }
  EXPECT_THAT(ids, testing::IsSupersetOf({"isth-2001", "jaam", "jmhw"}));
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(shipped("isth-2001").profile, "iba");
  EXPECT_EQ(shipped("isth-2001", "upper").profile, "upper");
  EXPECT_EQ(shipped("jaam").profile, "ja");
  EXPECT_EQ(shipped("jaam", "en").profile, "en");
  EXPECT_EQ(shipped("jmhw").profile, "");
}

TEST(ShippedCriteria, Isth2001Iba) {
  const Criterion isth = shipped("isth-2001", "iba");
  expect_cuts(isth, "platelets", Measure::platelets, {{"50", 2, 1, 1}, {"100", 1, 0, 0}});
  expect_cuts(isth, "fibrin-marker", Measure::fdp, {{"10", 0, 2, 2}, {"25", 2, 3, 3}});
  expect_cuts(isth, "fibrin-marker", Measure::d_dimer_uln, {{"3", 0, 0, 2}, {"7", 2, 2, 3}});
  expect_cuts(isth, "pt", Measure::pt_prolongation, {{"3", 0, 1, 1}, {"6", 1, 2, 2}});
  expect_cuts(isth, "fibrinogen", Measure::fibrinogen, {{"1", 1, 0, 0}});
}

TEST(ShippedCriteria, Isth2001UpperClosesTheOtherWay) {
  const Criterion isth = shipped("isth-2001", "upper");
  expect_cuts(isth, "platelets", Measure::platelets, {{"50", 2, 2, 1}, {"100", 1, 1, 0}});
  expect_cuts(isth, "fibrin-marker", Measure::fdp, {{"10", 0, 2, 2}, {"25", 2, 3, 3}});
  expect_cuts(isth, "fibrin-marker", Measure::d_dimer_uln, {{"3", 0, 0, 2}, {"7", 2, 2, 3}});
  expect_cuts(isth, "pt", Measure::pt_prolongation, {{"3", 0, 0, 1}, {"6", 1, 1, 2}});
  expect_cuts(isth, "fibrinogen", Measure::fibrinogen, {{"1", 1, 1, 0}});
}

TEST(ShippedCriteria, Isth2001AsAWhole) {
  for (const char* profile : {"iba", "upper"}) {
    const Criterion isth = shipped("isth-2001", profile);
    EXPECT_EQ(isth.table.met.cut, 5);
    EXPECT_EQ(isth.table.lowest, 0);
    EXPECT_EQ(isth.table.highest, 8);
    EXPECT_THAT(isth.table.items, testing::SizeIs(4));
    EXPECT_THAT(isth.table.grades, IsEmpty());
    EXPECT_THAT(isth.columns, IsEmpty());
    EXPECT_THAT(isth.gate.requires_any, ElementsAre(Fact::underlying_disorder));
    EXPECT_THAT(isth.gate.excludes, IsEmpty());
    EXPECT_TRUE(isth.gate.adults_only);
    const Item& marker = isth.table.items[1];
    EXPECT_EQ(marker.combine, Item::Combine::first);
    EXPECT_EQ(marker.sources[0].measure, Measure::fdp) << "FDP goes before D-dimer";
    for (const Measure measure : {Measure::platelets, Measure::fdp, Measure::d_dimer, Measure::pt_seconds,
                                  Measure::pt_prolongation, Measure::fibrinogen}) {
      EXPECT_TRUE(isth.scores[index(measure)]) << measure_info(measure).name;
    }
    EXPECT_FALSE(isth.scores[index(Measure::inr)]) << "an INR is no prolongation";
  }
}

TEST(ShippedCriteria, Jaam) {
  for (const char* profile : {"ja", "en"}) {
    const Criterion jaam = shipped("jaam", profile);
    expect_cuts(jaam, "sirs", Measure::sirs, {{"3", 0, 1, 1}});
    expect_cuts(jaam, "platelets", Measure::platelets, {{"80", 3, 1, 1}, {"120", 1, 0, 0}});
    expect_cuts(jaam, "pt", Measure::pt_ratio, {{"1.2", 0, 1, 1}});
    expect_cuts(jaam, "fdp", Measure::fdp, {{"10", 0, 1, 1}, {"25", 1, 3, 3}});
    EXPECT_EQ(jaam.table.met.cut, 4);
    EXPECT_EQ(jaam.table.lowest, 0);
    EXPECT_EQ(jaam.table.highest, 8);
    EXPECT_EQ(jaam.table.items[1].combine, Item::Combine::highest);
    const Item& fdp = jaam.table.items[3];
    ASSERT_EQ(fdp.sources.size(), 2U);
    EXPECT_EQ(fdp.sources[1].measure, Measure::fdp_by_kit) << "a D-dimer is no FDP";
    EXPECT_TRUE(fdp.however_old);
    EXPECT_THAT(jaam.gate.requires_any, ElementsAre(Fact::underlying_disorder));
    EXPECT_THAT(jaam.gate.excludes,
                ElementsAre(FactTest{Fact::marrow_suppression}, FactTest{Fact::leukaemia, Fact::remission}));
    EXPECT_TRUE(jaam.gate.adults_only);
    for (const Measure measure : {Measure::sirs, Measure::platelets, Measure::platelet_fall_24h, Measure::pt_ratio,
                                  Measure::pt_seconds, Measure::inr, Measure::fdp}) {
      EXPECT_TRUE(jaam.scores[index(measure)]) << measure_info(measure).name;
    }
    EXPECT_FALSE(jaam.scores[index(Measure::fibrinogen)]);
    EXPECT_TRUE(jaam.scores[index(Measure::d_dimer)]) << "by a kit";
    EXPECT_FALSE(jaam.scores[index(Measure::d_dimer_uln)]);
  }
  expect_cuts(shipped("jaam", "ja"), "platelets", Measure::platelet_fall_24h, {{"30", 0, 1, 1}, {"50", 1, 3, 3}});
  expect_cuts(shipped("jaam", "en"), "platelets", Measure::platelet_fall_24h, {{"30", 0, 0, 1}, {"50", 1, 1, 3}});
}

TEST(ShippedCriteria, Jmhw) {
  const Criterion jmhw = shipped("jmhw");
  expect_cuts(jmhw, "fdp", Measure::fdp, {{"10", 0, 1, 1}, {"20", 1, 2, 2}, {"40", 2, 3, 3}});
  expect_cuts(jmhw, "platelets", Measure::platelets, {{"50", 3, 3, 2}, {"80", 2, 2, 1}, {"120", 1, 1, 0}});
  expect_cuts(jmhw, "fibrinogen", Measure::fibrinogen, {{"1", 2, 2, 1}, {"1.5", 1, 1, 0}});
  expect_cuts(jmhw, "pt", Measure::pt_ratio, {{"1.25", 0, 1, 1}, {"1.67", 1, 2, 2}});
  for (const char* name : {"underlying-disorder", "bleeding", "organ-symptoms"}) {
    const auto item = std::ranges::find(jmhw.table.items, name, &Item::name);
    ASSERT_NE(item, jmhw.table.items.end());
    EXPECT_EQ(item->facts, std::vector{fact_named(name).value()});
    EXPECT_EQ(item->points_yes, 1);
    EXPECT_EQ(item->points_no, 0);
  }
  EXPECT_EQ(jmhw.table.met.cut, 7);
  EXPECT_EQ(jmhw.table.highest, 13);
  EXPECT_EQ(jmhw.table.lowest, -3);
  ASSERT_THAT(jmhw.adjustments, testing::SizeIs(1));
  EXPECT_EQ(jmhw.adjustments[0].fact, Fact::liver_cirrhosis);
  EXPECT_EQ(jmhw.adjustments[0].points, -3);
  EXPECT_THAT(jmhw.gate.excludes, ElementsAre(FactTest{Fact::pregnancy}, FactTest{Fact::newborn}));
  EXPECT_THAT(jmhw.gate.requires_any, IsEmpty()) << "an underlying disease is an item, not a gate";
  EXPECT_TRUE(jmhw.gate.adults_only);
}

std::vector<std::pair<std::string, int>> grades_from(const std::vector<Grade>& grades) {
  std::vector<std::pair<std::string, int>> all;
  for (const Grade& grade : grades) all.emplace_back(grade.name, grade.from);
  return all;
}

TEST(ShippedCriteria, JmhwNoteOneColumn) {
  const Criterion jmhw = shipped("jmhw");
  EXPECT_THAT(grades_from(jmhw.table.grades),
              ElementsAre(testing::Pair("low", testing::_), testing::Pair("suspected", 6), testing::Pair("dic", 7)));
  ASSERT_THAT(jmhw.columns, testing::SizeIs(1));
  const Column& column = jmhw.columns.front();
  EXPECT_EQ(column.name, "note-1");
  EXPECT_EQ(column.table.met.cut, 4);
  EXPECT_THAT(column.when_any, ElementsAre(FactTest{Fact::marrow_suppression}, FactTest{Fact::leukaemia}));
  EXPECT_THAT(column.unscored, testing::UnorderedElementsAre("platelets", "bleeding"));
  EXPECT_THAT(grades_from(column.table.grades),
              ElementsAre(testing::Pair("low", testing::_), testing::Pair("suspected", 3), testing::Pair("dic", 4)));
}

}  // namespace
}  // namespace coagwatch::rules

#include "rules/scoring/item_score.h"

#include <gtest/gtest.h>

#include "rules/criterion/criterion_fixture.h"
#include "rules/criterion/items.h"
#include "rules/patient/state_fixture.h"
#include "rules/scoring/current_values.h"

namespace coagwatch::rules {
namespace {

class ItemScoreTest : public ::testing::Test {
 protected:
  ItemScore score(const Item& item) {
    find_current_values(patient.state, site, patient.state.at, kDefaultMaxAge, table);
    ItemScore score;
    score_item(item, table, KnownFacts(patient.state, site, patient.state.at), score);
    return score;
  }
  void expect(const Item& item, int min, int max, std::optional<Measure> by) {
    const ItemScore found = score(item);
    EXPECT_EQ(found.item, &item);
    EXPECT_EQ(found.min, min);
    EXPECT_EQ(found.max, max);
    EXPECT_EQ(found.by, by);
  }

  TestPatient patient;
  SiteProfile site;
  ValueTable table;
  const Criterion isth = isth_fixture();
  const Criterion jaam = jaam_fixture();
  const Item& marker = isth.table.items[1];
  const Item& platelets = jaam.table.items[1];

  void d_dimer(std::string_view value, Timestamp at, std::optional<Decimal> limit = Decimal(5, -1)) {
    LabResult lab = TestPatient::lab(Measure::d_dimer, value, at);
    lab.upper_limit = limit;
    patient.put("dd" + std::to_string(at.micros), lab);
  }
};

TEST_F(ItemScoreTest, UnknownIsTheFullRange) {
  expect(marker, 0, 3, std::nullopt);
  expect(platelets, 0, 3, std::nullopt);
}

TEST_F(ItemScoreTest, FirstAlternativeCountsWithinFourHours) {
  patient.add(Measure::fdp, "18", hour(8));
  d_dimer("6", hour(12));
  expect(marker, 2, 2, Measure::fdp);
  d_dimer("6", hour(12, 1));
  expect(marker, 3, 3, Measure::d_dimer_uln);
}

TEST_F(ItemScoreTest, AlternativeWithoutAValueDoesNotCount) {
  patient.add(Measure::fdp, "18", hour(8));
  d_dimer("6", hour(20), std::nullopt);
  expect(marker, 2, 2, Measure::fdp);
}

TEST_F(ItemScoreTest, DDimerAloneStandsIn) {
  d_dimer("6", hour(8));
  expect(marker, 3, 3, Measure::d_dimer_uln);
}

TEST_F(ItemScoreTest, HighestOfBandAndFall) {
  patient.add(Measure::platelets, "260", hour(0));
  expect(platelets, 0, 0, Measure::platelets);
  patient.add(Measure::platelets, "125", hour(20));
  expect(platelets, 3, 3, Measure::platelet_fall_24h);
}

TEST_F(ItemScoreTest, BandAloneWhereThereIsNoBaseline) {
  patient.add(Measure::platelets, "90", hour(0));
  expect(platelets, 1, 1, Measure::platelets);
}

TEST_F(ItemScoreTest, WithoutABaselineNoFallIsScoredWhereverItStands) {
  patient.add(Measure::platelets, "90", hour(0));
  Item item;
  item.sources = {platelets.sources[1]};
  set_range(item);
  expect(item, 0, 0, Measure::platelets);
  EXPECT_EQ(score(item).at, hour(0));
  item.sources.push_back(marker.sources[0]);
  set_range(item);
  expect(item, 0, 0, Measure::platelets);
  for (const Item::Combine combine : {Item::Combine::highest, Item::Combine::sum}) {
    item.combine = combine;
    item.cap = 3;
    item.sources = {platelets.sources[1], platelets.sources[0]};
    set_range(item);
    expect(item, 1, 1, Measure::platelets);
  }
}

TEST_F(ItemScoreTest, AlternativesToAFallThatIsNotScored) {
  patient.add(Measure::platelets, "90", hour(0));
  patient.add(Measure::fdp, "30", hour(0));
  Item item;
  item.sources = {platelets.sources[1], marker.sources[0]};
  for (const Item::Combine combine : {Item::Combine::first, Item::Combine::known}) {
    item.combine = combine;
    set_range(item);
    EXPECT_EQ(score(item).min, 3);
    EXPECT_EQ(score(item).max, 3);
  }
}

TEST_F(ItemScoreTest, AFallBeforeItsCountIsScoredWithIt) {
  patient.add(Measure::platelets, "200", hour(0));
  patient.add(Measure::platelets, "70-150", hour(20));
  Item item = platelets;
  const ItemScore usual = score(item);
  std::swap(item.sources[0], item.sources[1]);
  EXPECT_EQ(score(item).set, usual.set);
  EXPECT_EQ(score(item).min, usual.min);
}

TEST_F(ItemScoreTest, EqualPointsAreThoseOfTheFirstSource) {
  patient.add(Measure::platelets, "150", hour(0));
  patient.add(Measure::platelets, "100", hour(1));
  expect(platelets, 1, 1, Measure::platelets);
}

TEST_F(ItemScoreTest, KnownFallBoundsAnUnknownCount) {
  patient.add(Measure::platelet_fall_24h, "35", hour(0));
  expect(platelets, 1, 3, Measure::platelet_fall_24h);
  patient.add(Measure::platelet_fall_24h, "50", hour(1));
  expect(platelets, 3, 3, Measure::platelet_fall_24h);
}

TEST_F(ItemScoreTest, IntervalsOfBandAndFallCombine) {
  patient.add(Measure::platelets, "200", hour(0));
  patient.add(Measure::platelets, "110-150", hour(1));
  // Band 0-1; fall 25-45 %: 0-1.
  expect(platelets, 0, 1, Measure::platelets);
  patient.add(Measure::platelets, "<=100", hour(2));
  // Band 1-3; fall at least 50 %.
  expect(platelets, 3, 3, Measure::platelets);
}

// Intake keeps such a result where it has an upper limit of its own.
TEST_F(ItemScoreTest, ADDimerOfUnknownFlavourIsAMultipleOnly) {
  const Item absolute = item_of("d-dimer", {{Measure::d_dimer, bands_of(0, {{"10", 2}})}}, 0, 2);
  const Item multiple = item_of("d-dimer", {{Measure::d_dimer_uln, bands_of(0, {{"3", 2}})}}, 0, 2);
  LabResult lab = TestPatient::lab(Measure::d_dimer, "50", hour(1));
  lab.upper_limit = Decimal(5, -1);
  patient.put("dd", lab);
  expect(absolute, 2, 2, Measure::d_dimer);
  lab.at = hour(2);
  lab.flags |= kFlagMultipleOnly;
  patient.put("dd2", lab);
  expect(absolute, 0, 2, std::nullopt);
  expect(multiple, 2, 2, Measure::d_dimer_uln);
}

TEST_F(ItemScoreTest, AQuotientCountsAsLongAsItsItem) {
  Item item = item_of("pf", {{Measure::pao2, bands_of(0, {{"300", 1}})}}, 0, 1);
  item.sources[0].per = Measure::fio2;
  patient.add(Measure::fio2, "0.5", hour(0));
  patient.add(Measure::pao2, "200", hour(0));
  patient.add(Measure::crp, "5", hour(30));
  expect(item, 0, 1, std::nullopt);
  find_current_values(patient.state, site, patient.state.at, Duration::hours(48), table);
  ItemScore found;
  score_item(item, table, {}, found);
  EXPECT_EQ(found.min, 1);
}

TEST_F(ItemScoreTest, FactsScoreThreeWays) {
  const Item bleeding = item_of("bleeding", Fact::bleeding);
  expect(bleeding, 0, 1, std::nullopt);
  patient.know(Fact::bleeding, Tristate::no);
  expect(bleeding, 0, 0, std::nullopt);
  patient.know(Fact::bleeding, Tristate::yes);
  expect(bleeding, 1, 1, std::nullopt);
}

}  // namespace
}  // namespace coagwatch::rules

#include "rules/episodes/retro_credit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>

#include "rules/criterion/criterion_fixture.h"
#include "rules/criterion/loader.h"
#include "rules/episodes/episode.h"
#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Measure kPlatelets = Measure::platelets;
constexpr Measure kFdp = Measure::fdp;
constexpr Timestamp kNever = Timestamp::none();

Criterion shipped(std::string_view id, std::string_view profile = "") {
  for (const BuiltinCriterion& builtin : builtin_criteria()) {
    if (builtin.id != id) continue;
    std::vector<Problem> problems;
    auto criterion = load_criterion(builtin.text, std::string(builtin.file), profile, problems);
    if (criterion) return *criterion;
  }
  throw std::out_of_range("no such criterion");
}

// JAAM is met from 4 points: a count below 80 or a fall from 50 % gives 3, below 120 or from 30 % gives 1, FDP from 10
// gives 1, from 25 gives 3.
class RetroCreditTest : public ::testing::Test {
 protected:
  // Values need not belong together, and nothing gets worse: what is told is not what these tests are about.
  RetroCreditTest() {
    rules.criteria = {shipped("jaam", "ja")};
    policy.apart = Duration::hours(48);
    policy.worsening = 100;
  }

  // What the fold does with each change.
  std::vector<std::string> after(const ApplyResult& applied) {
    std::vector<std::string> told;
    if (!applied.assess) return told;
    assess(rules, patient.state, applied.at, assessment);
    engine.advance(rules, policy, patient.state, assessment, {applied.earliest, applied.correction, applied.at, {}},
                   plan);
    for (const EpisodeEvent& event : plan.events) told.emplace_back(alert_kind_name(event.kind));
    return told;
  }
  std::vector<std::string> put(std::string_view id, Measure measure, std::string_view value, Timestamp at,
                               Version version = {}) {
    return after(patient.put(id, measure, value, at, version));
  }
  std::vector<std::string> add(Measure measure, std::string_view value, Timestamp at) {
    return after(patient.add(measure, value, at));
  }
  std::vector<std::string> retract(std::string_view id) { return after(patient.retract(id)); }
  void look_again(Timestamp at) {
    review_retro_since(rules, rules.criteria[0], patient.state, at, patient.state.episodes.at(0));
  }
  const Episode& episode() const { return patient.state.episodes.at(0); }
  // What an episode says that runs since `onset`, or else would be told one.
  Timestamp since(Timestamp onset) const {
    for (const Episode& episode : patient.state.episodes) {
      if (is_running(episode) && episode.onset == onset) return episode.retro_since;
    }
    return find_retro_since(rules, rules.criteria.at(0), patient.state, {onset, Timestamp::none()});
  }

  RuleSet rules;
  AlertPolicy policy;
  TestPatient patient;
  Assessment assessment;
  EpisodeEngine engine;
  AlertPlan plan;
};

TEST_F(RetroCreditTest, ACountOfTwentyFourHoursBeforeIsCredited) {
  add(kFdp, "12", hour(6));
  add(kPlatelets, "200", hour(6));
  add(kFdp, "12", hour(30));
  add(kPlatelets, "70", hour(30));
  EXPECT_EQ(since(hour(30)), hour(6));
}

TEST_F(RetroCreditTest, AnEarlierOneIsNot) {
  add(kFdp, "12", hour(5));
  add(kPlatelets, "200", hour(5, 59));
  add(kFdp, "12", hour(30));
  add(kPlatelets, "70", hour(30));
  EXPECT_EQ(since(hour(30)), kNever);
}

TEST_F(RetroCreditTest, AFallInTwoStepsIsOne) {
  add(kFdp, "12", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "150", hour(8));
  add(kPlatelets, "95", hour(16));
  EXPECT_EQ(since(hour(16)), hour(0)) << "25 % and 37 %, together 52.5 %";
}

TEST_F(RetroCreditTest, TheLowestOfTheLaterCountsCounts) {
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "99", hour(2));
  add(kPlatelets, "130", hour(4));
  add(kFdp, "12", hour(0));
  add(kFdp, "25", hour(4));
  EXPECT_EQ(since(hour(4)), hour(0)) << "35 % to the last, 50.5 % to the lowest";
}

TEST_F(RetroCreditTest, CountsAfterTheOnsetAreLookedAt) {
  add(kPlatelets, "200", hour(0));
  add(kFdp, "12", hour(0));
  add(Measure::pt_ratio, "1.2", hour(4));
  add(kPlatelets, "150", hour(4));
  add(kFdp, "25", hour(4));
  EXPECT_EQ(since(hour(4)), kNever);
  add(kPlatelets, "70", hour(25));
  look_again(hour(25));
  EXPECT_EQ(since(hour(4)), kNever) << "25 h after the first count";
  add(kPlatelets, "70", hour(24));
  look_again(hour(25));
  EXPECT_EQ(since(hour(4)), hour(0));
}

TEST_F(RetroCreditTest, AnyEvaluationIsCredited) {
  add(kPlatelets, "200", hour(0));
  add(kFdp, "12", hour(5));
  add(kPlatelets, "90", hour(24));
  EXPECT_EQ(since(hour(24)), hour(5)) << "of the FDP; the fall from the count in force then";
  patient.state.clear();
  add(kPlatelets, "200", hour(0));
  add(Measure::crp, "12", hour(4));
  add(kFdp, "12", hour(5));
  add(kFdp, "12", hour(24, 1));
  add(kPlatelets, "70", hour(24, 1));
  EXPECT_EQ(since(hour(24, 1)), kNever) << "longer than 24 h";
}

TEST_F(RetroCreditTest, TheOnsetsPanelMayComeInAnyOrder) {
  add(kFdp, "12", hour(0));
  add(Measure::sirs, "3", hour(8));
  add(kPlatelets, "200", hour(0));
  add(kFdp, "25", hour(8));
  EXPECT_EQ(since(hour(8)), kNever);
  add(kPlatelets, "90", hour(8));
  EXPECT_EQ(since(hour(8)), hour(0));
}

TEST_F(RetroCreditTest, ALateResultIsTakenIntoAccount) {
  add(kPlatelets, "200", hour(0));
  add(kFdp, "12", hour(8));
  add(kPlatelets, "90", hour(8));
  ASSERT_EQ(since(hour(8)), kNever);
  add(kPlatelets, "85", hour(20));
  add(kFdp, "12", hour(0));
  EXPECT_EQ(since(hour(8)), hour(0));
}

TEST_F(RetroCreditTest, WhatWasNotKnownThenIsNotCredited) {
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "195", hour(8));
  add(kFdp, "12", hour(8));
  add(kPlatelets, "95", hour(16));
  EXPECT_EQ(since(hour(16)), hour(8)) << "at midnight without FDP: 3 to 8 points";
}

TEST_F(RetroCreditTest, NoFallNoCredit) {
  add(kFdp, "12", hour(0));
  add(kPlatelets, "100", hour(0));
  add(kPlatelets, "70", hour(8));
  EXPECT_EQ(since(hour(8)), kNever) << "30 %: 2 points then";
}

TEST_F(RetroCreditTest, TheFallToTheEarlierCountIsEnough) {
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "90", hour(8));
  add(kPlatelets, "95", hour(10));
  add(kFdp, "12", hour(8));
  EXPECT_EQ(since(hour(10)), hour(8));
}

TEST_F(RetroCreditTest, OnlyUsableCountsAreCredited) {
  add(kFdp, "12", hour(0));
  LabResult clotted = TestPatient::lab(kPlatelets, "200", hour(0));
  clotted.unusable = Unusable::clotted_specimen;
  after(patient.put("clotted", clotted));
  add(kPlatelets, "70", hour(8));
  EXPECT_EQ(since(hour(8)), kNever);
}

TEST_F(RetroCreditTest, OfTwoCountsOfOneTimeTheBetterOneCounts) {
  const auto citrate = [](const char* value, Timestamp at) {
    LabResult lab = TestPatient::lab(kPlatelets, value, at);
    lab.method_rank = 1;
    return lab;
  };
  add(kFdp, "12", hour(0));
  add(kPlatelets, "200", hour(0));
  after(patient.put("citrate", citrate("100", hour(0))));
  add(kPlatelets, "70", hour(8));
  EXPECT_EQ(since(hour(8)), kNever) << "30 % of 100, not 65 % of 200";

  patient.state.clear();
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "90", hour(4));
  after(patient.put("citrate", citrate("150", hour(4))));
  add(kPlatelets, "150", hour(8));
  add(kFdp, "12", hour(0));
  add(Measure::pt_ratio, "1.2", hour(8));
  add(kFdp, "25", hour(8));
  EXPECT_EQ(since(hour(8)), kNever) << "25 % to 150, not 55 % to 90";
}

TEST_F(RetroCreditTest, ACountOfNoneIsNoBaseline) {
  Criterion fall;
  fall.id = "fall";
  fall.table.met.cut = 4;
  fall.table.items = {item_of("fall", {{Measure::platelet_fall_24h, bands_of(0, {{"50", 3}})}}, 0, 3),
                      item_of("fdp", {{kFdp, bands_of(0, {{"10", 1}, {"25", 4}})}}, 0, 4)};
  rules.criteria = {finished(fall)};
  add(kFdp, "12", hour(0));
  add(kPlatelets, "0", hour(0));
  add(kPlatelets, "0", hour(8));
  add(kFdp, "25", hour(8));
  EXPECT_EQ(since(hour(8)), kNever);
}

struct Censored {
  const char* before;
  const char* after;
  bool credited;
};

class CensoredCountsTest : public RetroCreditTest, public ::testing::WithParamInterface<Censored> {};

TEST_P(CensoredCountsTest, OnlyASureFallIsCredited) {
  add(kFdp, "12", hour(0));
  add(kPlatelets, GetParam().before, hour(0));
  add(kFdp, "25", hour(8));
  add(kPlatelets, GetParam().after, hour(8));
  EXPECT_EQ(since(hour(8)), GetParam().credited ? hour(0) : kNever);
}

INSTANTIATE_TEST_SUITE_P(Counts, CensoredCountsTest,
                         ::testing::Values(Censored{"200", "<100", true}, Censored{"200", "<=100", true},
                                           Censored{"200", "<101", false}, Censored{">200", "100", true},
                                           Censored{">=199", "100", false}, Censored{"<200", "100", false},
                                           Censored{"200-220", "90-100", true}, Censored{"199-220", "90-100", false}));

TEST_F(RetroCreditTest, TheLowestOfCensoredCountsIsAnInterval) {
  add(kFdp, "12", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "<110", hour(2));
  add(kPlatelets, "90-105", hour(4));
  add(kFdp, "25", hour(6));
  ASSERT_EQ(since(hour(6)), kNever) << "surely from 105";
  retract("Observation/5");
  add(kPlatelets, "<=100", hour(5));
  EXPECT_EQ(since(hour(5)), hour(0));
}

struct Edge {
  const char* profile;
  const char* later;
  bool credited;
};

class ProfileTest : public RetroCreditTest, public ::testing::WithParamInterface<Edge> {};

// At midnight FDP, PT and SIRS give 3 points.
TEST_P(ProfileTest, ThirtyPercent) {
  rules.criteria = {shipped("jaam", GetParam().profile)};
  add(kFdp, "12", hour(0));
  add(Measure::pt_ratio, "1.2", hour(0));
  add(Measure::sirs, "3", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, GetParam().later, hour(8));
  add(kFdp, "25", hour(8));
  EXPECT_EQ(since(hour(8)), GetParam().credited ? hour(0) : kNever);
}

INSTANTIATE_TEST_SUITE_P(Edges, ProfileTest,
                         ::testing::Values(Edge{"ja", "140", true}, Edge{"ja", "140.1", false},
                                           Edge{"en", "140", false}, Edge{"en", "139.9", true}));

TEST_F(RetroCreditTest, FiftyPercentDependsOnTheProfile) {
  for (const auto& [profile, credited] : {std::pair{"ja", true}, std::pair{"en", false}}) {
    rules.criteria = {shipped("jaam", profile)};
    patient.state.clear();
    add(kFdp, "12", hour(0));
    add(kPlatelets, "200", hour(0));
    add(kFdp, "25", hour(8));
    add(kPlatelets, "100", hour(8));
    EXPECT_EQ(since(hour(8)), credited ? hour(0) : kNever) << profile;
  }
}

TEST_F(RetroCreditTest, ACriterionWithoutTheFallNeverHasIt) {
  rules.criteria = {isth_fixture()};
  add(kPlatelets, "45", hour(8));
  add(kPlatelets, "40", hour(10));
  add(kFdp, "30", hour(8));
  EXPECT_EQ(since(hour(10)), kNever) << "though it was met at eight";
}

// As JSTH's column of haematopoietic disorders, which scores no platelets.
TEST_F(RetroCreditTest, NorHasAColumnWithoutTheFall) {
  Criterion criterion = jaam_fixture();
  criterion.gate.excludes.clear();
  Column& column = criterion.columns.emplace_back();
  column.name = "marrow";
  column.when_any = {{Fact::marrow_suppression}};
  column.unscored = {"platelets"};
  column.table = criterion.table;
  std::erase_if(column.table.items, [](const Item& item) { return item.name == "platelets"; });
  column.table.met.cut = 3;
  rules.criteria = {finished(criterion)};
  patient.know(Fact::marrow_suppression, Tristate::yes, hour(-99), hour(4));
  add(kPlatelets, "250", hour(2));
  add(kPlatelets, "200", hour(5));
  add(kPlatelets, "90", hour(8));
  add(kFdp, "12", hour(8));
  add(kFdp, "25", hour(2));
  EXPECT_EQ(since(hour(8)), hour(5)) << "at two it was met, but not by platelets";
  patient.know(Fact::marrow_suppression, Tristate::yes, hour(-99));
  add(kFdp, "26", hour(1));
  EXPECT_EQ(since(hour(8)), kNever);
}

TEST_F(RetroCreditTest, SacIsCreditedWithAFallAboveThirtyPercent) {
  rules.criteria = {shipped("sac")};
  add(Measure::inr, "1.5", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "139", hour(8));
  EXPECT_EQ(since(hour(8)), hour(0));
  patient.state.clear();
  add(Measure::inr, "1.5", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "140", hour(8));
  EXPECT_EQ(since(hour(8)), kNever);
}

// As in JSTH: up to 50 the count alone gives 3; above, a fall adds a point.
TEST_F(RetroCreditTest, ACountAndTheFallFromItAreScoredTogether) {
  Criterion sum;
  sum.id = "sum";
  sum.table.met.cut = 2;
  Item item = item_of("platelets",
                      {{kPlatelets, bands_of(3, {{"50", 2}, {"80", 1}, {"120", 0}}, true)},
                       {Measure::platelet_fall_24h, bands_of(0, {{"30", 1}})}},
                      0, 3, Item::Combine::sum);
  item.cap = 3;
  item.sources[0].bands[0].final = true;
  sum.table.items = {item};
  rules.criteria = {finished(sum)};
  add(kPlatelets, "40-100", hour(0));
  add(kPlatelets, "50", hour(8));
  EXPECT_EQ(since(hour(8)), hour(0)) << "of a count from 80 to 100 it is a fall by 37.5 % at least";
}

TEST_F(RetroCreditTest, TheGateIsThatOfTheTime) {
  add(kFdp, "12", hour(0));
  patient.know(Fact::leukaemia, Tristate::yes, hour(-99), hour(4));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "195", hour(5));
  add(kPlatelets, "90", hour(8));
  EXPECT_EQ(since(hour(8)), hour(5));
}

TEST_F(RetroCreditTest, NothingIsPublishedForIt) {
  add(kFdp, "12", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "90", hour(8));
  ASSERT_EQ(since(hour(8)), hour(0));
  EXPECT_EQ(patient.state.courses.at(0).sequence, 1U);
  EXPECT_EQ(episode().number, 1U);
  EXPECT_EQ(episode().since, hour(8));
  EXPECT_EQ(episode().peak, 4);
}

TEST_F(RetroCreditTest, ACorrectionIsTakenIntoAccount) {
  add(kFdp, "12", hour(0));
  put("first", kPlatelets, "200", hour(0), numbered(1));
  add(kPlatelets, "190", hour(4));
  add(kPlatelets, "70", hour(8));
  ASSERT_EQ(since(hour(8)), hour(0));
  put("first", kPlatelets, "120", hour(0), numbered(2));
  EXPECT_EQ(since(hour(8)), hour(4)) << "42 % of 120, 63 % of 190";
  put("first", kPlatelets, "210", hour(0), numbered(3));
  EXPECT_EQ(since(hour(8)), hour(0));
  retract("first");
  EXPECT_EQ(since(hour(8)), hour(4));
}

TEST_F(RetroCreditTest, ALateCorrectionIsNot) {
  add(kFdp, "12", hour(0));
  put("first", kPlatelets, "200", hour(0));
  add(kPlatelets, "70", hour(8));
  add(kFdp, "12", hour(80));
  add(kPlatelets, "60", hour(80));
  add(kPlatelets, "60", hour(81));
  retract("first");
  EXPECT_EQ(since(hour(8)), hour(0)) << "what it stood on may be gone for another reason";
}

TEST_F(RetroCreditTest, ARetractedEpisodeHasNone) {
  add(kFdp, "12", hour(0));
  add(kPlatelets, "200", hour(0));
  put("low", kPlatelets, "90", hour(8));
  ASSERT_EQ(since(hour(8)), hour(0));
  EXPECT_THAT(retract("low"), ElementsAre("retraction"));
  EXPECT_EQ(episode().retro_since, kNever);
}

TEST_F(RetroCreditTest, AResolvedEpisodeKeepsIt) {
  add(kFdp, "12", hour(0));
  add(Measure::sirs, "0", hour(0));
  add(Measure::pt_ratio, "1", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "90", hour(8));
  for (const int h : {20, 32}) {
    add(kFdp, "3", hour(h));
    add(kPlatelets, "150", hour(h));
  }
  ASSERT_EQ(episode().state, EpisodeState::closed);
  EXPECT_EQ(episode().retro_since, hour(0));
}

TEST_F(RetroCreditTest, ANewEpisodeIsJudgedForItself) {
  add(Measure::sirs, "0", hour(0));
  add(Measure::pt_ratio, "1", hour(0));
  add(kFdp, "12", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "90", hour(8));
  ASSERT_EQ(since(hour(8)), hour(0));
  for (const int h : {20, 32}) {
    add(kFdp, "3", hour(h));
    add(kPlatelets, "220", hour(h));
  }
  add(kFdp, "12", hour(90));
  add(kPlatelets, "70", hour(100));
  ASSERT_EQ(patient.state.episodes.size(), 2U);
  EXPECT_EQ(patient.state.episodes[1].number, 2U);
  EXPECT_EQ(patient.state.episodes[1].onset, hour(100));
  EXPECT_EQ(since(hour(100)), kNever) << "no count in the 24 h before";
}

TEST_F(RetroCreditTest, WhatTheCapsDroppedStillHoldsItUp) {
  patient.limits.per_measure = 2;
  add(kFdp, "12", hour(0));
  add(kPlatelets, "200", hour(0));
  add(kPlatelets, "90", hour(8));
  ASSERT_EQ(since(hour(8)), hour(0));
  for (int h = 30; h < 40; ++h) add(kFdp, "12", hour(h));
  put("wrong", kFdp, "12", hour(40));
  retract("wrong");
  EXPECT_EQ(since(hour(8)), hour(0)) << "the first FDP is in force though it is not kept";
  for (int h = 40; h < 50; ++h) add(kPlatelets, "60", hour(h));
  put("wrong too", kFdp, "12", hour(51));
  retract("wrong too");
  EXPECT_EQ(since(hour(8)), hour(0)) << "nor are the counts";
}

// JAAM of exact counts and FDP by hand, each at most once an hour.
class ByHand {
 public:
  std::map<int, int> counts;
  std::map<int, int> fdp;

  int onset() const {
    for (int at = 0; at < 48; ++at) {
      if (met(at, at)) return at;
    }
    return -1;
  }
  int retro_since(int onset) const {
    for (int at = std::max(onset - 24, 0); at < onset; ++at) {
      if ((counts.contains(at) || fdp.contains(at)) && met(at, onset)) return at;
    }
    return -1;
  }

 private:
  // Met at `at` with the falls to the count of then and, where later ones are `known`, from it.
  bool met(int at, int known) const {
    const int now = last(counts, at);
    int points = 0;
    if (now >= 0) {
      const int count = counts.at(now);
      points = count < 80 ? 3 : count < 120 ? 1 : 0;
      for (const auto& [time, other] : counts) {
        if (time < now && now - time <= 24) points = std::max(points, of_fall(other, count));
        if (known > at && time > at && time - now <= 24) points = std::max(points, of_fall(count, other));
      }
    }
    const int marker = last(fdp, at);
    if (marker >= 0) points += fdp.at(marker) >= 25 ? 3 : fdp.at(marker) >= 10 ? 1 : 0;
    return points >= 4;
  }
  static int of_fall(int from, int to) { return 2 * to <= from ? 3 : 10 * to <= 7 * from ? 1 : 0; }
  static int last(const std::map<int, int>& values, int at) {
    auto after = values.upper_bound(at);
    if (after == values.begin()) return -1;
    --after;
    return at - after->first <= 24 ? after->first : -1;
  }
};

TEST_F(RetroCreditTest, IsWhatOneFindsByHand) {
  std::mt19937 random(5);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int onsets = 0;
  int credited = 0;
  int moved = 0;
  for (int round = 0; round < 3'000; ++round) {
    ByHand hand;
    patient.state.clear();
    for (int at = 0; at < 48 && patient.state.episodes.empty(); at += 1 + below(4)) {
      ApplyResult panel;
      if (below(3) == 0) panel.add(patient.add(kFdp, std::to_string(hand.fdp[at] = below(30)), hour(at)));
      if (below(3) == 0)
        panel.add(patient.add(kPlatelets, std::to_string(hand.counts[at] = 60 + below(200)), hour(at)));
      after(panel);
    }
    const int onset = hand.onset();
    ASSERT_EQ(patient.state.episodes.empty(), onset < 0) << round;
    if (onset < 0) continue;
    ++onsets;
    const int expected = hand.retro_since(onset);
    ASSERT_EQ(since(hour(onset)), expected < 0 ? kNever : hour(expected)) << round;
    if (expected >= 0) ++credited;
    for (int at = onset + 1; at < onset + 30; at += 1 + below(8)) {
      patient.add(kPlatelets, std::to_string(hand.counts[at] = 60 + below(200)), hour(at));
    }
    look_again(hour(onset + 30));
    const int later = hand.retro_since(onset);
    ASSERT_EQ(episode().retro_since, later < 0 ? kNever : hour(later)) << round;
    if (later != expected) ++moved;
  }
  EXPECT_GT(moved, 50);
  EXPECT_GT(onsets, 500);
  EXPECT_GT(credited, 50);
}

TEST_F(RetroCreditTest, IsNeverLaterThanAnOnsetThatMovesFarBack) {
  Episode told;
  told.onset = hour(108);
  told.retro_since = hour(96);
  review_retro_since(rules, rules.criteria[0], patient.state, hour(200), told);
  EXPECT_EQ(told.retro_since, hour(96)) << "too far back to look again: it stands";
  told.onset = hour(10);
  review_retro_since(rules, rules.criteria[0], patient.state, hour(200), told);
  EXPECT_EQ(told.retro_since, kNever);
}

}  // namespace
}  // namespace coagwatch::rules

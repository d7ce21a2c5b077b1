// What a report keeps of one patient.

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "daemon/report/chart.h"
#include "daemon/report/clock.h"
#include "daemon/report/score_history.h"
#include "daemon/report/treatment_course.h"
#include "fhir/datetime.h"

namespace coagwatch::daemon {
namespace {

using rules::Duration;
using rules::Status;
using rules::Timestamp;
using testing::ElementsAre;

constexpr Timestamp kStart = Timestamp::from_millis(1'767'312'000'000);  // 2026-01-02T00:00:00Z

Timestamp hour(std::int64_t hours) { return kStart + Duration::hours(hours); }
SeriesPoint point(std::int64_t hours, double value) { return {hour(hours), value, value}; }

TEST(Series, TheWindowReplacesWhatItHolds) {
  Series series;
  series.replace_from(hour(0), std::vector{point(0, 1), point(5, 2), point(9, 3)});
  // The one at 5 h was taken back, one at 7 h came late; what is before the edge stays.
  series.replace_from(hour(4), std::vector{point(7, 4), point(9, 3)});
  ASSERT_EQ(series.points().size(), 3);
  EXPECT_EQ(series.points()[0].low, 1);
  EXPECT_EQ(series.points()[1].low, 4);
  EXPECT_EQ(series.points()[2].at, hour(9));
  EXPECT_FALSE(series.thinned());
}

TEST(Series, IsBoundedAndKeepsItsExtremes) {
  Series series;
  for (int i = 0; i < 5'000; ++i) series.replace_from(hour(i), std::vector{point(i, i == 777 ? 1'000 : i % 10)});
  EXPECT_LE(series.points().size(), Series::kMost);
  EXPECT_TRUE(series.thinned());
  double highest = 0;
  for (const SeriesPoint& each : series.points()) highest = std::max(highest, each.high);
  EXPECT_EQ(highest, 1'000);
}

/// One criterion's score at a time.
class Scores : public testing::Test {
 protected:
  Scores() {
    criterion_.table.met.cut = 5;
    assessment_.scores.resize(1);
    assessment_.scores[0].criterion = &criterion_;
    assessment_.scores[0].table = &criterion_.table;
  }
  void note(std::int64_t hours, std::int16_t min, std::int16_t max) {
    assessment_.at = hour(hours);
    rules::CriterionScore& score = assessment_.scores[0];
    score.min = min;
    score.max = max;
    score.status = min >= 5 ? Status::met : max < 5 ? Status::not_met : Status::indeterminate;
    patient_.scores.note(assessment_);
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (std::size_t i = 0; i < patient_.scores.size(); ++i) {
      const ScoreCell& cell = patient_.scores.cell(i, 0);
      all += (all.empty() ? "" : " ") + std::to_string((patient_.scores.at(i) - kStart).micros / 3'600'000'000) +
             "h:" + std::to_string(cell.min) + "-" + std::to_string(cell.max);
    }
    return all;
  }

  rules::Criterion criterion_;
  rules::Assessment assessment_;
  PatientCourse patient_;
};

TEST_F(Scores, KeepTheEndsOfARun) {
  for (int i = 0; i < 100; ++i) note(i, 2, 3);
  note(100, 5, 5);
  EXPECT_EQ(text(), "0h:2-3 99h:2-3 100h:5-5");
}

TEST_F(Scores, ALaterWordOnATimeCounts) {
  note(0, 0, 8);
  note(0, 2, 5);
  note(6, 6, 6);
  // The newest result was taken back.
  note(0, 2, 4);
  EXPECT_EQ(text(), "0h:2-4");
  EXPECT_EQ(patient_.scores.last_until(hour(-1)), std::nullopt);
  EXPECT_EQ(patient_.scores.last_until(hour(3)), 0U);
  EXPECT_EQ(patient_.scores.first_from(hour(0)), 0U);
  EXPECT_EQ(patient_.scores.first_from(hour(1)), std::nullopt);
}

TEST_F(Scores, AreBounded) {
  for (int i = 0; i < 3'000; ++i) note(i, static_cast<std::int16_t>(i % 7), 8);
  EXPECT_LE(patient_.scores.size(), ScoreHistory::kMost);
  EXPECT_TRUE(patient_.scores.thinned());
  EXPECT_EQ(patient_.scores.cell(0, 0).status, Status::met) << "the worst of its neighbours";
}

TEST_F(Scores, AroundATreatment) {
  note(0, 6, 6);
  note(10, 5, 5);
  note(30, 5, 6);
  note(36, 3, 3);
  note(60, 7, 7);
  const BeforeAfter found = around(patient_, 0, hour(12));
  ASSERT_TRUE(found.before && found.after);
  EXPECT_EQ(found.before->min, 5);
  EXPECT_EQ(found.after->min, 3) << "the first 24 h after it, a boundary inside";
  EXPECT_TRUE(found.assessed);
  EXPECT_TRUE(found.below);
  const BeforeAfter late = around(patient_, 0, hour(60));
  EXPECT_EQ(late.before->min, 7);
  EXPECT_FALSE(late.after || late.assessed || late.below);
  EXPECT_FALSE(around(patient_, 0, hour(-200)).assessed);
  EXPECT_FALSE(around(patient_, 0, hour(60 + 7 * 24 + 1)).before) << "too long ago";
}

TEST(Treatments, OfOneDayAreOneCourse) {
  PatientCourse patient;
  for (const std::int64_t at : {0, 20, 44, 69}) patient.treatments.push_back({rules::Fact::heparin, hour(at)});
  patient.treatments.insert(patient.treatments.begin() + 1, {rules::Fact::plasma_transfusion, hour(1)});
  const auto courses = treatment_courses(patient);
  ASSERT_EQ(courses.size(), 3);
  EXPECT_EQ(courses[0].start, hour(0));
  EXPECT_EQ(courses[1].fact, rules::Fact::plasma_transfusion);
  EXPECT_EQ(courses[2].start, hour(69)) << "more than 24 h after the one before";
}

TEST(PatientClock, TellsDaysUnlessDatesMayBeShown) {
  const PatientClock days(hour(5), false);
  EXPECT_EQ(days.at(hour(5)), "day 0, 00 h");
  EXPECT_EQ(days.at(hour(36)), "day 1, 07 h");
  EXPECT_EQ(days.at(hour(4)), "before day 0");
  EXPECT_EQ(days.at(Timestamp::none()), "time unknown");
  EXPECT_EQ(PatientClock(hour(5), true).at(hour(5)), "2026-01-02 05:00");
}

std::vector<std::string> ticks(std::int64_t span, bool dates) {
  std::vector<std::string> texts;
  for (const auto& tick : PatientClock(hour(5), dates).ticks({hour(5), hour(5 + span)})) texts.push_back(tick.text);
  return texts;
}

TEST(PatientClock, NamesAtMostSevenTimes) {
  EXPECT_THAT(ticks(30, false), ElementsAre("day 0", "6 h", "12 h", "18 h", "day 1", "6 h"));
  EXPECT_THAT(ticks(100, false), ElementsAre("day 0", "day 1", "day 2", "day 3", "day 4"));
  EXPECT_THAT(ticks(100, true), ElementsAre("01-03", "01-04", "01-05", "01-06"));
  for (std::int64_t span = 1; span < 1'000'000; span = span * 3 / 2 + 1)
    EXPECT_LE(ticks(span, false).size(), 7) << span;
}

TEST(Chart, ShowsWhereACensoredValueMayBe) {
  const TimeAxis axis(hour(0), hour(10));
  Chart chart(axis, {0, 100, false, 60});
  constexpr double kUnbounded = std::numeric_limits<double>::infinity();
  chart.values(
      std::vector<SeriesPoint>{{hour(0), -kUnbounded, 10}, {hour(5), 40, 60}, {hour(10), -kUnbounded, kUnbounded}});
  const std::string svg = chart.svg("a \"b\"");
  EXPECT_THAT(svg, testing::HasSubstr("M-4-2L4-2L0 5Z")) << "an arrow down";
  EXPECT_THAT(svg, testing::HasSubstr("class=\"rg\"")) << "a range";
  EXPECT_THAT(svg, testing::Not(testing::HasSubstr("inf")));
  EXPECT_THAT(svg, testing::HasSubstr("a &quot;b&quot;"));
}

}  // namespace
}  // namespace coagwatch::daemon

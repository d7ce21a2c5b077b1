// Another rule set between two transactions of a fold.

#include <gmock/gmock.h>

#include <memory>

#include "daemon/fold/fold_fixture.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::ObservationJson;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kPatient = "Patient/17";

class FoldScoringTest : public testing::Test {
 protected:
  FoldScoringTest() {
    settings_.alerts.early_tier.clear();
    lax_.alerts = strict_.alerts = settings_.alerts;
    static_cast<Scoring&>(settings_) = strict_;
    fold_ = std::make_unique<PartitionFold>(settings_);
  }
  void apply(const ObservationJson& observation) {
    const std::string value = observation.text();
    InputRecord record;
    record.partition = 0;
    record.offset = next_++;
    record.time = kNoon;
    record.key = kPatient;
    record.value = value;
    ASSERT_TRUE(fold_->apply(record, sink_));
  }
  void commit() {
    fold_->flush(sink_);
    fold_->commit();
  }
  /// Five points of isth-2001.
  void five_points() {
    apply(ObservationJson().quantity("40", "10*9/L"));
    apply(ObservationJson().set("id", R"("b1")").loinc("30226-5").quantity("60", "ug/mL"));
  }
  /// None more, but it is scored.
  void normal_fibrinogen() { apply(ObservationJson().set("id", R"("c1")").loinc("3255-7").quantity("3", "g/L")); }
  const std::string& status() { return sink_.statuses.at(kPatient).value.value(); }

  Scoring strict_ =
      test_scoring("isth-2001", {{"version: 1.0.0", "version: 6.0.0"}, {"met: {ge: 5}", "met: {ge: 6}"}}, "strict");
  Scoring lax_ = test_scoring("isth-2001", {{"version: 1.0.0", "version: 5.0.0"}}, "lax");
  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  std::unique_ptr<PartitionFold> fold_;
  std::int64_t next_ = 0;
};

TEST_F(FoldScoringTest, TheNextRecordIsScoredByTheNewSetOnTheOldState) {
  five_points();
  commit();
  EXPECT_THAT(sink_.alerts, IsEmpty());
  EXPECT_THAT(status(), HasSubstr(R"("version":"6.0.0")"));
  const std::string before = status();
  fold_->change_scoring(lax_);
  EXPECT_EQ(status(), before) << "nothing is published by the change alone";
  normal_fibrinogen();
  commit();
  ASSERT_EQ(sink_.alerts.size(), 1U);
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-alert"), "onset");
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-criterion"), "isth-2001");
  EXPECT_THAT(status(), HasSubstr(R"("version":"5.0.0")"));
  EXPECT_THAT(status(), Not(HasSubstr(R"("version":"6.0.0")")));
}

TEST_F(FoldScoringTest, WhatTheSetAloneBringsAboutDoesNotInterrupt) {
  five_points();
  commit();
  fold_->change_scoring(lax_);
  // A repeat is not scored, and does not make him known under the new set.
  apply(ObservationJson().quantity("40", "10*9/L"));
  commit();
  normal_fibrinogen();
  ASSERT_EQ(sink_.alerts.size(), 1U);
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-alert"), "onset");
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-priority"), "passive");
}

TEST_F(FoldScoringTest, NorDoesItAfterARestart) {
  five_points();
  commit();
  static_cast<Scoring&>(settings_) = lax_;
  fold_ = std::make_unique<PartitionFold>(settings_);
  for (const auto& [key, state] : sink_.states) ASSERT_EQ(fold_->restore(key, state.value), std::nullopt);
  normal_fibrinogen();
  ASSERT_EQ(sink_.alerts.size(), 1U);
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-priority"), "passive");
}

TEST_F(FoldScoringTest, WhatTheRecordBringsAboutInterrupts) {
  apply(ObservationJson().quantity("40", "10*9/L"));
  commit();
  fold_->change_scoring(lax_);
  apply(ObservationJson().set("id", R"("b1")").loinc("30226-5").quantity("60", "ug/mL"));
  ASSERT_EQ(sink_.alerts.size(), 1U);
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-priority"), "interruptive");
}

TEST_F(FoldScoringTest, TheSecondRecordUnderTheNewSetInterruptsAsEver) {
  apply(ObservationJson().quantity("40", "10*9/L"));
  commit();
  fold_->change_scoring(lax_);
  normal_fibrinogen();
  apply(ObservationJson().set("id", R"("b1")").loinc("30226-5").quantity("60", "ug/mL"));
  ASSERT_EQ(sink_.alerts.size(), 1U);
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-priority"), "interruptive");
}

TEST_F(FoldScoringTest, TransactionsDoNotDecideWhoIsInterrupted) {
  five_points();
  commit();
  fold_->change_scoring(lax_);
  normal_fibrinogen();
  fold_->rollback();
  --next_;
  normal_fibrinogen();
  commit();
  ASSERT_EQ(sink_.alerts.size(), 2U) << "one of them was rolled back";
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-priority"), "passive");
}

TEST_F(FoldScoringTest, ARetractionThatTheSetAloneBringsAboutDoesNotInterrupt) {
  fold_->change_scoring(lax_);
  five_points();
  commit();
  ASSERT_EQ(sink_.alerts.size(), 1U);
  ASSERT_EQ(sink_.alerts[0].header("coagwatch-priority"), "interruptive");
  apply(ObservationJson().set("id", R"("d1")").loinc("5902-2").quantity("12", "s"));
  commit();
  fold_->change_scoring(strict_);
  // A correction of what gives no points.
  apply(ObservationJson().set("id", R"("d1")").loinc("5902-2").quantity("12.1", "s"));
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-alert"), "retraction");
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-priority"), "passive");
}

TEST_F(FoldScoringTest, AnEpisodeGoesOnUnderTheNewSet) {
  fold_->change_scoring(lax_);
  five_points();
  commit();
  ASSERT_EQ(sink_.alerts.size(), 1U);
  fold_->change_scoring(strict_);
  commit();
  ASSERT_EQ(sink_.alerts.size(), 1U) << "the change alone ends nothing";
  normal_fibrinogen();
  apply(ObservationJson().set("id", R"("d1")").loinc("5902-2").quantity("12", "s"));
  commit();
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-alert"), "retraction") << "all of it is one evaluation";
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-priority"), "passive");
}

TEST_F(FoldScoringTest, TheOldSetIsNotKept) {
  std::weak_ptr<const rules::RuleSet> old = strict_.rules;
  five_points();
  commit();
  strict_ = {};
  static_cast<Scoring&>(settings_) = {};
  ASSERT_FALSE(old.expired());
  fold_->change_scoring(lax_);
  EXPECT_TRUE(old.expired());
  normal_fibrinogen();
  commit();
  EXPECT_EQ(sink_.alerts.size(), 1U);
}

TEST_F(FoldScoringTest, AfterARollbackTooNothingPointsIntoTheOldSet) {
  five_points();
  fold_->rollback();
  next_ = 0;
  strict_ = {};
  static_cast<Scoring&>(settings_) = {};
  fold_->change_scoring(lax_);
  five_points();
  commit();
  EXPECT_EQ(sink_.alerts.size(), 1U);
}

TEST_F(FoldScoringTest, OpenEpisodesAreCountedByTheNewSetsCriteria) {
  fold_->change_scoring(lax_);
  five_points();
  commit();
  const auto open = [&](const Scoring& scoring) {
    std::vector<std::string> ids;
    const auto counts = fold_->patients().open_episodes();
    EXPECT_EQ(counts.size(), scoring.rules->criteria.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) ids.push_back(scoring.rules->criteria[i].id);
    }
    return ids;
  };
  const std::vector<std::string> all = open(lax_);
  EXPECT_THAT(all, testing::Contains("isth-2001"));
  const Scoring without = test_scoring("cdss", {}, "without");
  fold_->change_scoring(without);
  EXPECT_EQ(open(without), all) << "one place further on";
  fold_->change_scoring(test_scoring("isth-2001", {}, "without it"));
  fold_->change_scoring(lax_);
  EXPECT_EQ(open(lax_), all) << "the patient has it still";
}

TEST_F(FoldScoringTest, TheSitesSettingsChangeWithIt) {
  Scoring other = lax_;
  rules::RuleSet rules = *lax_.rules;
  rules.site.decimal_comma = true;
  other.rules = std::make_shared<const rules::RuleSet>(std::move(rules));
  const auto comma = ObservationJson().loinc("3255-7").value("valueString", R"("1,4 g/L")");
  apply(comma);
  fold_->change_scoring(other);
  apply(comma);
  ASSERT_EQ(sink_.items.size(), 2U);
  EXPECT_EQ(sink_.items[0].first, fhir::Disposition::dead);
  EXPECT_EQ(sink_.items[1].first, fhir::Disposition::applied);
}

}  // namespace
}  // namespace coagwatch::daemon

// What people read at a glance: the headline of each kind and why it is told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir/alert_parts.h"
#include "fhir/writers_fixture.h"
#include "rules/patient/fact_sources.h"

namespace coagwatch::fhir {
namespace {

using rules::AlertKind;
using rules::Cause;
using rules::Measure;
using rules::Priority;
using ::testing::AllOf;
using testing::at;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scene;
using testing::told;

constexpr const char* kTitle = "ISTH overt DIC score (2001): ";

class AlertReasonTest : public ::testing::Test {
 protected:
  AlertPart part(AlertKind kind, Cause cause = Cause::none, bool notice = false) {
    scene_.events = {told(kind, Priority::task, 0, 0)};
    scene_.events[0].cause = cause;
    const rules::Episode* episode = notice ? nullptr : &scene_.state.episodes[0];
    const rules::CriterionScore& score = scene_.score();
    return {scene_.context,
            scene_.policy,
            scene_.state,
            scene_.assessment,
            scene_.events[0],
            score,
            *score.criterion,
            episode,
            subject_,
            scene_.assessment.at,
            {},
            {}};
  }
  std::string said(AlertKind kind, Cause cause = Cause::none, bool notice = false) {
    const std::string text = headline(part(kind, cause, notice));
    EXPECT_THAT(text, ::testing::StartsWith(kTitle));
    return text.substr(std::string_view(kTitle).size());
  }
  void store(Measure measure, const char* value, rules::Timestamp collected, const std::string& source) {
    rules::StoredResult result;
    result.lab.measure = measure;
    result.lab.at = collected;
    result.lab.value = rules::Interval::point(testing::decimal(value));
    result.source = {static_cast<std::uint32_t>(scene_.state.text.size()), static_cast<std::uint16_t>(source.size())};
    scene_.state.text += source;
    scene_.state.results.push_back(result);
  }
  void know(rules::Fact fact, const char* resource) {
    rules::put_fact(scene_.state, {fact, rules::Tristate::yes, at(0), rules::Timestamp::none(), resource});
    scene_.assessment.facts = rules::KnownFacts(scene_.state, {}, at(8));
  }
  /// Fibrinogen is missing: 4 to 5 points.
  void miss_fibrinogen() {
    scene_.set_item(0, 0, 1, 1, Measure::platelets);
    scene_.set_item(0, 1, 2, 2, Measure::d_dimer_uln);
    scene_.set_item(0, 3, 0, 1, std::nullopt);
    scene_.score().status = rules::Status::indeterminate;
  }

  Scene scene_;
  SubjectReference subject_;
};

TEST_F(AlertReasonTest, AnOnsetSaysWhetherItsGateIsConfirmed) {
  EXPECT_EQ(said(AlertKind::onset), "criteria met with score 6 (met from 5), gate not confirmed");
  scene_.score().gate = rules::Gate::confirmed;
  EXPECT_EQ(said(AlertKind::onset), "criteria met with score 6 (met from 5)");
  EXPECT_EQ(said(AlertKind::onset, Cause::gate_confirmed), "gate confirmed, criteria met with score 6 (met from 5)");
}

TEST_F(AlertReasonTest, AnAmendmentSaysWhatHasChanged) {
  EXPECT_EQ(said(AlertKind::amendment, Cause::gate_lost),
            "corrected, gate not confirmed any more, criteria met, score 6 (met from 5)");
  EXPECT_EQ(said(AlertKind::amendment, Cause::points),
            "more of the panel known; criteria met, worse: score 6 (met from 5), by 2 points or more");
}

TEST_F(AlertReasonTest, AnOpenGateSaysWhatIsMissing) {
  scene_.rules.criteria[0].gate.adults_only = true;
  const auto has = [](const char* text) { return HasSubstr(std::string("<p>") + text + "</p>"); };
  EXPECT_THAT(score_div(part(AlertKind::onset)),
              has("Gate not confirmed: no record of underlying disorder; age not known."));
  rules::put_fact(scene_.state,
                  {rules::Fact::trauma, rules::Tristate::yes, at(0), rules::Timestamp::none(), "Condition/1"});
  scene_.assessment.facts = rules::KnownFacts(scene_.state, {}, at(8));
  EXPECT_THAT(score_div(part(AlertKind::onset)), has("Gate not confirmed: age not known."))
      << "the disorder is recorded";
  scene_.score().gate = rules::Gate::confirmed;
  EXPECT_THAT(score_div(part(AlertKind::onset)), has("Gate confirmed: underlying disorder."));
}

TEST_F(AlertReasonTest, AWorseningSaysBySomeNumber) {
  AlertPart worse = part(AlertKind::worsening, Cause::points);
  EXPECT_EQ(headline(worse), std::string(kTitle) + "criteria met, worse: score 6 (met from 5), by 2 points or more");
  worse.before = at(2);
  worse.points_before = 4;
  EXPECT_EQ(headline(worse),
            std::string(kTitle) + "criteria met, worse: score 6 (met from 5), was 4 on 2026-01-02 02:00 UTC");
  worse.new_extremes = rules::kPlateletsBelow50 | rules::kFibrinogenBelow1 | rules::kGroup4;
  EXPECT_THAT(headline(worse), HasSubstr("UTC; Platelets 42 x10^9/L (< 50), Fibrinogen 1.4 g/L (< 1.0), "
                                         "platelet and antithrombin group 4"));
  worse.new_extremes = rules::kPlateletsBelow50 | rules::kPlateletsAtMost30;
  EXPECT_THAT(headline(worse), AllOf(HasSubstr("(<= 30)"), Not(HasSubstr("(< 50)")))) << "the stricter one";
  EXPECT_EQ(said(AlertKind::worsening, Cause::relapse), "criteria met again, score 6 (met from 5)");
}

TEST_F(AlertReasonTest, AReminderSaysWhatTheLastEvaluationWas) {
  EXPECT_EQ(said(AlertKind::re_evaluation_due),
            "re-evaluation due; last evaluation: criteria met, score 6 (met from 5)");
  scene_.score().status = rules::Status::not_met;
  EXPECT_EQ(said(AlertKind::re_evaluation_due),
            "re-evaluation due; last evaluation: criteria not met, score 6 (met from 5)");
}

TEST_F(AlertReasonTest, ProbableSaysWhy) {
  scene_.score().items[0].at = at(8);
  scene_.score().items[1].at = at(-6);
  EXPECT_EQ(said(AlertKind::probable, Cause::none, true),
            "criteria probably met, score 6 (met from 5); values more than 12 h apart "
            "(Fibrin-related marker of 2026-01-01 18:00 UTC), a full panel would confirm");
  miss_fibrinogen();
  EXPECT_EQ(said(AlertKind::probable, Cause::none, true),
            "criteria probably met, score 4 to 5 (met from 5); open: Fibrinogen");
  scene_.add_jmhw();
  scene_.score(1).status = rules::Status::not_met;
  scene_.score(1).grade_low = 1;
  AlertPart graded{scene_.context,
                   scene_.policy,
                   scene_.state,
                   scene_.assessment,
                   scene_.events[0],
                   scene_.score(1),
                   *scene_.score(1).criterion,
                   nullptr,
                   subject_,
                   scene_.assessment.at,
                   {},
                   {}};
  EXPECT_THAT(headline(graded), HasSubstr("; grade suspected"));
}

TEST_F(AlertReasonTest, AMissingTestHasAName) {
  miss_fibrinogen();
  EXPECT_EQ(said(AlertKind::missing_test, Cause::none, true),
            "a result of Fibrinogen is missing and would decide, score 4 to 5 (met from 5)");
}

TEST_F(AlertReasonTest, ATrendHasValuesAndTimes) {
  store(Measure::platelets, "150", at(-12), "Observation/a");
  store(Measure::platelets, "90", at(8), "Observation/b");
  scene_.score().status = rules::Status::not_met;
  EXPECT_EQ(said(AlertKind::trend, Cause::none, true),
            "adverse trend: Platelets 150 x10^9/L to 90 x10^9/L within 20 h; score 6 (met from 5)");
  EXPECT_EQ(said(AlertKind::pre, Cause::none, true),
            "criteria nearly met, score 6 (met from 5); Platelets 150 x10^9/L to 90 x10^9/L within 20 h");
  const AlertPart open = part(AlertKind::worsening, Cause::points);
  const char* evidence =
      "Adverse trend: Platelets 150 x10^9/L (2026-01-01 12:00 UTC) to 90 x10^9/L (2026-01-02 08:00 UTC).";
  EXPECT_THAT(notes(open), ::testing::Contains(evidence)) << "a trend is evidence of an episode";
  EXPECT_THAT(score_div(open), HasSubstr(evidence));
}

TEST_F(AlertReasonTest, AScreenIsPositiveAndNotNearlySo) {
  EXPECT_EQ(said(AlertKind::pre, Cause::none, true), "screen positive, score 6 (met from 5)");
  scene_.score().status = rules::Status::not_met;
  rules::ScoringTable floored = *scene_.score().table;
  floored.met.floor_items = {0, 2};
  floored.met.floor = 4;
  scene_.score().table = &floored;
  scene_.score().floor = rules::PointRange{3, 3};
  EXPECT_EQ(
      said(AlertKind::pre, Cause::none, true),
      "criteria nearly met, score 6 (met from 5); Platelets and PT prolongation give 3 points of the 4 that they must");
}

TEST_F(AlertReasonTest, AnAmendmentSaysWhatChangedAndWhy) {
  EXPECT_EQ(said(AlertKind::amendment, Cause::numbers), "corrected, criteria met, score 6 (met from 5)");
  EXPECT_EQ(said(AlertKind::amendment, Cause::resumed), "corrected, the episode is not over, score 6 (met from 5)");
  EXPECT_EQ(said(AlertKind::amendment, Cause::onset_moved),
            "corrected, first met at 2026-01-02 08:05 UTC, score 6 (met from 5)");
  store(Measure::platelets, "42", at(8, 5), "Observation/plt-88");
  EXPECT_EQ(cause_text(part(AlertKind::amendment, Cause::numbers)),
            "Because of Observation/plt-88 (now Platelets 42 x10^9/L of 2026-01-02 08:05 UTC).");
  scene_.context.cause = {"Observation/gone"};
  EXPECT_EQ(cause_text(part(AlertKind::retraction)), "Because of Observation/gone (not in force any more).");
  EXPECT_EQ(cause_text(part(AlertKind::onset)), "") << "a new result is in the table";
}

TEST_F(AlertReasonTest, ARetractionSaysWhatIsTakenBack) {
  EXPECT_EQ(said(AlertKind::retraction),
            "alert of 2026-01-02 08:05 UTC withdrawn; results were corrected or withdrawn");
  EXPECT_EQ(said(AlertKind::retraction, Cause::none, true),
            "notice of 2026-01-02 08:05 UTC withdrawn; results were corrected or withdrawn");
  scene_.score().gate = rules::Gate::excluded;
  EXPECT_EQ(said(AlertKind::retraction),
            "alert of 2026-01-02 08:05 UTC withdrawn; the criterion does not apply to this patient");
}

TEST_F(AlertReasonTest, AFactThatTakesAnAlertBackIsNamed) {
  scene_.context.cause = {"Condition/1"};
  EXPECT_EQ(said(AlertKind::retraction),
            "alert of 2026-01-02 08:05 UTC withdrawn; what is recorded of the patient has changed");
  EXPECT_EQ(cause_text(part(AlertKind::retraction)), "Because of Condition/1.");
  scene_.context.cause = {"Condition?urn:x|1", "Observation/gone"};
  EXPECT_EQ(cause_text(part(AlertKind::retraction)),
            "Because of Condition?urn:x|1, Observation/gone (not in force any more).");
  EXPECT_THAT(said(AlertKind::retraction), HasSubstr("results were corrected or withdrawn"));
  for (const char* other : {"", "Patient/2", "Condition", "Conditions/1", "urn:x|1"}) {
    EXPECT_FALSE(states_facts(other)) << other;
  }
}

TEST_F(AlertReasonTest, AClosureSaysWhyAndIsNoResolution) {
  EXPECT_EQ(said(AlertKind::closure, Cause::excluded), "closed: the criterion does not apply to this patient any more");
  EXPECT_EQ(said(AlertKind::closure, Cause::merged), "closed: the patient is kept under another record");
  EXPECT_EQ(said(AlertKind::closure, Cause::forgotten), "closed: the patient is not watched any more");
}

TEST_F(AlertReasonTest, WhatExcludesHasANameAndAResource) {
  scene_.rules.criteria[0].gate.excludes = {{rules::Fact::leukaemia, {}}};
  know(rules::Fact::leukaemia, "Condition/1");
  scene_.score().gate = rules::Gate::excluded;
  const std::string why = "the criterion does not apply to this patient";
  EXPECT_EQ(said(AlertKind::retraction),
            "alert of 2026-01-02 08:05 UTC withdrawn; " + why + ": leukaemia recorded (Condition/1)");
  EXPECT_EQ(said(AlertKind::closure, Cause::excluded),
            "closed: " + why + " any more: leukaemia recorded (Condition/1)");
  EXPECT_THAT(notes(part(AlertKind::closure, Cause::excluded)),
              ::testing::Contains("The criterion does not apply to this patient: leukaemia recorded (Condition/1)."));
  // It has ended since: what counts is what was when the alert was told.
  const rules::Assessment then = scene_.assessment;
  scene_.score().gate = rules::Gate::confirmed;
  scene_.assessment.facts = {};
  AlertPart taken_back = part(AlertKind::retraction);
  EXPECT_THAT(headline(taken_back), HasSubstr("results were corrected or withdrawn"));
  taken_back.then = &then;
  EXPECT_THAT(headline(taken_back), HasSubstr(why + ": leukaemia recorded (Condition/1)"));
}

TEST_F(AlertReasonTest, WhoIsForAdultsOrForSomeOnlySaysSo) {
  scene_.rules.criteria[0].gate.adults_only = true;
  know(rules::Fact::child, "Patient/17");
  scene_.score().gate = rules::Gate::excluded;
  EXPECT_THAT(headline(part(AlertKind::retraction)),
              HasSubstr(": it is for adults, and the patient is a child (Patient/17)"));
  scene_.rules.criteria[0].gate.adults_only = false;
  scene_.rules.criteria[0].gate.only = {rules::Fact::pregnancy};
  EXPECT_THAT(headline(part(AlertKind::retraction)), EndsWith(": it is for patients with pregnancy only"));
}

TEST_F(AlertReasonTest, ADepartureSaysWhichOne) {
  AlertPart gone = part(AlertKind::closure, Cause::departed);
  gone.leave = rules::Leave::expired;
  EXPECT_EQ(headline(gone), std::string(kTitle) + "closed: no result for 30 days");
  gone.leave = rules::Leave::departed;
  know(rules::Fact::discharged, "Encounter/1");
  EXPECT_EQ(headline(gone), std::string(kTitle) + "closed: the patient was discharged");
  know(rules::Fact::deceased, "Patient/17");
  EXPECT_EQ(headline(gone), std::string(kTitle) + "closed: the patient has died");
}

// A merge has no clinical time: an episode that began with the newest result would have lasted no time at all.
TEST_F(AlertReasonTest, AMergeEndsTheFlagWhenItIsKnown) {
  rules::Episode& episode = scene_.state.episodes[0];
  episode.state = rules::EpisodeState::closed;
  episode.since = episode.onset;
  const auto flag = [&](Cause cause) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    write_flag(json, part(AlertKind::closure, cause));
    return out;
  };
  scene_.context.processed = at(20);
  EXPECT_THAT(flag(Cause::merged),
              HasSubstr(R"("period":{"start":"2026-01-02T08:05:00Z","end":"2026-01-02T20:00:00Z"})"));
  EXPECT_THAT(flag(Cause::departed),
              HasSubstr(R"("period":{"start":"2026-01-02T08:05:00Z","end":"2026-01-02T08:05:00Z"})"));
  scene_.context.processed = at(-20);
  EXPECT_THAT(flag(Cause::merged), HasSubstr(R"("end":"2026-01-02T08:05:00Z"})")) << "never backwards";
}

// The group and the loudness are for those who route records, in Kafka headers.
TEST_F(AlertReasonTest, LoudnessAndGroupAreNotInTheBundle) {
  scene_.events[0].priority = Priority::passive;
  const AlertRecord record = scene_.alert_record();
  EXPECT_EQ(record.group, "Patient/p-4711|2026-01-02T08:05:00Z|1");
  EXPECT_THAT(record.value, AllOf(Not(HasSubstr("passive")), Not(HasSubstr(record.group + "\""))));
}

}  // namespace
}  // namespace coagwatch::fhir

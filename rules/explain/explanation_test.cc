#include "rules/explain/explanation.h"

#include <gmock/gmock.h>

#include <random>

#include "rules/criterion/loader.h"
#include "rules/criterion/measures.h"
#include "rules/criterion/text.h"
#include "rules/explain/explained_facts.h"
#include "rules/patient/state_fixture.h"
#include "rules/scoring/gates.h"

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// The criteria as they ship, for a site whose normal PT is 12 s and whose D-dimer is normal up to 0.5 mg/L FEU.
const RuleSet& shipped() {
  static const RuleSet rules = [] {
    RuleSet made;
    std::vector<Problem> problems;
    for (const BuiltinCriterion& builtin : builtin_criteria()) {
      made.criteria.push_back(load_criterion(builtin.text, std::string(builtin.file), "", problems).value());
    }
    made.site.pt_control_seconds = Decimal::of(12);
    made.site.upper_limits[index(Measure::d_dimer)] = Decimal(5, -1);
    link_definitions(made, {});
    return made;
  }();
  return rules;
}

/// A patient explained at a time, by one criterion.
struct Explained {
  PatientState state;
  Explanation explanation;

  Explained(const TestPatient& patient, Timestamp at, const std::string& id) : state(patient.state) {
    const std::vector<std::string> ids = {id};
    explain(shipped(), state, at, ids, explanation);
  }
  [[nodiscard]] const ExplainedScore& score() const { return explanation.scores.at(0); }
  [[nodiscard]] const ExplainedItem& item(std::string_view name) const {
    for (const ExplainedItem& item : score().items) {
      if (item.score.item->name == name) return item;
    }
    throw std::out_of_range("no such item");
  }
};

/// `min-max`, and `met` with a total that is sure.
std::string outcome_text(const Outcome& outcome) {
  std::string text = outcome.band ? band_text(*outcome.band) : std::string(tristate_name(outcome.fact));
  text += ": " + std::to_string(outcome.min);
  if (outcome.min != outcome.max) text += "-" + std::to_string(outcome.max);
  return text + " " + std::string(status_name(outcome.status));
}

std::vector<std::string> outcomes_of(const DecidingTest& test) {
  std::vector<std::string> texts;
  for (const Outcome& outcome : test.outcomes) texts.push_back(outcome_text(outcome));
  return texts;
}

std::vector<std::string> bands_of(const ExplainedSource& source) {
  std::vector<std::string> texts;
  for (const BandedValue& reading : source.readings) {
    for (const Band& band : reading.bands) texts.push_back(band_text(band) + " = " + std::to_string(band.points));
  }
  return texts;
}

TEST(Explanation, ABandSaysWhichSideItsBoundaryIsOn) {
  TestPatient patient;
  patient.add(Measure::platelets, "50", hour(8));
  patient.add(Measure::fdp, "25", hour(8));
  patient.add(Measure::pt_seconds, "18", hour(8));
  const Explained explained(patient, hour(8), "isth-2001");
  EXPECT_THAT(bands_of(explained.item("platelets").sources.at(0)), ElementsAre(">= 50 and < 100 = 1"));
  EXPECT_THAT(bands_of(explained.item("fibrin-marker").sources.at(0)), ElementsAre(">= 25 = 3"));
  const ExplainedSource& pt = explained.item("pt").sources.at(0);
  EXPECT_THAT(bands_of(pt), ElementsAre(">= 6 = 2"));
  EXPECT_TRUE(pt.readings.at(0).computed);
  EXPECT_EQ(pt.readings.at(0).from, "Observation/3");
}

TEST(Explanation, AnIntervalLiesInEveryBandThatItTouches) {
  TestPatient patient;
  patient.add(Measure::fdp, ">=20", hour(8));
  const Explained explained(patient, hour(8), "isth-2001");
  EXPECT_THAT(bands_of(explained.item("fibrin-marker").sources.at(0)), ElementsAre(">= 10 and < 25 = 2", ">= 25 = 3"));
}

// Case T1 of the clinical reference (A.4), d1 08:00: a fall of 50.8 % at exactly 24 h.
TEST(Explanation, AFallIsShownWithTheCountThatItIsFrom) {
  TestPatient patient;
  patient.know(Fact::sepsis, Tristate::yes, hour(6));
  patient.know(Fact::child, Tristate::no);
  patient.add(Measure::platelets, "240", hour(8));
  patient.add(Measure::platelets, "165", hour(20));
  patient.add(Measure::platelets, "118", hour(32));
  patient.add(Measure::pt_seconds, "15.6", hour(32));
  patient.add(Measure::fdp, "22", hour(32));
  patient.add(Measure::sirs, "3", hour(32));
  const Explained explained(patient, hour(32), "jaam");
  EXPECT_EQ(explained.score().score->min, 6);
  EXPECT_EQ(explained.score().score->max, 6);
  const ExplainedItem& platelets = explained.item("platelets");
  ASSERT_THAT(platelets.sources, SizeIs(2));
  EXPECT_THAT(bands_of(platelets.sources[0]), ElementsAre(">= 80 and < 120 = 1"));
  EXPECT_THAT(bands_of(platelets.sources[1]), ElementsAre(">= 50 = 3"));
  for (const ExplainedValue& value : explained.explanation.values) {
    if (value.measure != Measure::platelet_fall_24h) continue;
    EXPECT_EQ(value.base, interval_of("240"));
    EXPECT_EQ(value.computed_of, Measure::platelets);
  }
}

TEST(Explanation, WhatHasNoValueSaysWhy) {
  TestPatient patient;
  patient.add(Measure::platelets, "60", hour(40));
  patient.add(Measure::fibrinogen, "1.2", hour(4));
  patient.add(Measure::aptt, "50", hour(40));
  LabResult clotted = TestPatient::lab(Measure::fdp, "30", hour(39));
  clotted.unusable = Unusable::clotted_specimen;
  patient.put("Observation/clotted", clotted);
  const Explained isth(patient, hour(40), "isth-2001");
  EXPECT_EQ(isth.item("fibrinogen").sources.at(0).lack, Lack::too_old);
  EXPECT_EQ(isth.item("fibrinogen").sources.at(0).last, hour(4));
  EXPECT_EQ(isth.item("fibrin-marker").sources.at(0).lack, Lack::unusable);
  EXPECT_EQ(isth.item("fibrin-marker").sources.at(0).unusable, Unusable::clotted_specimen);
  EXPECT_EQ(isth.item("pt").sources.at(0).lack, Lack::no_result);
  EXPECT_THAT(isth.explanation.unusable, SizeIs(1));
  const Explained jaam(patient, hour(40), "jaam");
  EXPECT_EQ(jaam.item("platelets").sources.at(1).lack, Lack::no_baseline);
  EXPECT_EQ(jaam.item("fdp").sources.at(1).lack, Lack::site_setting) << "no kit";
  EXPECT_EQ(Explained(patient, hour(40), "cdss").item("pt-aptt").sources.at(1).lack, Lack::site_setting)
      << "no upper limit of aPTT";
}

// FDP goes before D-dimer, but not where it is more than 4 h older.
TEST(Explanation, AnOlderSourceGivesWay) {
  TestPatient patient;
  patient.add(Measure::fdp, "30", hour(2));
  patient.add(Measure::d_dimer, "2", hour(8));
  const Explained explained(patient, hour(8), "isth-2001");
  const ExplainedItem& marker = explained.item("fibrin-marker");
  ASSERT_THAT(marker.sources, SizeIs(2));
  EXPECT_EQ(marker.sources[0].lack, Lack::older_source);
  EXPECT_THAT(bands_of(marker.sources[1]), ElementsAre("> 3 and <= 7 = 2"));
  TestPatient current;
  current.add(Measure::fdp, "30", hour(4));
  current.add(Measure::d_dimer, "2", hour(8));
  EXPECT_THAT(Explained(current, hour(8), "isth-2001").item("fibrin-marker").sources, SizeIs(1));
}

TEST(Explanation, TheWorstOfADayIsShownAndNotTheLatest) {
  TestPatient patient;
  patient.add(Measure::bilirubin, "110", hour(2));
  patient.add(Measure::bilirubin, "30", hour(8));
  const Explained explained(patient, hour(8), "sofa");
  const ExplainedSource& liver = explained.item("liver").sources.at(0);
  ASSERT_THAT(liver.readings, SizeIs(1));
  EXPECT_EQ(liver.readings[0].at, hour(2));
}

TEST(Explanation, WhatAMissingTestWouldChange) {
  TestPatient patient;
  patient.know(Fact::sepsis, Tristate::yes, hour(6));
  patient.add(Measure::platelets, "60", hour(8));
  patient.add(Measure::fibrinogen, "2", hour(8));
  patient.add(Measure::pt_seconds, "16", hour(8));
  const Explained explained(patient, hour(8), "isth-2001");
  const std::vector<DecidingTest>& tests = explained.score().would_change;
  ASSERT_THAT(tests, SizeIs(2));
  EXPECT_EQ(tests[0].name, "fdp");
  EXPECT_THAT(outcomes_of(tests[0]), ElementsAre("< 10: 2 not-met", ">= 10 and < 25: 4 not-met", ">= 25: 5 met"));
  EXPECT_EQ(tests[1].name, "d-dimer");
  EXPECT_EQ(tests[1].measure, Measure::d_dimer_uln);
  EXPECT_THAT(outcomes_of(tests[1]), ElementsAre("<= 3: 2 not-met", "> 3 and <= 7: 4 not-met", "> 7: 5 met"));
}

// A count moves the fall with it: 240 before, so that each band below 120 is a fall of 50 % or more.
TEST(Explanation, AMissingCountIsScoredWithItsFall) {
  TestPatient patient;
  patient.add(Measure::platelets, "240", hour(2));
  LabResult clumps = TestPatient::lab(Measure::platelets, "90", hour(8));
  clumps.unusable = Unusable::platelet_clumps;
  patient.put("Observation/clumps", clumps);
  patient.add(Measure::fdp, "12", hour(8));
  patient.add(Measure::sirs, "3", hour(8));
  patient.add(Measure::pt_seconds, "13", hour(8));
  const Explained explained(patient, hour(8), "jaam");
  EXPECT_EQ(explained.score().score->status, Status::not_met);
  ASSERT_THAT(explained.score().would_change, SizeIs(1));
  EXPECT_THAT(outcomes_of(explained.score().would_change[0]),
              ElementsAre("< 80: 5 met", ">= 80 and < 120: 5 met", ">= 120: 2-5 indeterminate"));
}

TEST(Explanation, WhatAMissingFactWouldChange) {
  TestPatient patient;
  patient.know(Fact::underlying_disorder, Tristate::yes);
  patient.know(Fact::organ_symptoms, Tristate::no, hour(8));
  patient.add(Measure::platelets, "60", hour(8));
  patient.add(Measure::fibrinogen, "1.2", hour(8));
  patient.add(Measure::pt_seconds, "13", hour(8));
  patient.add(Measure::fdp, "25", hour(8));
  const Explained explained(patient, hour(8), "jmhw");
  ASSERT_THAT(explained.score().would_change, SizeIs(1));
  EXPECT_EQ(explained.score().would_change[0].fact, Fact::bleeding);
  EXPECT_THAT(outcomes_of(explained.score().would_change[0]), ElementsAre("yes: 7 met", "no: 6 not-met"));
}

// SOFA, which SIC scores, is open in its respiratory part alone: told by the ratio, of which FiO2 is the other half.
TEST(Explanation, ARatioIsOneTest) {
  TestPatient patient;
  for (const auto& [measure, value] :
       {std::pair{Measure::platelets, "120"}, std::pair{Measure::inr, "1.5"}, std::pair{Measure::bilirubin, "10"},
        std::pair{Measure::creatinine, "60"}, std::pair{Measure::map, "80"}}) {
    patient.add(measure, value, hour(8));
  }
  for (const Fact fact : {Fact::vasopressor, Fact::respiratory_support}) patient.know(fact, Tristate::no, hour(8));
  const Explained explained(patient, hour(8), "sic");
  std::vector<std::string_view> names;
  for (const DecidingTest& each : explained.score().would_change) names.push_back(each.name);
  EXPECT_THAT(names, ElementsAre("pao2", "respiratory-support"));
  const DecidingTest& test = explained.score().would_change.at(0);
  EXPECT_EQ(test.measure, Measure::pao2);
  EXPECT_EQ(test.per, Measure::fio2);
  EXPECT_EQ(outcomes_of(test).back(), ">= 400: 3 not-met");
  EXPECT_EQ(test.outcomes.front().status, Status::met);
}

TEST(Explanation, FactsNameTheirResourceAndWhatFollows) {
  TestPatient patient;
  put_fact(patient.state, {Fact::sepsis, Tristate::yes, hour(6), Timestamp::none(), "Condition/s"});
  put_fact(patient.state, {Fact::infection, Tristate::no, hour(5), Timestamp::none(), "Condition/i"});
  patient.add(Measure::platelets, "60", hour(8));
  const Explained explained(patient, hour(8), "isth-2001");
  const auto& facts = explained.explanation.facts;
  ASSERT_THAT(facts, SizeIs(4));
  EXPECT_EQ(facts[0].fact, Fact::underlying_disorder);
  EXPECT_EQ(facts[0].origin, ExplainedFact::Origin::implied);
  EXPECT_EQ(facts[1].fact, Fact::infection);
  EXPECT_FALSE(facts[1].counts) << "sepsis says yes";
  EXPECT_EQ(facts[2].origin, ExplainedFact::Origin::implied);
  EXPECT_EQ(facts[3].fact, Fact::sepsis);
  EXPECT_TRUE(facts[3].end_by_rule);
  EXPECT_EQ(facts[3].end, hour(6 + 14 * 24));
  EXPECT_THAT(resources_of(facts, Fact::underlying_disorder), ElementsAre("Condition/s"));
  ASSERT_THAT(explained.score().gate, SizeIs(1)) << "the age alone is not known";
  EXPECT_EQ(explained.score().gate[0].kind, GateReason::Kind::unknown_age);
}

TEST(Explanation, AnEarlierTimeKnowsNothingOfWhatCameLater) {
  TestPatient patient;
  patient.add(Measure::platelets, "60", hour(8));
  LabResult clotted = TestPatient::lab(Measure::platelets, "30", hour(12));
  clotted.unusable = Unusable::clotted_specimen;
  patient.put("Observation/clotted", clotted);
  patient.add(Measure::platelets, "40", hour(20));
  PatientState earlier = patient.state;
  forget_after(earlier, hour(10));
  EXPECT_EQ(earlier.at, hour(8));
  EXPECT_THAT(earlier.results, SizeIs(1));
  EXPECT_EQ(clinical_time_at(patient.state, hour(15)), hour(8)) << "an unusable result does not move the time";
  EXPECT_EQ(clinical_time_at(patient.state, hour(20)), hour(20));
  EXPECT_FALSE(clinical_time_at(patient.state, hour(7)).known());
}

// ---- whatever is known of a patient ----

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }

 private:
  std::mt19937_64 engine_;
};

/// Random results and facts, in the middle of what is plausible.
TestPatient random_patient(Chance& chance) {
  constexpr std::array kMeasures = {Measure::platelets,    Measure::pt_seconds, Measure::inr,
                                    Measure::fibrinogen,   Measure::fdp,        Measure::d_dimer,
                                    Measure::antithrombin, Measure::bilirubin,  Measure::creatinine,
                                    Measure::wbc,          Measure::pao2,       Measure::fio2};
  constexpr std::array kTypical = {90, 15, 1, 1, 20, 3, 70, 40, 120, 12, 80, 1};
  TestPatient patient;
  for (std::size_t i = 0; i < kMeasures.size(); ++i) {
    for (std::size_t n = chance.below(3); n > 0; --n) {
      const std::size_t percent = 30 + chance.below(180);
      const Decimal value = Decimal::multiply(Decimal::of(kTypical[i]), Decimal(static_cast<int>(percent), -2)).value();
      const char* const sign = chance.below(5) == 0 ? (chance.below(2) == 0 ? "<" : ">=") : "";
      patient.add(kMeasures[i], sign + value.to_string(), hour(20 - static_cast<std::int64_t>(chance.below(30))));
    }
  }
  patient.add(Measure::haemoglobin, "90", hour(20));
  for (std::size_t i = 0; i < kFactCount; ++i) {
    const std::size_t die = chance.below(20);
    if (die < 6) patient.know(static_cast<Fact>(i), die < 1 ? Tristate::yes : Tristate::no, hour(19));
  }
  return patient;
}

/// Which gate a reason is of.
Gate gate_of(GateReason::Kind kind) {
  using Kind = GateReason::Kind;
  if (kind <= Kind::no_sign) return Gate::excluded;
  return kind <= Kind::adult ? Gate::confirmed : Gate::unconfirmed;
}

TEST(ExplanationProperties, EveryGateHasItsReasons) {
  Chance chance(1);
  for (int i = 0; i < 300; ++i) {
    const TestPatient patient = random_patient(chance);
    Explanation explanation;
    explain(shipped(), patient.state, hour(20), {}, explanation);
    for (const ExplainedScore& score : explanation.scores) {
      const std::string& id = score.score->criterion->id;
      EXPECT_EQ(score.gate.empty(), score.score->gate == Gate::none) << id << " panel " << i;
      for (const GateReason& reason : score.gate) {
        EXPECT_EQ(gate_of(reason.kind), score.score->gate) << id << " panel " << i;
        const bool unknown = gate_of(reason.kind) == Gate::unconfirmed;
        const bool recorded = reason.fact && explanation.assessment.facts.yes(*reason.fact);
        EXPECT_FALSE(unknown && recorded) << id;
      }
    }
  }
}

/// The points of the bands that an item's only source lies in.
std::optional<PointSet> points_of_bands(const ExplainedItem& item) {
  if (item.reported || item.sources.size() != 1 || item.score.item->sources.size() != 1) return std::nullopt;
  if (item.sources[0].lack != Lack::none) return std::nullopt;
  PointSet set = 0;
  for (const Band& band : item.sources[0].readings.at(0).bands) {
    set |= PointSet{1} << (band.points - item.score.item->base);
  }
  return set;
}

TEST(ExplanationProperties, BandsGiveThePoints) {
  Chance chance(2);
  int compared = 0;
  for (int i = 0; i < 300; ++i) {
    const TestPatient patient = random_patient(chance);
    Explanation explanation;
    explain(shipped(), patient.state, hour(20), {}, explanation);
    for (const ExplainedScore& score : explanation.scores) {
      for (const ExplainedItem& item : score.items) {
        const std::string where = score.score->criterion->id + "/" + item.score.item->name;
        for (const ExplainedSource& source : item.sources) {
          EXPECT_EQ(source.lack == Lack::none, !source.readings.empty()) << where;
        }
        const auto set = points_of_bands(item);
        // Of the worst of a time several values may have given the points.
        if (!set || item.score.item->worst_within > Duration{0}) continue;
        ++compared;
        EXPECT_EQ(*set, item.score.set) << where << " panel " << i;
      }
    }
  }
  EXPECT_GT(compared, 1000);
}

/// A value inside of a band.
Decimal inside(const Band& band) {
  if (band.low && band.high) {
    return Decimal::multiply(Decimal::add(*band.low, *band.high).value(), Decimal(5, -1)).value();
  }
  if (band.low) return Decimal::add(*band.low, Decimal(1, -2)).value();
  return band.high ? Decimal::subtract(*band.high, Decimal(1, -2)).value() : Decimal::of(1);
}

/// A result of that measure in the middle of a band, as a laboratory would send it; nothing where it cannot.
std::optional<LabResult> result_in(const Band& band, Measure measure) {
  LabResult result;
  result.measure = sent_measure(measure);
  result.at = hour(20);
  result.method_rank = 200;
  Decimal value = inside(band);
  if (measure == Measure::pt_prolongation || measure == Measure::pt_over_control) {
    value = Decimal::add(value, Decimal::of(12)).value();
  } else if (measure == Measure::d_dimer_uln) {
    value = Decimal::multiply(value, Decimal(5, -1)).value();
  } else if (result.measure != measure) {
    return std::nullopt;
  }
  const MeasureInfo& info = measure_info(result.measure);
  const bool possible = value >= info.plausible_low && value <= info.plausible_high;
  if (!possible || (info.score && value.exponent() < 0)) return std::nullopt;
  result.value = Interval::point(value);
  return result;
}

// What is foretold of a test comes true when its result arrives.
TEST(ExplanationProperties, WhatATestWouldChangeComesTrue) {
  Chance chance(3);
  int checked = 0;
  const auto check = [&](const TestPatient& patient, std::size_t which, const DecidingTest& test,
                         const Outcome& outcome) {
    const auto result = result_in(*outcome.band, *test.measure);
    if (!result) return;
    TestPatient after = patient;
    after.put("Observation/new", *result);
    Assessment assessment;
    assess(shipped(), after.state, hour(20), assessment);
    const CriterionScore& now = assessment.scores[which];
    const std::string where = now.criterion->id + " " + std::string(test.name) + " " + result->value.low.to_string();
    EXPECT_GE(now.min, outcome.min) << where;
    EXPECT_LE(now.max, outcome.max) << where;
    EXPECT_TRUE(outcome.status == Status::indeterminate || now.status == outcome.status) << where;
    ++checked;
  };
  for (int i = 0; i < 100; ++i) {
    const TestPatient patient = random_patient(chance);
    Explanation explanation;
    explain(shipped(), patient.state, hour(20), {}, explanation);
    for (const ExplainedScore& score : explanation.scores) {
      const auto which = static_cast<std::size_t>(score.score - explanation.assessment.scores.data());
      for (const DecidingTest& test : score.would_change) {
        for (const Outcome& outcome : test.outcomes) {
          if (test.measure && !test.per) check(patient, which, test, outcome);
        }
      }
    }
  }
  EXPECT_GT(checked, 500);
}

}  // namespace
}  // namespace coagwatch::rules

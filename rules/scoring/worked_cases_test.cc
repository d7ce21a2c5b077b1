#include <gtest/gtest.h>

#include <array>
#include <string>

#include "rules/criterion/loader.h"
#include "rules/patient/state_fixture.h"
#include "rules/scoring/rule_set.h"

// The worked cases of the clinical reference, scored with the criteria as they ship.

namespace coagwatch::rules {
namespace {

Criterion shipped(std::string_view id, std::string_view profile) {
  for (const BuiltinCriterion& builtin : builtin_criteria()) {
    if (builtin.id != id) continue;
    std::vector<Problem> problems;
    auto criterion = load_criterion(builtin.text, std::string(builtin.file), profile, problems);
    if (!criterion) throw std::runtime_error(problems.front().to_string());
    return *criterion;
  }
  throw std::out_of_range("no such criterion");
}

struct Total {
  int min;
  int max;
  Status status;
};

// Values as the reference gives them; empty: not measured. Fibrinogen in g/L, PT in seconds over a control of 12.0 s
// or, where no seconds are given, as ratio and prolongation; D-dimer as multiple of its upper limit.
struct Panel {
  const char* id;
  const char* platelets;
  const char* highest_before;
  const char* pt_seconds;
  const char* pt_ratio;
  const char* pt_prolongation;
  const char* fdp;
  const char* d_dimer_uln;
  const char* fibrinogen;
  const char* sirs;
  Tristate bleeding;
  Tristate organ_symptoms;
  Tristate underlying_disorder;
  Tristate sepsis;
  Tristate marrow_suppression;
  Total isth;
  Total jaam_ja;
  Total jaam_en;
  Total jmhw;
  const char* grade_low;
  const char* grade_high;
};

// clang-format off
constexpr auto kPanels = std::to_array<Panel>({
    {"W01", "40", "", "20.4", "", "", "60", "40", "0.8", "4", Tristate::yes, Tristate::yes, Tristate::yes, Tristate::yes, Tristate::no,
     {8, 8, Status::met}, {8, 8, Status::met}, {8, 8, Status::met}, {13, 13, Status::met}, "dic", "dic"},
    {"W03", "95", "", "16.2", "", "", "18", "9", "4.8", "3", Tristate::no, Tristate::yes, Tristate::yes, Tristate::yes, Tristate::no,
     {4, 4, Status::not_met}, {4, 4, Status::met}, {4, 4, Status::met}, {5, 5, Status::not_met}, "low", "low"},
    {"W05", "125", "260", "13.0", "", "", "12", "3.5", "3", "3", Tristate::no, Tristate::no, Tristate::yes, Tristate::yes, Tristate::no,
     {2, 2, Status::not_met}, {5, 5, Status::met}, {5, 5, Status::met}, {2, 2, Status::not_met}, "low", "low"},
    {"W07", "70", "", "15.0", "", "", "45", "20", "1.4", "0", Tristate::yes, Tristate::no, Tristate::yes, Tristate::no, Tristate::yes,
     {5, 5, Status::met}, {7, 7, Status::not_applicable}, {7, 7, Status::not_applicable}, {6, 6, Status::met}, "dic", "dic"},
    {"W09", "100", "", "15.2", "", "", "25", "6", "1.6", "0", Tristate::yes, Tristate::no, Tristate::yes, Tristate::no, Tristate::no,
     {4, 4, Status::not_met}, {5, 5, Status::met}, {5, 5, Status::met}, {6, 6, Status::not_met}, "suspected", "suspected"},
    {"W11", "45", "", "18.5", "", "", "30", "12", "", "4", Tristate::unknown, Tristate::yes, Tristate::yes, Tristate::yes, Tristate::no,
     {7, 8, Status::met}, {8, 8, Status::met}, {8, 8, Status::met}, {8, 11, Status::met}, "dic", "dic"},
    {"W13", "75", "", "14.4", "", "", "", "4.0", "1.8", "3", Tristate::no, Tristate::yes, Tristate::yes, Tristate::yes, Tristate::no,
     {3, 3, Status::not_met}, {5, 8, Status::met}, {5, 8, Status::met}, {4, 7, Status::indeterminate}, "low", "dic"},
    {"W15", "40", "", "20.4", "", "", "60", "40", "0.8", "4", Tristate::yes, Tristate::yes, Tristate::no, Tristate::no, Tristate::no,
     {8, 8, Status::not_applicable}, {8, 8, Status::not_applicable}, {8, 8, Status::not_applicable}, {12, 12, Status::met}, "dic", "dic"},
    {"B01", "50", "", "15.0", "", "", "10", "3.0", "1", "3", Tristate::no, Tristate::no, Tristate::yes, Tristate::yes, Tristate::no,
     {4, 4, Status::not_met}, {6, 6, Status::met}, {6, 6, Status::met}, {8, 8, Status::met}, "dic", "dic"},
    {"B03", "80", "", "14.4", "", "", "25", "7.0", "1.5", "3", Tristate::no, Tristate::no, Tristate::yes, Tristate::yes, Tristate::no,
     {4, 4, Status::not_met}, {6, 6, Status::met}, {6, 6, Status::met}, {6, 6, Status::not_met}, "suspected", "suspected"},
    {"B05", "120", "", "20.04", "", "", "40", "10", "1.51", "0", Tristate::no, Tristate::no, Tristate::yes, Tristate::yes, Tristate::no,
     {5, 5, Status::met}, {4, 4, Status::met}, {4, 4, Status::met}, {7, 7, Status::met}, "dic", "dic"},
    {"B07", "99.9", "", "17.9", "", "", "", "7.01", "0.999", "0", Tristate::no, Tristate::no, Tristate::yes, Tristate::yes, Tristate::no,
     {6, 6, Status::met}, {2, 5, Status::indeterminate}, {2, 5, Status::indeterminate}, {5, 8, Status::indeterminate}, "low", "dic"},
    {"B09", "99", "", "", "1.2", "2.4", "8", "2", "3", "2", Tristate::no, Tristate::no, Tristate::yes, Tristate::yes, Tristate::no,
     {1, 1, Status::not_met}, {2, 2, Status::not_met}, {2, 2, Status::not_met}, {2, 2, Status::not_met}, "low", "low"},
    {"B11", "140", "200", "14.4", "", "", "12", "2.5", "3", "3", Tristate::no, Tristate::no, Tristate::yes, Tristate::yes, Tristate::no,
     {2, 2, Status::not_met}, {4, 4, Status::met}, {3, 3, Status::not_met}, {2, 2, Status::not_met}, "low", "low"},
    {"B13", "50", "", "14.4", "", "", "15", "4", "2.5", "3", Tristate::no, Tristate::yes, Tristate::yes, Tristate::yes, Tristate::no,
     {3, 3, Status::not_met}, {6, 6, Status::met}, {6, 6, Status::met}, {6, 6, Status::not_met}, "suspected", "suspected"},
    {"B15", "30", "", "", "1.5", "6.0", "20", "8", "2.2", "4", Tristate::no, Tristate::yes, Tristate::yes, Tristate::yes, Tristate::no,
     {6, 6, Status::met}, {6, 6, Status::met}, {6, 6, Status::met}, {8, 8, Status::met}, "dic", "dic"},
    {"B17", "110", "", "20.0", "", "", "22", "5", "1.4", "2", Tristate::no, Tristate::no, Tristate::yes, Tristate::no, Tristate::no,
     {4, 4, Status::not_met}, {3, 3, Status::not_met}, {3, 3, Status::not_met}, {7, 7, Status::met}, "dic", "dic"},
    {"P01", "39", "", "", "", "", "", "100", "0.49", "", Tristate::yes, Tristate::unknown, Tristate::yes, Tristate::no, Tristate::no,
     {6, 8, Status::met}, {3, 8, Status::indeterminate}, {3, 8, Status::indeterminate}, {7, 13, Status::met}, "dic", "dic"},
    {"P04", "80", "", "", "1.5", "", "", "", "", "", Tristate::unknown, Tristate::unknown, Tristate::yes, Tristate::yes, Tristate::no,
     {1, 7, Status::indeterminate}, {2, 6, Status::indeterminate}, {2, 6, Status::indeterminate}, {4, 11, Status::indeterminate}, "low", "dic"},
    {"P06", "90", "", "", "1.1", "1.2", "12", "", "", "3", Tristate::unknown, Tristate::unknown, Tristate::yes, Tristate::yes, Tristate::no,
     {3, 4, Status::not_met}, {3, 3, Status::not_met}, {3, 3, Status::not_met}, {3, 7, Status::indeterminate}, "low", "dic"},
    {"P07", "90", "", "", "1.3", "3.6", "12", "", "", "3", Tristate::unknown, Tristate::unknown, Tristate::yes, Tristate::yes, Tristate::no,
     {4, 5, Status::indeterminate}, {4, 4, Status::met}, {4, 4, Status::met}, {4, 8, Status::indeterminate}, "low", "dic"},
});
// clang-format on

TestPatient patient_of(const Panel& panel) {
  TestPatient patient;
  const auto add = [&](Measure measure, std::string_view value) {
    if (!value.empty()) patient.add(measure, value, hour(32));
  };
  if (*panel.highest_before != '\0') patient.add(Measure::platelets, panel.highest_before, hour(12));
  add(Measure::platelets, panel.platelets);
  add(Measure::pt_seconds, panel.pt_seconds);
  add(Measure::pt_ratio, panel.pt_ratio);
  add(Measure::pt_prolongation, panel.pt_prolongation);
  add(Measure::fdp, panel.fdp);
  add(Measure::d_dimer_uln, panel.d_dimer_uln);
  add(Measure::fibrinogen, panel.fibrinogen);
  add(Measure::sirs, panel.sirs);
  patient.know(Fact::bleeding, panel.bleeding);
  patient.know(Fact::organ_symptoms, panel.organ_symptoms);
  patient.know(Fact::underlying_disorder, panel.underlying_disorder);
  patient.know(Fact::sepsis, panel.sepsis);
  patient.know(Fact::marrow_suppression, panel.marrow_suppression);
  return patient;
}

RuleSet rules_with(std::vector<Criterion> criteria) {
  RuleSet rules;
  rules.criteria = std::move(criteria);
  rules.site.pt_control_seconds = Decimal(120, -1);
  rules.site.isi = Decimal(10, -1);
  return rules;
}

class WorkedCaseTest : public ::testing::TestWithParam<Panel> {
 protected:
  static const RuleSet& rules() {
    static const RuleSet kRules =
        rules_with({shipped("isth-2001", "iba"), shipped("jaam", "ja"), shipped("jaam", "en"), shipped("jmhw", "")});
    return kRules;
  }
  static void expect(const CriterionScore& score, const Total& total) {
    EXPECT_EQ(score.min, total.min) << score.criterion->id << '/' << score.criterion->profile;
    EXPECT_EQ(score.max, total.max) << score.criterion->id << '/' << score.criterion->profile;
    EXPECT_EQ(status_name(score.status), status_name(total.status))
        << score.criterion->id << '/' << score.criterion->profile;
  }
};

TEST_P(WorkedCaseTest, ScoresAsTheReference) {
  const Panel& panel = GetParam();
  const TestPatient patient = patient_of(panel);
  Assessment assessment;
  assess(rules(), patient.state, hour(32), assessment);
  expect(assessment.scores[0], panel.isth);
  expect(assessment.scores[1], panel.jaam_ja);
  expect(assessment.scores[2], panel.jaam_en);
  const CriterionScore& jmhw = assessment.scores[3];
  expect(jmhw, panel.jmhw);
  const auto& grades = jmhw.table->grades;
  EXPECT_EQ(grades.at(jmhw.grade_low).name, panel.grade_low);
  EXPECT_EQ(grades.at(jmhw.grade_high).name, panel.grade_high);
}

INSTANTIATE_TEST_SUITE_P(ReferenceA2, WorkedCaseTest, ::testing::ValuesIn(kPanels),
                         [](const auto& test) { return std::string(test.param.id); });

TEST(WorkedCases, UpperProfileMakesOvertDicOfB01) {
  const RuleSet rules = rules_with({shipped("isth-2001", "iba"), shipped("isth-2001", "upper")});
  for (const Panel& panel : kPanels) {
    if (std::string_view(panel.id) != "B01") continue;
    Assessment assessment;
    assess(rules, patient_of(panel).state, hour(32), assessment);
    EXPECT_EQ(assessment.scores[0].min, 4);
    EXPECT_EQ(assessment.scores[1].min, 5);
    EXPECT_EQ(assessment.scores[1].max, 5);
    EXPECT_EQ(assessment.scores[1].status, Status::met);
    return;
  }
  FAIL() << "B01 is missing";
}

}  // namespace
}  // namespace coagwatch::rules

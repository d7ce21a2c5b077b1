#include "rules/criterion/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace coagwatch::rules {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view kSmall = R"(id: small
version: 1.2.3
title: A small score
citation: "Nobody 2026"
meaning: small criteria met
notes: [first note]
gate:
  requires-any: [underlying-disorder]
  excludes: [pregnancy]
items:
  - name: platelets
    title: Platelets
    provenance: verified-primary
    measure: platelets
    unit: 10*9/L
    bands:
      - {ge: 100, points: 0}
      - {ge: 50, lt: 100, points: 1}
      - {lt: 50, points: 2}
  - name: marker
    title: Marker
    provenance: recalled
    first-of:
      - measure: fdp
        unit: mg/L
        bands:
          - {lt: 10, points: 0}
          - {ge: 10, points: 3}
      - measure: d-dimer-uln
        bands:
          - {le: 3, points: 0}
          - {gt: 3, points: 2}
  - name: bleeding
    title: Bleeding
    provenance: verified-secondary
    fact: bleeding
    points: {yes: 1, no: 0}
adjustments:
  - {title: Cirrhosis, fact: liver-cirrhosis, points: -3}
met: {ge: 4}
grades:
  - {name: low}
  - {name: high, ge: 4}
columns:
  - name: other
    when-any: [leukaemia]
    unscored: [platelets]
    met: {ge: 3}
    grades:
      - {name: low}
      - {name: high, ge: 3}
default-profile: one
profiles:
  one: {note: The usual one.}
  two:
    met: {ge: 5}
    grades: [{name: low}, {name: high, ge: 5}]
    meaning: more is met
    items:
      - name: platelets
        title: Platelets
        provenance: verified-primary
        measure: platelets
        unit: 10*9/L
        bands:
          - {gt: 100, points: 0}
          - {le: 100, points: 2}
    note: The stricter one.
)";

// The small criterion with `from` replaced by `to` once.
std::string changed(std::string_view from, std::string_view to, std::string_view text = kSmall) {
  std::string out(text);
  const std::size_t at = out.find(from);
  if (at == std::string::npos) throw std::logic_error("not in the criterion: " + std::string(from));
  return out.replace(at, from.size(), to);
}

std::vector<std::string> problems_of(std::string_view text, std::string_view profile = "") {
  std::vector<Problem> problems;
  const auto criterion = load_criterion(text, "s.yaml", profile, problems);
  EXPECT_EQ(criterion.has_value(), problems.empty());
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.to_string());
  return texts;
}

Criterion loaded(std::string_view text, std::string_view profile = "") {
  std::vector<Problem> problems;
  auto criterion = load_criterion(text, "s.yaml", profile, problems);
  for (const Problem& problem : problems) ADD_FAILURE() << problem.to_string();
  if (!criterion) throw std::runtime_error("not loaded");
  return *criterion;
}

TEST(CriterionLoader, CompilesEverything) {
  const Criterion small = loaded(kSmall);
  EXPECT_EQ(small.id, "small");
  EXPECT_EQ(small.version, "1.2.3");
  EXPECT_EQ(small.profile, "one");
  EXPECT_EQ(small.meaning, "small criteria met");
  EXPECT_THAT(small.notes, ElementsAre("The usual one.", "first note"));
  EXPECT_EQ(small.max_age, Duration::hours(24));
  EXPECT_THAT(small.gate.requires_any, ElementsAre(Fact::underlying_disorder));
  EXPECT_THAT(small.gate.excludes, ElementsAre(FactTest{Fact::pregnancy}));
  EXPECT_TRUE(small.gate.adults_only);
  ASSERT_THAT(small.table.items, SizeIs(3));
  EXPECT_EQ(small.table.items[1].combine, Item::Combine::first);
  EXPECT_EQ(small.table.items[1].provenance, "recalled");
  EXPECT_EQ(small.table.items[2].facts, std::vector{Fact::bleeding});
  EXPECT_EQ(small.table.items[2].points_yes, 1);
  EXPECT_EQ(small.table.met.cut, 4);
  EXPECT_EQ(small.table.lowest, -3);
  EXPECT_EQ(small.table.highest, 6);
  ASSERT_THAT(small.table.grades, SizeIs(2));
  EXPECT_EQ(small.table.grades[0].from, -3);
  EXPECT_EQ(small.table.grades[1].from, 4);
  ASSERT_THAT(small.columns, SizeIs(1));
  const Column& column = small.columns.front();
  EXPECT_EQ(column.table.met.cut, 3);
  EXPECT_THAT(column.when_any, ElementsAre(FactTest{Fact::leukaemia}));
  EXPECT_THAT(column.unscored, ElementsAre("platelets"));
  EXPECT_THAT(column.table.items, SizeIs(2));
}

TEST(CriterionLoader, SortsBandsAscending) {
  const std::vector<Band> bands = loaded(kSmall).table.items[0].sources[0].bands;
  ASSERT_THAT(bands, SizeIs(3));
  EXPECT_FALSE(bands[0].low);
  EXPECT_EQ(bands[0].high, Decimal::of(50));
  EXPECT_FALSE(bands[0].high_inclusive);
  EXPECT_EQ(bands[0].points, 2);
  EXPECT_TRUE(bands[1].low_inclusive);
  EXPECT_EQ(bands[2].low, Decimal::of(100));
  EXPECT_FALSE(bands[2].high);
}

TEST(CriterionLoader, MarksWhatCanChangeTheScore) {
  const Criterion small = loaded(kSmall);
  EXPECT_EQ(small.scores.count(), 4U);
  EXPECT_TRUE(small.scores[index(Measure::platelets)]);
  EXPECT_TRUE(small.scores[index(Measure::fdp)]);
  EXPECT_TRUE(small.scores[index(Measure::d_dimer)]);
  EXPECT_TRUE(small.scores[index(Measure::d_dimer_uln)]);
}

TEST(CriterionLoader, AProfileReplacesItemsAndMembers) {
  const Criterion two = loaded(kSmall, "two");
  EXPECT_EQ(two.profile, "two");
  EXPECT_EQ(two.table.met.cut, 5);
  EXPECT_EQ(two.meaning, "more is met");
  EXPECT_THAT(two.notes, ElementsAre("The stricter one.", "first note"));
  EXPECT_THAT(two.table.items[0].sources[0].bands, SizeIs(2));
  EXPECT_THAT(two.table.items, SizeIs(3));
}

// Each is wrong only where profile two is laid over the file, and found at once.
TEST(CriterionLoader, ChecksProfilesThatNobodyChose) {
  const std::string grades = changed("met: {ge: 5}", "met: {ge: 6}");
  EXPECT_THAT(problems_of(grades),
              ElementsAre("s.yaml:57:13: profiles.two.grades: the worst grade must begin at the total that is met, 6"));
  EXPECT_THAT(problems_of(changed("{le: 100, points: 2}", "{le: 90, points: 2}")),
              ElementsAre("s.yaml:67:13: profiles.two.items.platelets.bands[1]: a gap between le 90 and gt 100"));
  EXPECT_THAT(problems_of(changed("    note: The stricter", "    nope: The stricter")),
              ElementsAre(HasSubstr("s.yaml:68:11: profiles.two.nope: unknown key")));
}

TEST(CriterionLoader, NamesTheProfileThatAProblemIsIn) {
  EXPECT_THAT(problems_of(changed("    met: {ge: 5}\n    grades: [{name: low}, {name: high, ge: 5}]\n",
                                  "    met: {ge: x}\n    grades: [{name: low}, {name: high, ge: 5}]\n")),
              ElementsAre(HasSubstr("s.yaml:56:15: profiles.two.met.ge: expected a whole number")));
  EXPECT_THAT(problems_of(changed("met: {ge: 4}", "met: {ge: x}")), ElementsAre(HasSubstr("s.yaml:40:11: met.ge: ")));
}

TEST(CriterionLoader, AProfileMayAddWhatTheFileHasNot) {
  std::string text = changed("grades:\n  - {name: low}\n  - {name: high, ge: 4}\ncolumns:", "columns:");
  text = changed("    grades:\n      - {name: low}\n      - {name: high, ge: 3}\n", "", text);
  text = changed("    meaning: more is met\n", "    columns: [{name: other, when-any: [leukaemia], met: {ge: 3}}]\n",
                 text);
  EXPECT_THAT(problems_of(text, "two"), Contains(HasSubstr("columns.other.grades: expected the same grades")));
  text = changed("    columns: [{name: other, when-any: [leukaemia], met: {ge: 3}}]\n", "", text);
  text = changed("columns:\n  - name: other\n    when-any: [leukaemia]\n    unscored: [platelets]\n    met: {ge: 3}\n",
                 "", text);
  EXPECT_THAT(loaded(text, "one").table.grades, IsEmpty());
  EXPECT_THAT(loaded(text, "two").table.grades, SizeIs(2));
}

TEST(CriterionLoader, ProfilesAreAMap) {
  EXPECT_THAT(problems_of(changed("profiles:\n  one: {note: The usual one.}\n", "profiles: []\nnotes2:\n")),
              Contains(HasSubstr("profiles: expected a map of profiles by name")));
}

TEST(CriterionLoader, RefusesAnUnknownProfile) {
  EXPECT_THAT(problems_of(kSmall, "tow"), ElementsAre(HasSubstr("s.yaml:54:3: profiles: there is no profile tow")));
  EXPECT_THAT(problems_of(changed("default-profile: one", "default-profile: none")),
              ElementsAre(StartsWith("s.yaml:52:18: default-profile: there is no profile none")));
  EXPECT_EQ(loaded(changed("default-profile: one\n", "")).profile, "") << "the file as it is";
  EXPECT_THAT(problems_of(changed("      - name: platelets\n        title", "      - name: plates\n        title")),
              ElementsAre(HasSubstr("profiles.two.items: a profile replaces items of the same name; there is none")));
}

TEST(CriterionLoader, TellsEveryProblemInOneRun) {
  std::string text = changed("measure: platelets", "measure: platlets");
  text = changed("fact: bleeding", "fact: bleding", text);
  text = changed("lt: 10, points: 0", "lt: ten, points: 0", text);
  text = changed("version: 1.2.3", "version: 1.2", text);
  text = changed("{le: 3, points: 0}", "{le: 2, points: 0}", text);
  text = changed("meaning: small", "meening: small", text);
  EXPECT_THAT(problems_of(text),
              ElementsAre("s.yaml:5:10: meening: unknown key; did you mean meaning? (known here: id, "
                          "version, title, citation, meaning, notes, max-age, result, gate, items, adjustments, cap, "
                          "met, grades, columns, auxiliary, defines, default-profile, profiles)",
                          "s.yaml:2:10: version: expected three numbers, such as 1.0.0",
                          "s.yaml:1:1: meaning: missing; expected a text",
                          "s.yaml:14:14: items.platelets.measure: unknown measure platlets; did you mean platelets?",
                          "s.yaml:27:18: items.marker.first-of[0].bands[0].lt: expected a decimal number",
                          "s.yaml:36:11: items.bleeding.fact: unknown fact bleding; did you mean bleeding?"));
}

TEST(CriterionLoader, BandsMustCoverEveryValueOnce) {
  const std::string middle = "s.yaml:18:9: items.platelets.bands[1]: ";
  const std::string last = "s.yaml:19:9: items.platelets.bands[2]: ";
  const auto with = [](std::string_view from, std::string_view to) {
    std::vector<std::string> found = problems_of(changed(from, to));
    return found;
  };
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{ge: 50, le: 100,"),
              ElementsAre(middle + "bands overlap between le 100 and ge 100"));
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{gt: 50, lt: 100,"), ElementsAre(last + "a gap between lt 50 and gt 50"));
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{ge: 40, lt: 100,"),
              ElementsAre(last + "bands overlap between lt 50 and ge 40"));
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{ge: 60, lt: 100,"), ElementsAre(last + "a gap between lt 50 and ge 60"));
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{ge: 50, lt: 99.999,"),
              ElementsAre(middle + "a gap between lt 99.999 and ge 100"));
  EXPECT_THAT(with("{lt: 50, points: 2}", "{ge: 0, lt: 50, points: 2}"),
              ElementsAre(HasSubstr("items.platelets.bands[2]: values below ge 0 have no points")));
  EXPECT_THAT(with("{ge: 100, points: 0}", "{ge: 100, lt: 900, points: 0}"),
              ElementsAre(HasSubstr("items.platelets.bands[0]: values above lt 900 have no points")));
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{ge: 100, lt: 50,"),
              Contains(HasSubstr("bands[1]: no value is both ge 100 and lt 50")));
  EXPECT_THAT(with("{ge: 50, lt: 100, points: 1}", "{ge: 50, lt: 100}"),
              ElementsAre(StartsWith("s.yaml:18:9: items.platelets.bands[1]: a band needs points")));
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{ge: 50, gt: 50, lt: 100,"),
              ElementsAre("s.yaml:18:22: items.platelets.bands[1].gt: a lower end was given already"));
  EXPECT_THAT(with("{ge: 50, lt: 100,", "{ge: 50, lt: 100, le: 100,"),
              ElementsAre(HasSubstr("items.platelets.bands[1].le: an upper end was given already")));
  EXPECT_THAT(with("{lt: 10, points: 0}", "{lt: 9, points: 0}"),
              ElementsAre("s.yaml:28:13: items.marker.first-of[0].bands[1]: a gap between lt 9 and ge 10"));
}

TEST(CriterionLoader, CutOffsAreInTheCanonicalUnitAndPlausible) {
  EXPECT_THAT(problems_of(changed("    unit: 10*9/L\n", "")),
              ElementsAre(HasSubstr("items.platelets.unit: missing; expected the unit of the cut-offs, 10*9/L")));
  EXPECT_THAT(problems_of(changed("unit: 10*9/L", "unit: /uL")),
              ElementsAre("s.yaml:15:11: items.platelets.unit: expected 10*9/L: cut-offs are given in that unit"));
  EXPECT_THAT(problems_of(changed("measure: fdp", "measure: fibrinogen")),
              ElementsAre(HasSubstr("items.marker.first-of[0].unit: expected g/L")));
  // 150 mg/dL where g/L is meant.
  std::string fibrinogen = changed("measure: fdp\n        unit: mg/L", "measure: fibrinogen\n        unit: g/L");
  fibrinogen = changed("{lt: 10, points: 0}", "{lt: 150, points: 0}", fibrinogen);
  fibrinogen = changed("{ge: 10, points: 3}", "{ge: 150, points: 3}", fibrinogen);
  EXPECT_THAT(problems_of(fibrinogen), ElementsAre("s.yaml:28:13: items.marker.first-of[0].bands[1]: no plausible "
                                                   "fibrinogen is ge 150; expected cut-offs from 0 to 20 g/L"));
  EXPECT_THAT(
      problems_of(changed("{lt: 10, points: 0}\n          - {ge: 10,", "{lt: 0, points: 0}\n          - {ge: 0,")),
      ElementsAre(HasSubstr("no plausible fdp is lt 0; expected cut-offs from 0 to 5000 mg/L")));
  EXPECT_THAT(
      problems_of(changed("{lt: 10, points: 0}\n          - {ge: 10,", "{le: 0, points: 0}\n          - {gt: 0,")),
      IsEmpty());
}

TEST(CriterionLoader, ACutOffHasSoManyDigits) {
  const std::string digits = "50.123456789012345678901234567";
  EXPECT_THAT(problems_of(changed("ge: 50, lt: 100", "ge: " + digits + ", lt: 100")),
              ElementsAre(HasSubstr("items.platelets.bands[1].ge: expected a decimal number of at most 18 digits")));
}

TEST(CriterionLoader, AValueIsDividedByWhatIsAboveZero) {
  const auto per = [](std::string_view measure) {
    return problems_of(changed("measure: platelets\n", "measure: platelets\n    per: " + std::string(measure) + "\n"));
  };
  EXPECT_THAT(per("fio2"), IsEmpty());
  EXPECT_THAT(per("platelets"), ElementsAre("s.yaml:15:10: items.platelets.per: expected another measure than what is "
                                            "divided"));
  EXPECT_THAT(per("wbc"), ElementsAre("s.yaml:15:10: items.platelets.per: expected a measure that is above 0 to divide "
                                      "by, such as fio2; wbc can be 0"));
}

// Below 50 the first item gives 2 points, from 100 on the other one 1: never 3 together.
TEST(CriterionLoader, TotalsOfItemsOfOneMeasureAreThoseOfOneValue) {
  constexpr std::string_view kTwo = R"(id: two
version: 1.0.0
title: Two
citation: none
meaning: met
items:
  - name: low
    title: Low
    provenance: recalled
    measure: platelets
    unit: 10*9/L
    bands: [{lt: 50, points: 2}, {ge: 50, points: 0}]
  - name: high
    title: High
    provenance: recalled
    measure: platelets
    unit: 10*9/L
    bands: [{lt: 100, points: 0}, {ge: 100, points: 1}]
met: {ge: 3}
)";
  EXPECT_THAT(problems_of(kTwo), ElementsAre("s.yaml:19:11: met.ge: 3 can never be reached (totals go from 0 to 2)"));
  EXPECT_THAT(problems_of(changed("ge: 3", "ge: 2", kTwo)), IsEmpty());
  EXPECT_THAT(problems_of(changed("{lt: 100, points: 0}, {ge: 100, p", "{lt: 49.9, points: 0}, {ge: 49.9, p", kTwo)),
              IsEmpty());
  EXPECT_THAT(problems_of(changed("{lt: 100, points: 0}, {ge: 100, p", "{lt: 50, points: 0}, {ge: 50, p", kTwo)),
              ElementsAre(HasSubstr("3 can never be reached")));
  EXPECT_THAT(
      problems_of(changed("{lt: 50, points: 2}, {ge: 50, points: 0}", "{le: 50, points: 2}, {gt: 50, points: 0}",
                          changed("{lt: 100, points: 0}, {ge: 100, p", "{lt: 50, points: 0}, {ge: 50, p", kTwo))),
      IsEmpty())
      << "at 50 both";
  EXPECT_THAT(problems_of(changed("    measure: platelets\n", "    measure: platelets\n    worst-within: 24h\n", kTwo)),
              IsEmpty())
      << "the worst value need not be the newest";
  EXPECT_THAT(problems_of(changed("met: {ge: 3}", "met: {ge: 2, with: {items: [low, high], ge: 3}}", kTwo)),
              ElementsAre(HasSubstr("met.with.ge: these items never give so much")));
}

TEST(CriterionLoader, TotalsMustBeReachable) {
  EXPECT_THAT(problems_of(changed("met: {ge: 4}\ngrades:\n  - {name: low}\n  - {name: high, ge: 4}\n",
                                  "met: {ge: 7}\ngrades:\n  - {name: low}\n  - {name: high, ge: 7}\n")),
              Contains("s.yaml:40:11: met.ge: 7 can never be reached (totals go from -3 to 6)"));
  EXPECT_THAT(problems_of(changed("met: {ge: 3}\n    grades:\n      - {name: low}\n      - {name: high, ge: 3}",
                                  "met: {ge: 0}\n    grades:\n      - {name: low}\n      - {name: high, ge: 0}")),
              ElementsAre("s.yaml:48:15: columns.other.met.ge: 0 is always reached (totals go from 0 to 4)",
                          "s.yaml:50:7: columns.other.grades: no total has grade low"));
  EXPECT_THAT(problems_of(changed("met: {ge: 3}\n", "met: {ge: 5}\n")),
              ElementsAre(HasSubstr("columns.other.met.ge: 5 can never be reached (totals go from 0 to 4)"),
                          HasSubstr("columns.other.grades: the worst grade must begin at the total that is met, 5")));
  EXPECT_THAT(problems_of(changed("met: {ge: 4}", "met: {gt: 4}")),
              Contains(HasSubstr("s.yaml:40:11: met.gt: unknown key")));
  EXPECT_THAT(problems_of(changed("met: {ge: 4}", "met: {}")),
              Contains("s.yaml:40:6: met: expected ge, the total from which it is met"));
  EXPECT_THAT(problems_of(changed("met: {ge: 4}\n", "")), Contains(HasSubstr("met: missing")));
}

TEST(CriterionLoader, GradesMustBeReachable) {
  EXPECT_THAT(problems_of(changed("  - {name: high, ge: 4}\n", "  - {name: mid, ge: 4}\n  - {name: high, ge: 4}\n")),
              Contains("s.yaml:42:3: grades: no total has grade mid"));
  EXPECT_THAT(problems_of(changed("  - {name: high, ge: 4}\n", "  - {name: low, ge: 4}\n")),
              Contains(HasSubstr("grades: two grades are named low")));
  EXPECT_THAT(problems_of(changed("- {name: high, ge: 3}", "- {name: top, ge: 3}")),
              ElementsAre(HasSubstr("columns.other.grades: expected the same grades as outside the column")));
  EXPECT_THAT(problems_of(changed("  - {name: low}\n", "  - {name: low, ge: 0}\n")),
              ElementsAre("s.yaml:42:21: grades[0].ge: the first grade has no lower end"));
  EXPECT_THAT(problems_of(changed("{name: high, ge: 4}", "{name: high}")),
              ElementsAre(HasSubstr("grades[1]: expected the grade's lowest total, ge")));
  EXPECT_THAT(problems_of(changed("grades:\n  - {name: low}\n  - {name: high, ge: 4}", "grades: {low: 1}")),
              Contains(HasSubstr("grades: expected a list of at least two grades")));
}

// With items of 0 or 3 and 0 or 2 points no total is 4: a grade from 4 to below 5 has none.
TEST(CriterionLoader, SeesTotalsThatNoSumGives) {
  constexpr std::string_view kSums = R"(id: sums
version: 1.0.0
title: Sums
citation: none
meaning: met
items:
  - {name: a, title: A, provenance: recalled, fact: bleeding, points: {yes: 3, no: 0}}
  - {name: b, title: B, provenance: recalled, fact: shock, points: {yes: 2, no: 0}}
met: {ge: 5}
grades: [{name: low}, {name: some, ge: 4}, {name: high, ge: 5}]
)";
  EXPECT_THAT(problems_of(kSums), ElementsAre("s.yaml:10:9: grades: no total has grade some"));
  EXPECT_THAT(problems_of(changed("ge: 4}", "ge: 3}", kSums)), IsEmpty());
}

TEST(CriterionLoader, ItemsMustBeComplete) {
  EXPECT_THAT(problems_of(changed("    fact: bleeding\n    points: {yes: 1, no: 0}\n", "    fact: bleeding\n")),
              ElementsAre(HasSubstr("items.bleeding: an item scored by a fact needs points: {yes: 1, no: 0}")));
  EXPECT_THAT(problems_of(changed("{yes: 1, no: 0}", "{yes: 1}")),
              ElementsAre(HasSubstr("items.bleeding.points: expected points for both yes and no")));
  EXPECT_THAT(problems_of(changed("{yes: 1, no: 0}", "{yes: 0, no: 0}")),
              ElementsAre("s.yaml:33:5: items.bleeding: scores the same whatever is known"));
  EXPECT_THAT(problems_of(changed("    fact: bleeding\n", "    fact: bleeding\n    measure: fdp\n")),
              ElementsAre(HasSubstr("expected exactly one of measure, first-of, known-of, highest-of, sum-of")));
  EXPECT_THAT(problems_of(changed("name: bleeding", "name: platelets")),
              Contains(HasSubstr("items.platelets: two items have this name")));
  EXPECT_THAT(problems_of(changed("name: bleeding", "name: Bleeding")),
              ElementsAre(HasSubstr("items.Bleeding.name: expected lower-case letters, digits and hyphens")));
  EXPECT_THAT(problems_of(changed("provenance: recalled", "provenance: guessed")),
              ElementsAre(HasSubstr("expected verified-primary, verified-secondary or recalled")));
  EXPECT_THAT(problems_of(changed("measure: d-dimer-uln", "measure: fdp\n        unit: mg/L")),
              ElementsAre(HasSubstr("items.marker.first-of[1]: two sources are the measure fdp")));
  EXPECT_THAT(problems_of(changed("unscored: [platelets]", "unscored: [plates]")),
              ElementsAre(HasSubstr("columns.other.unscored: there is no item plates")));
  EXPECT_THAT(problems_of(changed("when-any: [leukaemia]", "when-any: []")),
              ElementsAre(HasSubstr("columns.other.when-any: expected at least one fact")));
  EXPECT_THAT(problems_of(changed("points: 2}", "points: 2.5}")),
              ElementsAre("s.yaml:19:26: items.platelets.bands[2].points: expected a whole number from -100 to 100"));
}

TEST(CriterionLoader, RefusesWrongShapes) {
  EXPECT_THAT(problems_of("[1, 2]"), ElementsAre(HasSubstr("s.yaml:1:1: expected a criterion")));
  EXPECT_THAT(problems_of(""), ElementsAre(HasSubstr("expected a criterion")));
  EXPECT_THAT(problems_of("a: [1"), SizeIs(1));
  EXPECT_THAT(problems_of(changed("id: small", "id: Small One")), ElementsAre(StartsWith("s.yaml:1:5: id: expected")));
  EXPECT_THAT(problems_of(changed("excludes: [pregnancy]", "excludes: pregnancy")),
              ElementsAre(StartsWith("s.yaml:9:13: gate.excludes: expected a list of facts")));
  EXPECT_THAT(problems_of(changed("excludes: [pregnancy]", "adults-only: perhaps")),
              ElementsAre(HasSubstr("gate.adults-only: expected true or false")));
  EXPECT_THAT(problems_of(changed("notes: [first note]", "notes: first note")),
              ElementsAre(HasSubstr("notes: expected a list of texts")));
  EXPECT_THAT(problems_of(changed("notes: [first note]", "max-age: 24")),
              ElementsAre(HasSubstr("max-age: expected hours or days, such as 24h or 2d, at most 7d")));
  EXPECT_THAT(problems_of(changed("  - {title: Cirrhosis, fact: liver-cirrhosis, points: -3}", "  title: Cirrhosis")),
              ElementsAre(HasSubstr("adjustments: expected a list")));
  EXPECT_THAT(problems_of("id: x\nitems: []\n"), Contains(HasSubstr("s.yaml:2:8: items: expected a list of items")));
}

TEST(CriterionLoader, ReadsMaxAge) {
  EXPECT_EQ(loaded(changed("notes: [first note]", "max-age: 48h")).max_age, Duration::hours(48));
  EXPECT_EQ(loaded(changed("notes: [first note]", "max-age: 7d")).max_age, Duration::hours(168));
  EXPECT_EQ(loaded(changed("notes: [first note]", "max-age: 168h")).max_age, Duration::hours(168));
  for (const char* wrong : {"max-age: 8d", "max-age: 169h", "max-age: 0h", "max-age: h", "max-age: 1.5d"}) {
    EXPECT_THAT(problems_of(changed("notes: [first note]", wrong)), SizeIs(1)) << wrong;
  }
}

TEST(CriterionLoader, AnItemMayHaveAMaxAgeOfItsOwn) {
  const std::string own = changed("    measure: platelets\n", "    measure: platelets\n    max-age: 2d\n");
  const Criterion small = loaded(own);
  EXPECT_EQ(small.max_age, Duration::hours(24));
  EXPECT_EQ(small.table.items[0].max_age, Duration::hours(48));
  EXPECT_EQ(small.table.items[1].max_age, Duration::hours(24));
  EXPECT_EQ(small.columns[0].table.items.back().max_age, Duration::hours(24));
  const Criterion both = loaded(changed("notes: [first note]", "max-age: 12h", own));
  EXPECT_EQ(both.table.items[0].max_age, Duration::hours(48));
  EXPECT_EQ(both.table.items[1].max_age, Duration::hours(12));
  EXPECT_THAT(problems_of(changed("    fact: bleeding\n", "    fact: bleeding\n    max-age: 2d\n")),
              ElementsAre(HasSubstr("items.bleeding.max-age: only measured values have an age")));
  EXPECT_THAT(problems_of(changed("    measure: platelets\n", "    measure: platelets\n    max-age: 8d\n")), SizeIs(1));
}

TEST(CriterionLoader, TheWorstIsOfValuesThatCount) {
  const auto with = [](const std::string& ages) {
    return changed("    measure: platelets\n", "    measure: platelets\n" + ages);
  };
  EXPECT_THAT(problems_of(with("    worst-within: 24h\n")), IsEmpty());
  EXPECT_THAT(
      problems_of(with("    worst-within: 25h\n")),
      ElementsAre("s.yaml:15:19: items.platelets.worst-within: longer than max-age, 24h: no older value counts"));
  EXPECT_THAT(problems_of(with("    worst-within: 48h\n    max-age: 48h\n")), IsEmpty());
  EXPECT_THAT(problems_of(changed("notes: [first note]", "max-age: 48h", with("    worst-within: 48h\n"))), IsEmpty());
}

// Of the highest source each gives its least at the least; of the first, any band of any source is possible.
TEST(CriterionLoader, KnowsTheRangeOfAnItemByHowSourcesCombine) {
  const std::string first = changed("{lt: 10, points: 0}", "{lt: 10, points: 1}");
  EXPECT_EQ(loaded(first).table.items[1].min_points, 0);
  EXPECT_EQ(loaded(first).table.items[1].max_points, 3);
  const Criterion highest = loaded(changed("first-of:", "highest-of:", first));
  EXPECT_EQ(highest.table.items[1].combine, Item::Combine::highest);
  EXPECT_EQ(highest.table.items[1].min_points, 1);
  EXPECT_EQ(highest.table.items[1].max_points, 3);
}

TEST(CriterionLoader, AnAdjustmentWidensTheTotalsOnItsSide) {
  const Criterion small = loaded(changed("points: -3", "points: 2"));
  EXPECT_EQ(small.table.lowest, 0);
  EXPECT_EQ(small.table.highest, 8);
}

TEST(CriterionLoader, WithoutAGateAnyoneIsScored) {
  const std::string text = changed("gate:\n  requires-any: [underlying-disorder]\n  excludes: [pregnancy]\n", "");
  EXPECT_FALSE(loaded(text).gate.adults_only);
  EXPECT_THAT(loaded(text).gate.excludes, IsEmpty());
}

}  // namespace
}  // namespace coagwatch::rules

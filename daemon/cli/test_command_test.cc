#include <gmock/gmock.h>

#include "daemon/cli/program_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

using TestCommand = ProgramTest;

constexpr const char* kRight = R"(
- name: a count of 40 scores 2
  given: [{measure: platelets, value: 40, unit: 10*9/L}]
  expect: {isth-2001: {items: {platelets: [2, 2]}}, jaam/ja: {items: {platelets: [3, 3]}}}
)";
constexpr const char* kWrong = R"(
- name: a count of 40 scores 1
  given: [{measure: platelets, value: 40, unit: 10*9/L}]
  expect: {isth-2001: {items: {platelets: [1, 1]}}}
)";

TEST_F(TestCommand, CasesThatPass) {
  const Outcome outcome = run({"test", directory_.write("right.yaml", kRight)});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "1 passed, 0 failed\n");
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(TestCommand, WhichCriteriaAlertIsNoPartOfACase) {
  const std::string site = directory_.write("site.yaml", "alerts: {primary: {overt: [isth-2001]}}\n");
  EXPECT_EQ(run({"test", directory_.write("right.yaml", kRight), "-c", site}).out, "1 passed, 0 failed\n");
}

TEST_F(TestCommand, ACaseThatFailsIsNamedWithWhatItGot) {
  const std::string wrong = directory_.write("wrong.yaml", kWrong);
  const Outcome outcome = run({"test", directory_.write("right.yaml", kRight), wrong});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr(wrong + ":2: a count of 40 scores 1: isth-2001.items.platelets: "
                                             "expected [1, 1], got [2, 2]\n"));
  EXPECT_THAT(outcome.out, EndsWith("\n1 passed, 1 failed\n"));
  const Outcome json = run({"test", "--json", wrong});
  EXPECT_EQ(json.code, 1);
  EXPECT_THAT(json.out, HasSubstr(R"({"passed":0,"failed":1,"failures":[{"file":")" + wrong));
}

TEST_F(TestCommand, AFileThatCannotBeReadIsNoResult) {
  const std::string right = directory_.write("right.yaml", kRight);
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"- name: x\n  given: [{measure: plat, value: 4}]\n  expect: {jaam: {min: 1}}\n", ":2:21: "},
      {"- name: x\n  given: []\n", "expect"},
      {"- [", ":"},
      {"name: no list\n", "expected a list of cases"},
      {"[]\n", "expected a list of cases"},
      {"", "expected a list of cases"},
  };
  for (const auto& [text, why] : bad) {
    const std::string file = directory_.write("bad.yaml", text);
    const Outcome outcome = run({"test", right, file});
    EXPECT_EQ(outcome.code, 2) << text;
    EXPECT_THAT(outcome.out, IsEmpty()) << text;
    EXPECT_THAT(outcome.err, HasSubstr(file)) << text;
    EXPECT_THAT(outcome.err, HasSubstr(why)) << text;
  }
  const Outcome missing = run({"test", "/no/such.yaml"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("/no/such.yaml: cannot be read: No such file"));
}

TEST_F(TestCommand, WhatNobodyKnowsIsNoPass) {
  const auto wrong = [&](const std::string& given, const std::string& expect) {
    const std::string text = "- name: x\n  given: [" + given + "]\n  expect: {" + expect + "}\n";
    const Outcome outcome = run({"test", directory_.write("wrong.yaml", text)});
    EXPECT_EQ(outcome.code, 2) << text;
    EXPECT_THAT(outcome.out, IsEmpty()) << text;
    return outcome.err;
  };
  EXPECT_THAT(wrong("", "plt-at: {grup: null}"),
              HasSubstr(":3:27: [0].expect.plt-at.grup: unknown key; did you mean group? (known here: version, "));
  EXPECT_THAT(wrong("", "jmhw: {colunm: null, statis: met}"),
              AllOf(HasSubstr("jmhw.colunm: unknown key; did you mean column?"),
                    HasSubstr("jmhw.statis: unknown key; did you mean status?")));
  EXPECT_THAT(wrong("", "isth-2001: {items: {platlets: null}}"),
              HasSubstr(":3:42: [0].expect.isth-2001.items.platlets: there is no item platlets; did you mean plat"));
  EXPECT_THAT(wrong("", "jamm: {column: null}"),
              HasSubstr("[0].expect.jamm: there is no criterion jamm; did you mean jaam?"));
  EXPECT_THAT(wrong("", "jaam/e: {column: null}"), HasSubstr("there is no profile e; did you mean en?"));
  EXPECT_THAT(wrong("", "jaam: {}"), HasSubstr("[0].expect.jaam: expected a map of fields"));
  EXPECT_THAT(wrong("{measure: platlets, value: 4}", "jaam: {min: 0}"),
              HasSubstr("unknown measure platlets; did you mean platelets?"));
  EXPECT_THAT(wrong("{fact: sepsi, value: yes}", "jaam: {min: 0}"), HasSubstr("unknown fact sepsi; did you mean sep"));
  EXPECT_THAT(wrong("{measure: inr, valeu: 1}", "jaam: {min: 0}"),
              HasSubstr("valeu: unknown key; did you mean value?"));
}

TEST_F(TestCommand, ACaseIsAboutItsNewestTime) {
  const std::string later = directory_.write("later.yaml", R"(
- name: the newest result counts, and what has no time is of its time
  given:
    - {measure: platelets, value: 200, unit: 10*9/L, at: 2026-01-02T08:00:00Z}
    - {measure: platelets, value: 40, unit: 10*9/L, at: 2026-01-03T07:00:00Z}
    - {measure: fibrinogen, value: 0.9, unit: g/L}
  expect: {isth-2001: {items: {platelets: [2, 2], fibrinogen: [1, 1]}}, jaam: {items: {platelets: [3, 3]}}}
)");
  EXPECT_EQ(run({"test", later}).out, "1 passed, 0 failed\n");
}

TEST_F(TestCommand, NothingIsLaterThanTheCaseOrLost) {
  const auto wrong = [&](const std::string& given) {
    const std::string text = "- at: 2026-02-02T08:00:00Z\n  given: [" + given + "]\n  expect: {jaam: {column: null}}\n";
    const Outcome outcome = run({"test", directory_.write("at.yaml", text)});
    EXPECT_EQ(outcome.code, outcome.err.empty() ? 0 : 2) << text;
    return outcome.err;
  };
  EXPECT_THAT(wrong("{measure: inr, value: 1, at: 2026-02-02T08:00:01Z}"),
              HasSubstr("[0].given[0].at: after the `at` of the case\n"));
  EXPECT_THAT(wrong("{fact: sepsis, value: yes, at: 2026-02-02T08:00:01Z}"), HasSubstr("at: after the `at` of the c"));
  EXPECT_THAT(wrong("{measure: inr, value: 1, at: 2026-01-02T07:59:59Z}"),
              HasSubstr("[0].given[0].at: more than 31 days before the `at` of the case\n"));
  EXPECT_THAT(wrong("{measure: inr, value: 1, at: 2026-01-02T08:00:00Z}"), IsEmpty());
  EXPECT_THAT(wrong("{fact: malignancy, value: yes, at: 2020-01-02T08:00:00Z}"), IsEmpty()) << "it has no end";
}

TEST_F(TestCommand, AWrongUnitIsToldTheRightOne) {
  const auto wrong = [&](const std::string& given) {
    return run({"test",
                directory_.write("unit.yaml", "- given: [{" + given + "}]\n  expect: {jaam: {column: null}}\n")})
        .err;
  };
  EXPECT_THAT(wrong("measure: platelets, value: 4, unit: g/L"),
              HasSubstr("[0].given[0].unit: not a unit of platelets; its own is 10*9/L\n"));
  EXPECT_THAT(wrong("measure: inr, value: 4, unit: g/L"),
              HasSubstr("[0].given[0].unit: not a unit of inr; its own is none: it is a plain number\n"));
}

TEST_F(TestCommand, AFactHasNoUnitAndOneValue) {
  const auto wrong = [&](const std::string& given) {
    const std::string text = "- given: [" + given + "]\n  expect: {jaam: {column: null}}\n";
    const Outcome outcome = run({"test", directory_.write("fact.yaml", text)});
    EXPECT_EQ(outcome.code, outcome.err.empty() ? 0 : 2) << text;
    return outcome.err;
  };
  EXPECT_THAT(wrong("{fact: sepsis, value: yes, unit: s}"),
              HasSubstr("[0].given[0].unit: unknown key of a fact (known here: fact, value, at)\n"));
  EXPECT_THAT(wrong("{fact: sepsis, value: yes, upper-limit: 3}"), HasSubstr("upper-limit: unknown key of a fact"));
  EXPECT_THAT(wrong("{fact: sepsis, measure: inr, value: yes}"), HasSubstr("measure: unknown key of a fact"));
  EXPECT_THAT(wrong("{fact: leukaemia, value: yes}, {fact: leukaemia, value: no}"),
              HasSubstr("[0].given[1].value: another value of leukaemia at that time\n"));
  EXPECT_THAT(wrong("{fact: leukaemia, value: no, at: 2026-01-01T00:00:00Z},"
                    "{fact: leukaemia, value: yes, at: 2026-01-02T00:00:00Z}"),
              IsEmpty());
}

// What intake would refuse cannot happen, and a case of it would prove nothing.
TEST_F(TestCommand, ValuesArePlausible) {
  const auto wrong = [&](const std::string& given) {
    const std::string text = "- given: [{" + given + "}]\n  expect: {jaam: {column: null}}\n";
    const Outcome outcome = run({"test", directory_.write("value.yaml", text)});
    EXPECT_EQ(outcome.code, outcome.err.empty() ? 0 : 2) << text;
    return outcome.err;
  };
  const char* const far = "[0].given[0].value: outside what is possible for platelets, 0 to 3000 10*9/L\n";
  EXPECT_THAT(wrong("measure: platelets, value: 3001, unit: 10*9/L"), HasSubstr(far));
  EXPECT_THAT(wrong("measure: platelets, value: -1, unit: 10*9/L"), HasSubstr(far));
  EXPECT_THAT(wrong("measure: platelets, value: 100-3001, unit: 10*9/L"), HasSubstr(far));
  EXPECT_THAT(wrong("measure: platelets, value: '>3000', unit: 10*9/L"), HasSubstr(far));
  EXPECT_THAT(wrong("measure: platelets, value: '<0', unit: 10*9/L"), HasSubstr(far));
  EXPECT_THAT(wrong("measure: platelets, value: '>=3000', unit: 10*9/L"), IsEmpty());
  EXPECT_THAT(wrong("measure: platelets, value: '>20', unit: 10*9/L"), IsEmpty());
  EXPECT_THAT(wrong("measure: platelets, value: 250, unit: /uL"), HasSubstr("too small for a count in its unit"));
  EXPECT_THAT(wrong("measure: fio2, value: 21, unit: '%'"), IsEmpty());
  EXPECT_THAT(wrong("measure: fio2, value: 0.2"), HasSubstr("outside what is possible for fio2, 0.21 to 1\n"));
  EXPECT_THAT(wrong("measure: platelet-fall-24h, value: -1000, unit: '%'"), IsEmpty()) << "a derived one";
}

TEST_F(TestCommand, TheUpperLimitIsInTheUnitOfTheValue) {
  const auto marker = [&](const std::string& given, const std::string& points) {
    const std::string text =
        "- given: [{" + given + "}]\n  expect: {isth-2001: {items: {fibrin-marker: " + points + "}}}\n";
    const Outcome outcome = run({"test", directory_.write("limit.yaml", text)});
    return outcome.out + outcome.err;
  };
  const std::string passed = "1 passed, 0 failed\n";
  EXPECT_EQ(marker("measure: d-dimer, value: 1600, unit: 'ng/mL{FEU}', upper-limit: 500", "[2, 2]"), passed);
  EXPECT_EQ(marker("measure: d-dimer, value: 1500, unit: 'ng/mL{FEU}', upper-limit: 500", "[0, 0]"), passed);
  EXPECT_EQ(marker("measure: d-dimer, value: 1.6, unit: 'mg{FEU}/L', upper-limit: 0.5", "[2, 2]"), passed);
  EXPECT_EQ(marker("measure: d-dimer, value: 760, unit: 'ng/mL{DDU}', upper-limit: 250", "[2, 2]"), passed);
  EXPECT_EQ(marker("measure: d-dimer, value: 750, unit: 'ng/mL{DDU}', upper-limit: 250", "[0, 0]"), passed);
  EXPECT_THAT(marker("measure: d-dimer, value: 7, unit: 'mg/L{FEU}', upper-limit: 0", "[2, 2]"),
              HasSubstr("[0].given[0].upper-limit: expected a number above 0"));
  EXPECT_THAT(marker("measure: d-dimer, value: 7, unit: 'mg/L{FEU}{DDU}'", "[2, 2]"),
              HasSubstr("[0].given[0].unit: FEU and DDU are both named"));
}

// As intake reads them: TAT 10 ug/L with an upper limit of 4 is 2.5, not 10.
TEST_F(TestCommand, AConcentrationIsAMultipleOfItsLimit) {
  const auto marker = [&](const std::string& given, const std::string& points) {
    const std::string text =
        "- given: [{" + given + "}]\n  expect: {jsth-2017: {items: {coagulation-marker: " + points + "}}}\n";
    const Outcome outcome = run({"test", directory_.write("multiple.yaml", text)});
    return outcome.out + outcome.err;
  };
  EXPECT_EQ(marker("measure: tat-uln, value: 8, unit: ug/L, upper-limit: 4", "[1, 1]"), "1 passed, 0 failed\n");
  EXPECT_EQ(marker("measure: tat-uln, value: 7.9, unit: ug/L, upper-limit: 4", "[0, 0]"), "1 passed, 0 failed\n");
  EXPECT_EQ(marker("measure: tat-uln, value: 2", "[1, 1]"), "1 passed, 0 failed\n");
  EXPECT_THAT(marker("measure: tat-uln, value: 8, unit: ug/L", "[1, 1]"), HasSubstr("needs upper-limit"));
}

TEST_F(TestCommand, EveryWrongFieldIsTold) {
  const std::string file = directory_.write(
      "fields.yaml",
      "- name: x\n  given: [{measure: platelets, value: 40, unit: 10*9/L}]\n"
      "  expect: {isth-2001: {items: {platelets: [1, 1], pt: null}, min: 0, max: 8}, jaam: {version: 9.9}}\n");
  const Outcome outcome = run({"test", file});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, file +
                             ":1: x: isth-2001.items.platelets: expected [1, 1], got [2, 2]; isth-2001.items.pt: "
                             "expected null, got [0, 2]; isth-2001.min: expected 0, got 2; jaam.version: expected 9.9, "
                             "got 1.1.0\n0 passed, 1 failed\n");
  EXPECT_THAT(run({"test", "--json", file}).out,
              HasSubstr(R"("fields":[{"field":"isth-2001.items.platelets","expected":[1,1],"actual":[2,2]},)"
                        R"({"field":"isth-2001.items.pt","expected":null,"actual":[0,2]},)"
                        R"({"field":"isth-2001.min","expected":0,"actual":2},)"
                        R"({"field":"jaam.version","expected":9.9,"actual":"1.1.0"}]}]})"));
}

// A part of the configuration is scored as the whole: with the SOFA that is in force there.
TEST_F(TestCommand, ScoresAreComputedByWhatTheSiteHasInForce) {
  directory_.write("own/a-sofa.yaml",
                   "id: a-sofa\nversion: 1.0.0\ntitle: S\ncitation: none\nmeaning: met\nitems:\n"
                   "  - {name: a, title: A, provenance: recalled, fact: shock, points: {yes: 2, no: 0}}\n"
                   "met: {ge: 1}\ndefines: [{measure: sofa-four}]\n");
  const std::string cases =
      directory_.write("sic.yaml", "- given: [{fact: shock, value: yes}]\n  expect: {sic: {items: {sofa: [2, 2]}}}\n");
  const std::string with = directory_.write("with.yaml", "criteria: {directory: own, enabled: [sic, a-sofa]}\n");
  EXPECT_EQ(run({"test", cases, "-c", with}).out, "1 passed, 0 failed\n");
  const std::string without = directory_.write("without.yaml", "criteria: {directory: own, enabled: [sic, sofa]}\n");
  EXPECT_EQ(run({"test", cases, "-c", without}).code, 1);
}

}  // namespace
}  // namespace coagwatch::daemon

#include <gmock/gmock.h>

#include "daemon/cli/program_fixture.h"

namespace coagwatch::daemon {
namespace {

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

}  // namespace
}  // namespace coagwatch::daemon

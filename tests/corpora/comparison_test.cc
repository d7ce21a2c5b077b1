#include "tests/corpora/comparison.h"

#include <gmock/gmock.h>

#include <sstream>

namespace coagwatch::corpora {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using testing::ThrowsMessage;

constexpr const char* kExpected =
    "# a header\n"
    "1\t0\tObservation/a\tPatient/1\tapplied\t-\tplatelets\t40\t-\t10*9/L\t2026-01-02T08:00:00Z\n"
    "2\t0\tObservation/b\t-\tdead\tno-subject\t-\t-\t-\t-\t-\n"
    "2\t1\t-\t-\tignored\tother-resource\t-\t-\t-\t-\t-\n";

std::vector<std::string> found() {
  return {R"({"line":1,"entry":0,"resource":"Observation/a","patient":"Patient/1","disposition":"applied",)"
          R"("reason":null,"measure":"platelets","low":"40","high":null,"unit":"10*9/L","at":"2026-01-02T08:00:00Z"})",
          R"({"line":2,"entry":0,"resource":"Observation/b","patient":null,"disposition":"dead",)"
          R"("reason":"no-subject","measure":"inr"})",
          R"({"line":2,"entry":1,"resource":null,"patient":null,"disposition":"ignored","reason":"other-resource"})"};
}

std::vector<std::string> compared(const std::vector<std::string>& rows) {
  std::istringstream file(kExpected);
  return differences(read_expected(file), rows);
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
}

TEST(Comparison, WhatIsAsExpectedDoesNotDiffer) { EXPECT_THAT(compared(found()), IsEmpty()); }

TEST(Comparison, MissesARow) {
  std::vector<std::string> rows = found();
  rows.pop_back();
  EXPECT_THAT(compared(rows), ElementsAre(StartsWith("line 2: missing  {\"line\":2,\"entry\":1,")));
  EXPECT_THAT(records_without_rows(2, rows), IsEmpty());
  rows.pop_back();
  EXPECT_THAT(records_without_rows(2, rows), ElementsAre("line 2: no row"));
}

TEST(Comparison, SeesARowTwice) {
  std::vector<std::string> rows = found();
  rows.push_back(rows[0]);
  EXPECT_THAT(compared(rows), ElementsAre(StartsWith("line 1: doubled  ")));
}

TEST(Comparison, SeesARowTooMany) {
  std::vector<std::string> rows = found();
  rows.push_back(rows[0]);
  replace(rows.back(), "platelets", "wbc");
  rows.push_back(rows[2]);
  replace(rows.back(), "{\"line\":2", "{\"line\":3");
  EXPECT_THAT(compared(rows), ElementsAre(StartsWith("line 1: too many "), StartsWith("line 3: too many ")));
}

TEST(Comparison, SeesEachMemberThatDiffers) {
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\"entry\":0", "\"entry\":1"},
                                                        {"Observation/a", "Observation/c"},
                                                        {"Patient/1", "Patient/11"},
                                                        {"\"applied\"", "\"duplicate\""},
                                                        {"null,\"measure\"", "\"no-time\",\"measure\""},
                                                        {"\"platelets\"", "\"wbc\""},
                                                        {"\"40\"", "\"4\""},
                                                        {"\"high\":null", "\"high\":\"40\""},
                                                        {"10*9/L", "10*6/L"},
                                                        {"08:00:00Z", "08:00:00.1Z"},
                                                        {"Z\"}", "Z\",\"more\":1}"}}) {
    std::vector<std::string> rows = found();
    replace(rows[0], from, to);
    EXPECT_THAT(compared(rows), ElementsAre(StartsWith("line 1: expected "))) << from;
  }
}

TEST(Comparison, AReasonIsNotTakenForAnotherThatBeginsLikeIt) {
  std::vector<std::string> rows = found();
  replace(rows[1], "no-subject", "no-subject-at-all");
  EXPECT_THAT(compared(rows), ElementsAre(StartsWith("line 2: expected ")));
}

TEST(Comparison, RowsChangeNoPlaces) {
  std::vector<std::string> rows = found();
  std::swap(rows[1], rows[2]);
  EXPECT_EQ(compared(rows).size(), 2U);
}

TEST(ExpectedRows, AnIncompleteRowIsNoExpectation) {
  std::istringstream file("# x\n1\t0\n");
  EXPECT_THAT([&] { read_expected(file); }, ThrowsMessage<std::runtime_error>(StartsWith("line 2: expected 11")));
}

}  // namespace
}  // namespace coagwatch::corpora

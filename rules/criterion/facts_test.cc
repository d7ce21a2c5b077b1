#include "rules/criterion/facts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rules/criterion/criterion_fixture.h"
#include "rules/criterion/loader.h"

namespace coagwatch::rules {
namespace {

/// The facts that a shipped criterion asks for, by name.
std::vector<std::string> asked(std::string_view id) {
  std::vector<std::string> all;
  for (const BuiltinCriterion& builtin : builtin_criteria()) {
    if (builtin.id != id) continue;
    std::vector<Problem> problems;
    const auto criterion = load_criterion(builtin.text, std::string(builtin.file), "", problems);
    if (!criterion) continue;
    for (std::size_t i = 0; i < kFactCount; ++i) {
      if (criterion->asks[i]) all.emplace_back(fact_name(static_cast<Fact>(i)));
    }
  }
  return all;
}

bool asks(std::string_view id, Fact fact) {
  const std::vector<std::string> all = asked(id);
  return std::ranges::find(all, fact_name(fact)) != all.end();
}

TEST(FactsOfCriterion, AreThoseOfGateItemsColumnsAndAdjustments) {
  EXPECT_TRUE(asks("sic", Fact::sepsis)) << "whom it is for";
  EXPECT_TRUE(asks("isth-2001", Fact::child)) << "adults only";
  EXPECT_TRUE(asks("jaam", Fact::leukaemia)) << "excluded";
  EXPECT_TRUE(asks("jmhw", Fact::bleeding)) << "an item";
  EXPECT_TRUE(asks("jmhw", Fact::liver_cirrhosis)) << "an adjustment";
  EXPECT_TRUE(asks("jmhw", Fact::chemotherapy)) << "a population";
}

TEST(FactsOfCriterion, AreNotWhatIsGivenAgainstIt) {
  for (const BuiltinCriterion& builtin : builtin_criteria()) {
    for (const Fact fact : {Fact::platelet_transfusion, Fact::plasma_transfusion, Fact::dic_recorded}) {
      EXPECT_FALSE(asks(builtin.id, fact)) << builtin.id << " " << fact_name(fact);
    }
  }
}

}  // namespace
}  // namespace coagwatch::rules

#include "rules/patient/merge.h"

#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

Version number(std::uint64_t n) { return {n, Timestamp::none()}; }

bool adopted(const PatientState& state, std::string_view identity) {
  for (const StoredResult& stored : state.results) {
    if (state.view(stored.identity) == identity) return (stored.lab.flags & kFlagAdopted) != 0;
  }
  ADD_FAILURE() << identity;
  return false;
}

std::string value_of(const PatientState& state, std::string_view identity) {
  for (const StoredResult& stored : state.results) {
    if (state.view(stored.identity) == identity) return stored.lab.value.high.to_string();
  }
  return "none";
}

TEST(Merge, LinksAgreeOrSayNothing) {
  PatientState state;
  EXPECT_EQ(linked_to(state), "");
  EXPECT_TRUE(put_link(state, "Patient/1", "Patient/2"));
  EXPECT_FALSE(put_link(state, "Patient/1", "Patient/2"));
  EXPECT_EQ(linked_to(state), "Patient/2");
  EXPECT_TRUE(put_link(state, "Patient/2", "Patient/2"));
  EXPECT_EQ(linked_to(state), "Patient/2");
  EXPECT_TRUE(put_link(state, "Patient/3", "Patient/3"));
  EXPECT_EQ(linked_to(state), "") << "they name two";
  EXPECT_TRUE(drop_link(state, "Patient/3"));
  EXPECT_FALSE(drop_link(state, "Patient/3"));
  EXPECT_EQ(linked_to(state), "Patient/2");
  EXPECT_TRUE(put_link(state, "Patient/1", "Patient/4"));
  EXPECT_EQ(linked_to(state), "");
}

TEST(Merge, ThereAreOnlySoManyLinks) {
  PatientState state;
  for (std::size_t i = 0; i < kMaxLinks; ++i) EXPECT_TRUE(put_link(state, "Patient/" + std::to_string(i), "Patient/x"));
  EXPECT_FALSE(put_link(state, "Patient/y", "Patient/z"));
  EXPECT_EQ(state.links.size(), kMaxLinks);
  EXPECT_EQ(linked_to(state), "Patient/x");
}

TEST(Merge, WhatIsAdoptedCanBeReleased) {
  TestPatient stays;
  TestPatient other;
  stays.put("Observation/1", Measure::platelets, "250", hour(1));
  other.put("Observation/2", Measure::platelets, "40", hour(2));
  other.put("Observation/3", Measure::fdp, "60", hour(2));
  const ApplyResult applied = adopt(stays.state, other.state, stays.limits);
  EXPECT_TRUE(applied.assess);
  EXPECT_TRUE(applied.changed[index(Measure::platelets)]);
  EXPECT_EQ(applied.at, hour(2));
  EXPECT_EQ(stays.state.results.size(), 3U);
  EXPECT_TRUE(adopted(stays.state, "Observation/2"));
  EXPECT_FALSE(adopted(stays.state, "Observation/1"));
  const ApplyResult released = release_adopted(stays.state, stays.limits);
  EXPECT_TRUE(released.correction);
  EXPECT_EQ(stays.state.results.size(), 1U);
  EXPECT_EQ(stays.state.at, hour(1));
}

TEST(Merge, OwnRecordsGoFirstUnlessTheOthersAreNewer) {
  TestPatient stays;
  TestPatient other;
  stays.put("Observation/1", Measure::platelets, "250", hour(1));
  other.put("Observation/1", Measure::platelets, "40", hour(1));
  stays.put("Observation/2", Measure::platelets, "250", hour(2), number(1));
  other.put("Observation/2", Measure::platelets, "40", hour(2), number(2));
  stays.put("Observation/3", Measure::platelets, "250", hour(3), number(3));
  other.retract("Observation/3", number(3));
  stays.put("Observation/4", Measure::platelets, "250", hour(4), number(1));
  other.retract("Observation/4", number(2));
  adopt(stays.state, other.state, stays.limits);
  EXPECT_EQ(value_of(stays.state, "Observation/1"), "250");
  EXPECT_EQ(value_of(stays.state, "Observation/2"), "40");
  EXPECT_EQ(value_of(stays.state, "Observation/3"), "250");
  EXPECT_EQ(value_of(stays.state, "Observation/4"), "none");
}

TEST(Merge, AnOwnRecordOfTheSameContentIsNoLongerAdopted) {
  TestPatient stays;
  TestPatient other;
  other.put("Observation/1", Measure::platelets, "40", hour(1));
  adopt(stays.state, other.state, stays.limits);
  EXPECT_EQ(stays.put("Observation/1", Measure::platelets, "40", hour(1)).outcome, ApplyOutcome::duplicate);
  release_adopted(stays.state, stays.limits);
  EXPECT_EQ(value_of(stays.state, "Observation/1"), "40");
}

TEST(Merge, WhatWasTakenBackThereStaysAway) {
  TestPatient stays;
  TestPatient other;
  stays.put("Observation/9", Measure::platelets, "250", hour(1));
  other.put("Observation/1", Measure::platelets, "40", hour(1));
  other.retract("Observation/1");
  adopt(stays.state, other.state, stays.limits);
  Change again{Change::Kind::result, "Observation/1", "Observation/1", {}, {}};
  again.result = TestPatient::lab(Measure::platelets, "40", hour(1));
  again.adopted = true;
  EXPECT_EQ(apply(stays.state, again, stays.limits).outcome, ApplyOutcome::superseded);
  EXPECT_FALSE(knows(stays.state, "Observation/1")) << "it is the other's";
  EXPECT_EQ(stays.put("Observation/1", Measure::platelets, "40", hour(1)).outcome, ApplyOutcome::applied)
      << "his own records go first";
  EXPECT_TRUE(knows(stays.state, "Observation/1"));
}

TEST(Merge, AgesStayWithTheirRecord) {
  TestPatient stays;
  TestPatient other;
  const FactSpan child{Fact::child, Tristate::yes, hour(0), hour(99)};
  const FactSpan sepsis{Fact::sepsis, Tristate::yes, hour(0), hour(99)};
  apply_facts(other.state, {FactChange::Kind::statement, "Patient/1", number(1), {&child, 1}}, other.limits);
  apply_facts(other.state, {FactChange::Kind::statement, "Condition/1", number(1), {&sepsis, 1}}, other.limits);
  adopt(stays.state, other.state, stays.limits);
  EXPECT_EQ(recorded_fact(stays.state, Fact::sepsis, hour(1)), Tristate::yes);
  EXPECT_EQ(recorded_fact(stays.state, Fact::child, hour(1)), Tristate::unknown);
  release_adopted(stays.state, stays.limits);
  EXPECT_EQ(recorded_fact(stays.state, Fact::sepsis, hour(1)), Tristate::unknown);
}

TEST(Merge, WhatTheCapsDroppedThereIsNotForgotten) {
  TestPatient stays;
  TestPatient other;
  other.limits.per_measure = 2;
  stays.put("Observation/0", Measure::platelets, "250", hour(20));
  for (int i = 0; i < 6; ++i) {
    other.put("Observation/" + std::to_string(i + 1), Measure::platelets, std::to_string(200 + 10 * i), hour(i));
  }
  ASSERT_FALSE(other.state.evictions.empty());
  adopt(stays.state, other.state, stays.limits);
  EXPECT_EQ(stays.state.evictions.size(), other.state.evictions.size());
  EXPECT_FALSE(stays.state.evictions.back().outranked);
}

}  // namespace
}  // namespace coagwatch::rules

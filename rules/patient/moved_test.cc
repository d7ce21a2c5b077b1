#include "rules/patient/moved.h"

#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

constexpr std::uint64_t kOne = 17;

Change change(std::string_view identity, Version version, std::uint64_t fingerprint = kOne) {
  Change made{Change::Kind::result, identity, identity, version, TestPatient::lab(Measure::fdp, "60", hour(2))};
  made.fingerprint = fingerprint;
  return made;
}

class MovedTest : public testing::Test {
 protected:
  void hold(std::string_view identity, Version version) {
    Change held = change(identity, version);
    held.result = TestPatient::lab(Measure::platelets, "40", hour(1));
    apply(former_.state, held, former_.limits);
  }
  Elsewhere find(const Change& moved) { return find_elsewhere(former_.state, moved); }

  TestPatient former_;
};

TEST_F(MovedTest, VersionsOfOneIdAreCompared) {
  hold("Observation/1", {2, Timestamp::none()});
  EXPECT_EQ(find(change("Observation/1", {3, Timestamp::none()})), Elsewhere::older);
  EXPECT_EQ(find(change("Observation/1", {1, Timestamp::none()})), Elsewhere::newer);
  EXPECT_EQ(find(change("Observation/1", {})), Elsewhere::unclear) << "it arrived later";
  Change corrected = change("Observation/1", {});
  corrected.result.status = ResultStatus::corrected;
  EXPECT_EQ(find(corrected), Elsewhere::older) << "what it corrects is no correction";
  Version newer;
  EXPECT_EQ(find_elsewhere(former_.state, change("Observation/1", {1, Timestamp::none()}), &newer), Elsewhere::newer);
  EXPECT_EQ(newer.number, 2U);
  EXPECT_EQ(find(change("Observation/1", {3, Timestamp::none()}, kOne + 1)), Elsewhere::nothing);
  EXPECT_EQ(find(change("Observation/1\x1f"
                        "fdp",
                        {3, Timestamp::none()})),
            Elsewhere::older)
      << "a part of it";
}

TEST_F(MovedTest, AnotherIdIsAnotherResult) {
  hold("Observation/1", {1, hour(5)});
  EXPECT_EQ(find(change("Observation/2", {2, hour(6)})), Elsewhere::nothing) << "under one accession number";
}

TEST_F(MovedTest, WhatWasTakenAwayIsRemembered) {
  Change gone = change("Observation/1", {3, Timestamp::none()});
  gone.kind = Change::Kind::retraction;
  apply(former_.state, gone, former_.limits);
  EXPECT_EQ(find(change("Observation/1", {2, Timestamp::none()})), Elsewhere::newer);
  EXPECT_EQ(find(change("Observation/1", {4, Timestamp::none()})), Elsewhere::nothing);
}

TEST_F(MovedTest, WhatIsTakenBackStaysAway) {
  hold("Observation/1", {1, Timestamp::none()});
  const ApplyResult result =
      withdraw_elsewhere(former_.state, change("Observation/1", {2, Timestamp::none()}), false, former_.limits);
  EXPECT_EQ(result.outcome, ApplyOutcome::retracted);
  EXPECT_TRUE(result.correction);
  EXPECT_TRUE(former_.state.results.empty());
  hold("Observation/1", {1, Timestamp::none()});
  EXPECT_TRUE(former_.state.results.empty());
  hold("Observation/1", {3, Timestamp::none()});
  EXPECT_EQ(former_.state.results.size(), 1U) << "he has it again";
}

TEST_F(MovedTest, WhatIsRemovedIsNoted) {
  hold("Observation/1", {1, Timestamp::none()});
  EXPECT_TRUE(former_.state.gone.empty());
  former_.retract("Observation/1");
  EXPECT_EQ(former_.state.gone, std::vector<std::uint64_t>{kOne});
}

TEST_F(MovedTest, WhatLeavesTheWindowIsNoted) {
  hold("Observation/1", {1, Timestamp::none()});
  former_.put("Observation/2", Measure::fdp, "5", hour(24 * 9));
  EXPECT_EQ(former_.state.gone, std::vector<std::uint64_t>{kOne});
}

}  // namespace
}  // namespace coagwatch::rules

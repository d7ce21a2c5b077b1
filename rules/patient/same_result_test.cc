#include "rules/patient/same_result.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

constexpr std::uint64_t kAccession = 17;
constexpr const char* kId = "Observation/d";
constexpr const char* kOther = "Observation/e";
constexpr const char* kNoId = "urn:lab|d\x1eplatelets";
constexpr const char* kAll = "urn:lab|d";

class SameResultTest : public testing::Test {
 protected:
  ApplyOutcome put(const std::string& identity, const std::string& value, Version version = {},
                   Measure measure = Measure::platelets) {
    Change change{Change::Kind::result, identity, identity, version, TestPatient::lab(measure, value, hour(1))};
    change.source = lacks_id(identity) ? "" : change.source;
    change.fingerprint = kAccession;
    return apply(patient_.state, change, patient_.limits).outcome;
  }
  ApplyOutcome retract(const std::string& identity, Version version = {}, bool names_measure = true) {
    Change change{Change::Kind::retraction, identity, identity, version, {}};
    change.result.measure = Measure::platelets;
    change.names_measure = names_measure;
    change.fingerprint = kAccession;
    return apply(patient_.state, change, patient_.limits).outcome;
  }
  std::vector<std::string> held() const { return patient_.identities(); }

  TestPatient patient_;
};

using Identities = std::vector<std::string>;

TEST_F(SameResultTest, AnIdHoldsNoBar) {
  EXPECT_TRUE(lacks_id(kNoId));
  EXPECT_TRUE(lacks_id("=platelets|2026-01-02T08:00:00Z|"));
  EXPECT_FALSE(lacks_id(kId));
  EXPECT_FALSE(
      lacks_id("Observation/d\x1f"
               "fdp"));
}

TEST_F(SameResultTest, ARetractionWithoutIdTakesTheResultThatHasOne) {
  put(kId, "45");
  EXPECT_EQ(retract(kNoId), ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{});
  EXPECT_EQ(put(kId, "45"), ApplyOutcome::superseded);
  EXPECT_EQ(put(kNoId, "45"), ApplyOutcome::superseded);
  EXPECT_EQ(put(kOther, "45"), ApplyOutcome::applied) << "given anew";
}

TEST_F(SameResultTest, ARetractionWithAnIdTakesTheResultThatHasNone) {
  put(kNoId, "45");
  EXPECT_EQ(retract(kId), ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{});
}

TEST_F(SameResultTest, WhatWasTakenBackBeforeItCameStaysAway) {
  EXPECT_EQ(retract(kNoId), ApplyOutcome::retracted);
  EXPECT_EQ(put(kId, "45"), ApplyOutcome::superseded);
  EXPECT_EQ(put(kOther, "46"), ApplyOutcome::applied) << "one is meant";
  patient_ = {};
  EXPECT_EQ(retract(kId), ApplyOutcome::retracted);
  EXPECT_EQ(put(kNoId, "45"), ApplyOutcome::superseded);
  EXPECT_EQ(put("urn:lab|d\x1e"
                "fdp",
                "60", {}, Measure::fdp),
            ApplyOutcome::applied)
      << "another measure";
}

TEST_F(SameResultTest, VersionsAreThoseOfOneResource) {
  put(kNoId, "20", numbered(1));
  EXPECT_EQ(put(kId, "30", numbered(2)), ApplyOutcome::applied);
  EXPECT_EQ(held(), Identities{kId});
  EXPECT_EQ(put(kNoId, "20", numbered(1)), ApplyOutcome::superseded);
  EXPECT_EQ(put(kNoId, "30", numbered(2)), ApplyOutcome::duplicate);
  EXPECT_EQ(put(kNoId, "31", numbered(3)), ApplyOutcome::applied);
  EXPECT_EQ(held(), Identities{kId});
  EXPECT_EQ(patient_.state.view(patient_.stored(kId).source), kId) << "its reference stays";
  EXPECT_EQ(retract(kNoId, numbered(2)), ApplyOutcome::superseded);
  EXPECT_EQ(retract(kId, numbered(4)), ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{});
}

TEST_F(SameResultTest, AWithdrawalIsOfThatResourceToo) {
  put(kNoId, "20", numbered(1));
  Change change{Change::Kind::withdrawal, kId, kId, numbered(2), {}};
  change.fingerprint = kAccession;
  change.names_measure = true;
  EXPECT_EQ(apply(patient_.state, change, patient_.limits).outcome, ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{});
  EXPECT_EQ(put(kNoId, "20", numbered(1)), ApplyOutcome::superseded);
  EXPECT_EQ(put(kNoId, "20", numbered(3)), ApplyOutcome::applied);
}

TEST_F(SameResultTest, SeveralIdsOfOneIdentifierStayDifferent) {
  put(kId, "45");
  put(kOther, "46");
  EXPECT_EQ(held(), (Identities{kId, kOther}));
  EXPECT_EQ(retract(kNoId), ApplyOutcome::ambiguous);
  EXPECT_EQ(held(), (Identities{kId, kOther}));
  EXPECT_EQ(put(kId, "47"), ApplyOutcome::applied) << "what was not taken back does not stay away";
  retract(kId);
  EXPECT_EQ(held(), Identities{kOther});
}

TEST_F(SameResultTest, OfAnotherMeasureItIsAnotherResult) {
  put(kId, "45");
  put("urn:lab|d\x1e"
      "fdp",
      "60", {}, Measure::fdp);
  EXPECT_EQ(held().size(), 2U);
  EXPECT_EQ(retract(kNoId), ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{"urn:lab|d\x1e"
                               "fdp"});
}

TEST_F(SameResultTest, WithoutAMeasureAllThatHaveNoIdAndTheOneThatHasOne) {
  put(kId, "45");
  put("urn:lab|d\x1e"
      "fdp",
      "60", {}, Measure::fdp);
  EXPECT_EQ(retract(kAll, {}, false), ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{});
  EXPECT_EQ(put(kId, "45"), ApplyOutcome::superseded);
  EXPECT_EQ(put(kOther, "45"), ApplyOutcome::applied) << "its one is known";

  patient_ = {};
  EXPECT_EQ(retract(kAll, {}, false), ApplyOutcome::retracted);
  EXPECT_EQ(put(kNoId, "45"), ApplyOutcome::superseded);
  EXPECT_EQ(put(kId, "45"), ApplyOutcome::superseded);
  EXPECT_EQ(put(kOther, "45"), ApplyOutcome::applied);
}

TEST_F(SameResultTest, PartsAreToldByTheirPlace) {
  const std::string part = std::string(1, kPartSeparator) + "platelets";
  put(kAll + part, "45", numbered(1));
  EXPECT_EQ(put(kNoId, "44", numbered(1)), ApplyOutcome::applied) << "no part of a panel";
  EXPECT_EQ(put(kId + part, "46", numbered(2)), ApplyOutcome::applied);
  EXPECT_EQ(held(), (Identities{kNoId, kId + part}));
  EXPECT_EQ(put(kAll + part, "45", numbered(1)), ApplyOutcome::superseded);
  EXPECT_EQ(retract(kAll, numbered(3), false), ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{});
  EXPECT_EQ(put(kId + part, "46", numbered(2)), ApplyOutcome::superseded);
}

TEST_F(SameResultTest, OneCodeOfThePtHasTwoMeasures) {
  put(kId, "1.4", {}, Measure::pt_ratio);
  EXPECT_EQ(retract("urn:lab|d\x1ept-activity"), ApplyOutcome::retracted);
  EXPECT_EQ(held(), Identities{});
}

// Versions of one result, of which some have no id.
TEST_F(SameResultTest, AnyOrderOfArrivalLeadsToTheSame) {
  std::vector<int> order = {0, 1, 2, 3};
  for (const bool kept : {false, true}) {
    do {
      patient_ = {};
      for (const int each : order) {
        if (each == 0) put(kNoId, "20", numbered(1));
        if (each == 1) put(kId, "30", numbered(2));
        if (each == 2 && !kept) retract(kId, numbered(3));
        if (each == 3) retract(kNoId, numbered(kept ? 1 : 4));
      }
      EXPECT_EQ(held(), kept ? Identities{kId} : Identities{});
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST_F(SameResultTest, WhatADeletionByAnIdentifierCanMean) {
  put(kId, "45");
  put("urn:lab|d\x1e"
      "fdp",
      "60", {}, Measure::fdp);
  Change deletion{Change::Kind::retraction, "", kAll, {}, {}};
  EXPECT_EQ(meant_by(patient_.state, deletion), Identities{});
  deletion.fingerprint = kAccession;
  EXPECT_EQ(meant_by(patient_.state, deletion), (Identities{kId,
                                                            "urn:lab|d\x1e"
                                                            "fdp"}));
}

}  // namespace
}  // namespace coagwatch::rules

// Several results of one resource: they come, change and go together.

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "rules/patient/patient_state.h"
#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Measure kPlatelets = Measure::platelets;

std::string part(const std::string& resource, const std::string& name) { return resource + kPartSeparator + name; }

class ResourcePartsTest : public testing::Test {
 protected:
  /// A version of the panel `X`: platelets and FDP, as far as given.
  void panel(Version version, const std::string& platelets, const std::string& fdp) {
    std::vector<std::string> names;
    if (!platelets.empty()) {
      names.push_back(part("X", "platelets"));
      patient.put(names.back(), kPlatelets, platelets, hour(8), version);
    }
    if (!fdp.empty()) {
      names.push_back(part("X", "fdp"));
      patient.put(names.back(), Measure::fdp, fdp, hour(8), version);
    }
    rest("X", version, names);
  }
  ApplyResult rest(const std::string& resource, Version version, const std::vector<std::string>& names) {
    const std::vector<std::string_view> parts(names.begin(), names.end());
    return withdraw_rest(patient.state, {resource, version, parts}, patient.limits);
  }
  [[nodiscard]] std::vector<std::string> values() const {
    std::vector<std::string> all;
    for (const StoredResult& stored : patient.state.results) {
      all.push_back(std::string(measure_info(stored.lab.measure).name) + " " + stored.lab.value.low.to_string());
    }
    return all;
  }

  TestPatient patient;
};

TEST_F(ResourcePartsTest, ANewerVersionWithoutAPartTakesItAway) {
  panel(numbered(1), "45", "60");
  EXPECT_THAT(values(), ElementsAre("platelets 45", "fdp 60"));
  panel(numbered(2), "45", "");
  EXPECT_THAT(values(), ElementsAre("platelets 45"));
}

TEST_F(ResourcePartsTest, WhatIsTakenAwayIsACorrection) {
  panel(numbered(1), "45", "60");
  const ApplyResult gone = rest("X", numbered(2), {part("X", "platelets")});
  EXPECT_EQ(gone.outcome, ApplyOutcome::retracted);
  EXPECT_TRUE(gone.correction);
  EXPECT_TRUE(gone.assess);
  EXPECT_TRUE(gone.changed[index(Measure::fdp)]);
  EXPECT_EQ(gone.changed.count(), 1U);
  EXPECT_EQ(rest("X", numbered(2), {part("X", "platelets")}).outcome, ApplyOutcome::duplicate);
}

TEST_F(ResourcePartsTest, WhatWasTakenAwayDoesNotComeBackWithAnOlderVersion) {
  panel(numbered(1), "45", "60");
  panel(numbered(3), "", "");
  EXPECT_THAT(values(), IsEmpty());
  panel(numbered(2), "45", "60");
  EXPECT_THAT(values(), IsEmpty());
  panel(numbered(4), "45", "60");
  EXPECT_THAT(values(), ElementsAre("platelets 45", "fdp 60"));
}

TEST_F(ResourcePartsTest, AnOlderVersionBringsNothingBackAndTakesNothingAway) {
  panel(numbered(2), "45", "");
  panel(numbered(1), "40", "60");
  EXPECT_THAT(values(), ElementsAre("platelets 45"));
  panel(numbered(1), "", "60");
  EXPECT_THAT(values(), ElementsAre("platelets 45"));
}

TEST_F(ResourcePartsTest, APlainResultAndItsPanelReplaceEachOther) {
  patient.put("X", kPlatelets, "45", hour(8), numbered(1));
  rest("X", numbered(1), {"X"});
  panel(numbered(2), "46", "60");
  EXPECT_THAT(values(), ElementsAre("platelets 46", "fdp 60"));
  patient.put("X", kPlatelets, "47", hour(8), numbered(3));
  rest("X", numbered(3), {"X"});
  EXPECT_THAT(values(), ElementsAre("platelets 47"));
}

TEST_F(ResourcePartsTest, ARetractionTakesAllPartsAndKeepsThemAway) {
  panel(numbered(1), "45", "60");
  EXPECT_EQ(patient.retract("X", numbered(2)).outcome, ApplyOutcome::retracted);
  EXPECT_THAT(values(), IsEmpty());
  panel(numbered(1), "45", "60");
  EXPECT_THAT(values(), IsEmpty()) << "an original that came late";
  panel(numbered(3), "45", "60");
  EXPECT_THAT(values(), ElementsAre("platelets 45", "fdp 60"));
}

TEST_F(ResourcePartsTest, ARetractionWithoutAVersionKeepsEqualOnesAway) {
  patient.retract("X");
  panel({}, "45", "60");
  EXPECT_THAT(values(), IsEmpty());
}

TEST_F(ResourcePartsTest, ARetractionThatIsOlderThanAnyPartDoesNothing) {
  panel(numbered(2), "45", "60");
  EXPECT_EQ(patient.retract("X", numbered(1)).outcome, ApplyOutcome::superseded);
  EXPECT_THAT(values(), ElementsAre("platelets 45", "fdp 60"));
}

TEST_F(ResourcePartsTest, AWithdrawnPartTellsThatOlderVersionsAreOld) {
  patient.withdraw(part("X", "platelets"), numbered(2));
  panel(numbered(1), "45", "60");
  EXPECT_THAT(values(), IsEmpty());
}

TEST_F(ResourcePartsTest, AWithdrawnPartKeepsNoOtherPartOfItsVersionAway) {
  patient.withdraw(part("X", "platelets"), numbered(2));
  patient.put(part("X", "fdp"), Measure::fdp, "60", hour(8), numbered(2));
  EXPECT_THAT(values(), ElementsAre("fdp 60"));
}

TEST_F(ResourcePartsTest, ANameThatOnlyBeginsAlikeIsAnother) {
  patient.put("X1", kPlatelets, "45", hour(8));
  patient.put(part("X1", "fdp"), Measure::fdp, "60", hour(8));
  EXPECT_FALSE(knows(patient.state, "X"));
  EXPECT_EQ(rest("X", {}, {}).outcome, ApplyOutcome::duplicate);
  patient.retract("X");
  EXPECT_THAT(values(), ElementsAre("platelets 45", "fdp 60"));
  EXPECT_TRUE(knows(patient.state, "X1"));
}

TEST_F(ResourcePartsTest, ARetractedResourceIsKnown) {
  patient.retract("X");
  EXPECT_TRUE(knows(patient.state, "X"));
}

// Whatever the order in which versions arrive, the newest stands.
TEST_F(ResourcePartsTest, TheOrderOfArrivalDoesNotMatter) {
  struct Step {
    std::uint64_t version;
    const char* platelets;
    const char* fdp;
  };
  std::vector<Step> steps = {{1, "40", "60"}, {2, "45", ""}, {3, "", ""}, {4, "", "61"}, {5, "46", "62"}};
  for (std::size_t length = 1; length <= steps.size(); ++length) {
    std::vector<std::size_t> order(length);
    for (std::size_t i = 0; i < length; ++i) order[i] = i;
    std::vector<std::string> expected;
    do {
      patient = {};
      for (const std::size_t i : order) {
        const Step& step = steps[i];
        if (step.version == 3) {
          patient.retract("X", numbered(3));
        } else {
          panel(numbered(step.version), step.platelets, step.fdp);
        }
      }
      if (std::ranges::is_sorted(order)) expected = values();
      ASSERT_EQ(values(), expected) << testing::PrintToString(order);
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST_F(ResourcePartsTest, ResultsThatShareAnIdentifierHaveVersionsOfTheirOwn) {
  const std::string platelets = std::string("acc|9") + kMeasureSeparator + "platelets";
  const std::string fdp = std::string("acc|9") + kMeasureSeparator + "fdp";
  patient.put(platelets, kPlatelets, "45", hour(8), {5, {}});
  EXPECT_EQ(patient.put(fdp, Measure::fdp, "12", hour(8), {3, {}}).outcome, ApplyOutcome::applied);
  rest(platelets, {6, {}}, {platelets});
  EXPECT_THAT(values(), ElementsAre("platelets 45", "fdp 12"));
  patient.retract(fdp);
  EXPECT_THAT(values(), ElementsAre("platelets 45"));
}

TEST_F(ResourcePartsTest, ARetractionOfASharedIdentifierIsOneOfAll) {
  const std::string platelets = std::string("acc|9") + kMeasureSeparator + "platelets";
  patient.put(platelets, kPlatelets, "45", hour(8));
  patient.retract("acc|9");
  EXPECT_THAT(values(), IsEmpty());
  EXPECT_EQ(patient.put(platelets, kPlatelets, "45", hour(8)).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("acc|91", kPlatelets, "46", hour(8)).outcome, ApplyOutcome::applied);
}

}  // namespace
}  // namespace coagwatch::rules

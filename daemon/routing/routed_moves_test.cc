// Results that a newer version gives to another patient, divided among partitions: in the end whoever has the newest
// version has it alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "daemon/routing/divided_folds_fixture.h"
#include "daemon/routing/linked_feed_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A platelet count as a test tells it.
struct Told {
  std::string patient;
  int version = 0;  ///< 0: it has none
  std::string status = "final";
  std::string id = "p1";
  std::string value = "40";
};

std::string text(const Told& told) {
  fhir::ObservationJson json;
  json.set("id", "\"" + told.id + "\"").loinc("777-3").quantity(told.value, "10*9/L");
  json.set("subject", R"({"reference":"Patient/)" + told.patient + "\"}").set("status", "\"" + told.status + "\"");
  if (told.version != 0) json.set("meta", R"({"versionId":")" + std::to_string(told.version) + "\"}");
  json.set("identifier", R"([{"system":"urn:lab","value":")" + told.id + "\"}]");
  return json.text();
}

/// Of `old` and `newer`, who are in different partitions.
class MovesBetweenTwoPartitions : public testing::Test {
 protected:
  static constexpr std::int32_t kPartitions = 2;
  void SetUp() override {
    ASSERT_NE(partition_of_key("Patient/old", kPartitions), partition_of_key("Patient/newer", kPartitions));
  }
  void tell(const Told& told) { division_.apply(text(told)); }
  bool deliver() { return division_.deliver_all(); }
  /// Who has a value in force.
  std::vector<std::string> holders() {
    std::vector<std::string> all;
    for (const auto& [partition, patients] : division_.states()) {
      for (const auto& [key, value] : patients) {
        rules::PatientState state;
        EXPECT_EQ(decode_state(*value, state), std::nullopt);
        for (std::size_t i = 0; i < state.results.size(); ++i) all.push_back(key.substr(8));
      }
    }
    std::ranges::sort(all);
    return all;
  }
  DividedFolds division_{kPartitions};
};

TEST_F(MovesBetweenTwoPartitions, ANewerVersionLeavesTheFormerOne) {
  division_.apply(fdp("old", "60"));
  division_.apply(fdp("newer", "60"));
  tell({.patient = "old", .version = 1});
  tell({.patient = "newer", .version = 2});
  ASSERT_TRUE(deliver());
  EXPECT_THAT(holders(), ElementsAre("newer", "newer", "old"));
  EXPECT_THAT(division_.alerts(), ElementsAre("Patient/old onset isth-2001,jaam", "Patient/newer onset isth-2001,jaam",
                                              "Patient/old retraction isth-2001,jaam"));
  EXPECT_THAT(*division_.sink().alerts[2].value, testing::HasSubstr("Observation/p1"));
}

TEST_F(MovesBetweenTwoPartitions, ACorrectionWithoutAVersionLeavesWhatIsNone) {
  tell({.patient = "old"});
  tell({.patient = "newer", .status = "corrected"});
  ASSERT_TRUE(deliver());
  EXPECT_THAT(holders(), ElementsAre("newer"));
}

TEST_F(MovesBetweenTwoPartitions, OfTwoThatNothingTellsApartBothStay) {
  tell({.patient = "old", .status = "corrected"});
  tell({.patient = "newer", .status = "corrected"});
  ASSERT_TRUE(deliver());
  EXPECT_THAT(holders(), ElementsAre("newer", "old"));
}

TEST_F(MovesBetweenTwoPartitions, AnOlderVersionThatComesLateIsGivenUp) {
  tell({.patient = "newer", .version = 3});
  tell({.patient = "old", .version = 2});
  ASSERT_TRUE(deliver());
  EXPECT_THAT(holders(), ElementsAre("newer"));
}

TEST_F(MovesBetweenTwoPartitions, ItMayComeBack) {
  tell({.patient = "old", .version = 1});
  tell({.patient = "newer", .version = 2});
  ASSERT_TRUE(deliver());
  tell({.patient = "old", .version = 3});
  ASSERT_TRUE(deliver());
  EXPECT_THAT(holders(), ElementsAre("old"));
}

TEST_F(MovesBetweenTwoPartitions, ItMayComeBackBeforeTheOtherHasHeardOfIt) {
  tell({.patient = "old", .version = 1});
  tell({.patient = "newer", .version = 2});
  tell({.patient = "old", .version = 3});
  ASSERT_TRUE(deliver());
  EXPECT_THAT(holders(), ElementsAre("old"));
}

TEST_F(MovesBetweenTwoPartitions, OneThatIsTakenBackUnderAnotherNameIsTakenBack) {
  tell({.patient = "old", .version = 1});
  tell({.patient = "newer", .version = 2, .status = "entered-in-error"});
  ASSERT_TRUE(deliver());
  EXPECT_THAT(holders(), IsEmpty());
}

TEST_F(MovesBetweenTwoPartitions, NobodyIsToldOfWhatWasHisBefore) {
  tell({.patient = "old", .version = 1});
  tell({.patient = "old", .version = 1'000});
  tell({.patient = "old", .version = 1'001, .status = "corrected"});
  ASSERT_TRUE(deliver());
  EXPECT_EQ(division_.delivered(), 0U);
}

// Of a server that numbers its transactions no first version is a correction.
TEST_F(MovesBetweenTwoPartitions, NobodyIsToldOfANumberThatIsNoVersion) {
  tell({.patient = "old", .version = 1'001});
  ASSERT_TRUE(deliver());
  EXPECT_EQ(division_.delivered(), 0U);
  tell({.patient = "newer", .version = 2'000, .status = "corrected"});
  ASSERT_TRUE(deliver());
  EXPECT_EQ(division_.delivered(), 1U);
  EXPECT_THAT(holders(), ElementsAre("newer"));
}

class MovesOfManySeeds : public testing::TestWithParam<unsigned> {};

TEST_P(MovesOfManySeeds, EndAsInOneFold) {
  std::mt19937 random(GetParam());
  DividedFolds one(1);
  DividedFolds many(2 + static_cast<std::int32_t>(GetParam() % 3));
  std::map<std::string, int> versions;
  for (int i = 0; i < 120; ++i) {
    Told told;
    told.id = "r" + std::to_string(random() % 6);
    told.version = ++versions[told.id];
    told.patient = "p" + std::to_string(random() % 5);
    // Two of one value and time count as one, and which of them is named depends on which came first.
    told.value = std::to_string(20 + i);
    if (random() % 10 == 0) told.status = "entered-in-error";
    one.apply(text(told));
    many.apply(text(told));
    for (std::size_t n = random() % 6; n > 0; --n) many.deliver(random() % many.partitions());
    if (random() % 20 == 0) many.restart();
  }
  ASSERT_TRUE(many.deliver_all());
  EXPECT_GT(many.delivered(), 20U);
  EXPECT_EQ(without_history(many.statuses()), without_history(one.statuses()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, MovesOfManySeeds, testing::Range(0U, 60U));

}  // namespace
}  // namespace coagwatch::daemon

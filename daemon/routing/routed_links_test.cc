// Patients who are one (Patient.link), divided among partitions: in the end each is scored as by one fold of the whole
// input, whatever the order in which partitions hear of each other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "daemon/fold/murmur2.h"
#include "daemon/routing/divided_folds_fixture.h"
#include "daemon/routing/linked_feed_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kMet = R"("status":"met")";

/// `old` and `new` are kept in one partition, `other` in the other one.
class LinksOfTwoPartitions : public testing::Test {
 protected:
  static constexpr std::int32_t kPartitions = 2;
  void SetUp() override {
    ASSERT_EQ(partition_of_key("Patient/old", kPartitions), partition_of_key("Patient/new", kPartitions));
    ASSERT_NE(partition_of_key("Patient/old", kPartitions), partition_of_key("Patient/newer", kPartitions));
  }
  std::string status(const std::string& id) {
    const auto all = division_.statuses();
    const auto found = all.find("Patient/" + id);
    return found == all.end() ? "none" : found->second;
  }
  DividedFolds division_{kPartitions};
};

TEST_F(LinksOfTwoPartitions, WhatIsRecordedInOneIsScoredInTheOther) {
  division_.apply(platelets("old", "40"));
  division_.apply(fdp("newer", "60"));
  EXPECT_THAT(division_.alerts(), IsEmpty());
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  EXPECT_THAT(status("old"), HasSubstr(R"("merge-pending":"Patient/newer")"));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_THAT(division_.alerts(), ElementsAre("Patient/newer onset isth-2001,jaam"));
  EXPECT_EQ(division_.sink().alerts[0].header("coagwatch-priority"), "interruptive");
  EXPECT_EQ(division_.sink().alerts[0].header("coagwatch-source"), "commands/0/0");
  EXPECT_EQ(status("old"), "none");
  EXPECT_THAT(status("newer"),
              testing::AllOf(HasSubstr(kMet), Not(HasSubstr("merge-pending")), HasSubstr(R"("cause":["Patient/old"])"),
                             HasSubstr(R"("flags":["other-record"])")));
}

TEST_F(LinksOfTwoPartitions, TheOneWhoStaysMaySaySo) {
  division_.apply(platelets("old", "40"));
  division_.apply(fdp("newer", "60"));
  division_.apply(patient_text("newer", 1, link("replaces", "old")));
  EXPECT_THAT(status("newer"), HasSubstr(R"("merge-pending":"Patient/old")"));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_THAT(division_.alerts(), ElementsAre("Patient/newer onset isth-2001,jaam"));
  EXPECT_EQ(status("old"), "none");
  EXPECT_THAT(status("newer"), Not(HasSubstr("merge-pending")));
  division_.apply(patient_text("newer", 2, ""));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_NE(status("old"), "none");
  EXPECT_EQ(division_.alerts().back(), "Patient/newer retraction isth-2001,jaam");
}

TEST_F(LinksOfTwoPartitions, LaterResultsOfTheOldKeyGoToTheNewOne) {
  division_.apply(fdp("newer", "60"));
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  ASSERT_TRUE(division_.deliver_all());
  division_.apply(platelets("old", "40", 8, 1));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_THAT(division_.alerts(), ElementsAre("Patient/newer onset isth-2001,jaam"));
  EXPECT_EQ(division_.sink().alerts[0].header("coagwatch-priority"), "interruptive");
  EXPECT_EQ(status("old"), "none");
  division_.apply(platelets("old", "240", 8, 2));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(division_.alerts().back(), "Patient/newer retraction isth-2001,jaam");
}

TEST_F(LinksOfTwoPartitions, AlertsOfTheOldKeyAreClosedOnceTheOtherPartitionHasHim) {
  division_.apply(platelets("old", "40"));
  division_.apply(fdp("old", "60"));
  division_.apply(fdp("newer", "60"));
  ASSERT_THAT(division_.alerts(), ElementsAre("Patient/old onset isth-2001,jaam"));
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  EXPECT_THAT(division_.alerts(), ElementsAre("Patient/old onset isth-2001,jaam"));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_THAT(division_.alerts(), ElementsAre("Patient/old onset isth-2001,jaam", "Patient/newer onset isth-2001,jaam",
                                              "Patient/old closure isth-2001,jaam"));
  EXPECT_EQ(division_.sink().alerts[1].header("coagwatch-priority"), "passive") << "it was told under the old key";
}

TEST_F(LinksOfTwoPartitions, OfWhomOnlyTheOldKeyIsKnownIsScoredUnderTheNewOne) {
  division_.apply(platelets("old", "40"));
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(status("old"), "none");
  EXPECT_THAT(status("newer"), HasSubstr("Observation/old-p8"));
  division_.apply(fdp("newer", "60"));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_THAT(division_.alerts(), ElementsAre("Patient/newer onset isth-2001,jaam"));
}

TEST_F(LinksOfTwoPartitions, AChainThatComesBack) {
  division_.apply(platelets("old", "40"));
  division_.apply(platelets("newer", "300", 2));
  division_.apply(fdp("new", "60"));
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(status("old"), "none");
  division_.apply(patient_text("newer", 1, link("replaced-by", "new")));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(status("old"), "none");
  EXPECT_EQ(status("newer"), "none");
  EXPECT_THAT(status("new"), HasSubstr(kMet));
  division_.apply(platelets("old", "240", 8, 2));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(division_.alerts().back(), "Patient/new retraction isth-2001,jaam");
  division_.apply(patient_text("newer", 2, ""));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(status("old"), "none");
  EXPECT_THAT(status("newer"), HasSubstr("240"));
}

TEST_F(LinksOfTwoPartitions, ACircleMergesNobody) {
  division_.apply(platelets("old", "40"));
  division_.apply(fdp("newer", "60"));
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  division_.apply(patient_text("newer", 1, link("replaced-by", "old")));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_THAT(status("old"), HasSubstr(R"("merge-pending":"Patient/newer")"));
  EXPECT_THAT(status("newer"), HasSubstr(R"("merge-pending":"Patient/old")"));
  EXPECT_THAT(division_.alerts(), IsEmpty());
}

TEST_F(LinksOfTwoPartitions, WhoIsForgottenIsGoneEverywhere) {
  division_.apply(platelets("old", "40"));
  division_.apply(fdp("newer", "60"));
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  ASSERT_TRUE(division_.deliver_all());
  ASSERT_THAT(status("newer"), HasSubstr(kMet));
  division_.send("forget", "Patient/newer");
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(status("old"), "none");
  EXPECT_EQ(status("newer"), "none");
  EXPECT_THAT(division_.alerts(),
              ElementsAre("Patient/newer onset isth-2001,jaam", "Patient/newer closure isth-2001,jaam"));
  EXPECT_THAT(*division_.sink().alerts.back().value, HasSubstr("the patient is not watched any more"));
  EXPECT_THAT(division_.patients(), IsEmpty());
  division_.apply(platelets("old", "40"));
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_THAT(status("old"), Not(HasSubstr("merge-pending"))) << "what comes later is about somebody new";
}

TEST_F(LinksOfTwoPartitions, OfSeveralRecordsOfAPatientOneMayBeForgotten) {
  division_.apply(platelets("old", "40"));
  division_.apply(fdp("newer", "60"));
  division_.apply(patient_text("old", 1, link("replaced-by", "newer")));
  ASSERT_TRUE(division_.deliver_all());
  division_.send("forget", "Patient/old");
  ASSERT_TRUE(division_.deliver_all());
  EXPECT_EQ(status("old"), "none");
  EXPECT_THAT(status("newer"), Not(HasSubstr("Patient/old")));
  EXPECT_EQ(division_.alerts().back(), "Patient/newer retraction isth-2001,jaam");
  EXPECT_THAT(division_.patients(), ElementsAre("Patient/newer"));
}

void expect_as_whole(std::uint64_t seed, std::int32_t partitions, bool late) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const std::vector<std::string> feed = random_feed(seed, 7, 80);
  DividedFolds whole(1);
  DividedFolds divided(partitions);
  std::mt19937_64 random(seed);
  for (const std::string& value : feed) {
    whole.apply(value);
    divided.apply(value);
    if (!late) {
      ASSERT_TRUE(divided.deliver_all());
    } else {
      for (std::size_t n = random() % 4; n > 0; --n) divided.deliver(random() % divided.partitions());
      if (random() % 10 == 0) divided.restart();
    }
  }
  ASSERT_TRUE(divided.deliver_all()) << "they do not come to an end";
  EXPECT_EQ(whole.delivered(), 0U);
  EXPECT_GT(divided.delivered(), 0U);
  const auto expected = without_history(whole.statuses());
  const auto found = without_history(divided.statuses());
  for (const auto& [patient, status] : expected) {
    const auto same = found.find(patient);
    if (same == found.end()) {
      ADD_FAILURE() << patient << " has no status";
    } else if (same->second != status) {
      const auto [mine, its] = std::ranges::mismatch(same->second, status);
      const auto at = static_cast<std::size_t>(std::max<std::ptrdiff_t>(mine - same->second.begin() - 60, 0));
      ADD_FAILURE() << patient << ": " << same->second.substr(at, 200) << "\n  instead of " << status.substr(at, 200);
    }
  }
  for (const auto& [patient, status] : found) EXPECT_TRUE(expected.contains(patient)) << patient << " has a status";
}

TEST(RoutedLinks, EveryPatientIsScoredAsByOneFold) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    expect_as_whole(seed, 3, false);
    if (testing::Test::HasFailure()) break;
  }
}

TEST(RoutedLinks, SoTheyAreWheneverPartitionsHearOfEachOther) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    expect_as_whole(seed, 5, true);
    if (testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace coagwatch::daemon

#include "rules/episodes/tiers.h"

#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

class TiersTest : public ::testing::Test {
 protected:
  Standing standing(std::string_view criterion) const {
    return standing_of(policy, criterion, KnownFacts(patient.state, {}, hour(0)));
  }
  AlertPolicy policy;
  TestPatient patient;
};

TEST_F(TiersTest, OvertLeadsEarlyAndTheListsOrderDecidesWithin) {
  EXPECT_EQ(standing("isth-2001").tier, Tier::overt);
  EXPECT_EQ(standing("jaam").tier, Tier::early);
  EXPECT_EQ(standing("sic").tier, Tier::early);
  EXPECT_LT(standing("isth-2001").rank, standing("jaam").rank);
  EXPECT_LT(standing("jaam").rank, standing("sic").rank);
  EXPECT_LT(standing("sic").rank, standing("isth-2025").rank);
}

TEST_F(TiersTest, OthersAreStatusOnly) {
  EXPECT_EQ(standing("isth-2025").tier, Tier::none);
  EXPECT_EQ(standing("jmhw").tier, Tier::none);
  EXPECT_EQ(standing("erez").tier, Tier::none);
}

TEST_F(TiersTest, JmhwIsPrimaryForMalignancyOrMarrowSuppression) {
  patient.know(Fact::nsclc, Tristate::yes);
  EXPECT_EQ(standing("jmhw").tier, Tier::overt);
  TestPatient suppressed;
  suppressed.know(Fact::marrow_suppression, Tristate::yes);
  EXPECT_EQ(standing_of(policy, "jmhw", KnownFacts(suppressed.state, {}, hour(0))).tier, Tier::overt);
}

TEST_F(TiersTest, ErezIsPrimaryInPregnancy) {
  patient.know(Fact::pregnancy, Tristate::yes);
  EXPECT_EQ(standing("erez").tier, Tier::overt);
}

TEST_F(TiersTest, TierDoesNotDependOnThePatient) {
  EXPECT_EQ(tier_of(policy, "jmhw"), Tier::overt);
  EXPECT_EQ(tier_of(policy, "erez"), Tier::overt);
  EXPECT_EQ(tier_of(policy, "isth-2001"), Tier::overt);
  EXPECT_EQ(tier_of(policy, "sic"), Tier::early);
  EXPECT_EQ(tier_of(policy, "sofa"), Tier::none);
}

}  // namespace
}  // namespace coagwatch::rules

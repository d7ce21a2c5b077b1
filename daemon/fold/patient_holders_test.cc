// Who is found of whom a record says only which resource it means.

#include <gmock/gmock.h>

#include <ctime>
#include <map>
#include <random>

#include "daemon/fold/patient_store.h"
#include "daemon/fold/state_codec.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kAnybody = [](std::string_view) { return true; };

class PatientHoldersTest : public testing::Test {
 protected:
  void apply(const std::string& patient, const std::string& identity, rules::Change::Kind kind) {
    rules::Change change;
    change.kind = kind;
    change.identity = change.source = identity;
    change.result.at = rules::Timestamp::from_millis(1'767'355'200'000);
    change.result.value = rules::Interval::point(rules::Decimal::of(40));
    PatientStore::Touched& touched = store_.touch(patient);
    store_.before_change(touched);
    rules::apply(touched.state, change, limits_);
  }
  void give(const std::string& patient, const std::string& identity) {
    apply(patient, identity, rules::Change::Kind::result);
  }
  void take(const std::string& patient, const std::string& identity) {
    apply(patient, identity, rules::Change::Kind::retraction);
  }
  void link(const std::string& patient, const std::string& into) {
    PatientStore::Touched& touched = store_.touch(patient);
    rules::put_link(touched.state, into, into);
    rules::set_merged_into(touched.state, into);
    store_.relink(touched);
  }
  void commit() {
    for (std::size_t i = 0; i < store_.touched_count(); ++i) store_.encode(store_.touched(i));
    store_.commit();
  }
  std::vector<std::string_view> holders(std::string_view identity) { return store_.holders(identity, kAnybody); }

  PatientStore store_;
  rules::WindowLimits limits_;
};

TEST_F(PatientHoldersTest, CommittedAndTouchedOnesAreFoundAsTheyAreNow) {
  give("Patient/2", "Observation/a");
  commit();
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/2"));
  give("Patient/1", "Observation/b");
  EXPECT_THAT(holders("Observation/b"), ElementsAre("Patient/1")) << "after the first look";
  commit();
  EXPECT_THAT(holders("Observation/b"), ElementsAre("Patient/1")) << "after the commit";
  give("Patient/1", "Observation/c");
  take("Patient/2", "Observation/a");
  give("Patient/3", "Observation/a");
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/3"));
  store_.rollback();
  EXPECT_THAT(holders("Observation/c"), IsEmpty());
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/2"));
  EXPECT_THAT(holders("Observation/"), IsEmpty());
}

TEST_F(PatientHoldersTest, WhoOnlyRemembersIsFoundWhereNobodyHolds) {
  give("Patient/1", "Observation/a");
  take("Patient/1", "Observation/a");
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/1"));
  commit();
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/1"));
  give("Patient/2", "Observation/a");
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/2"));
}

TEST_F(PatientHoldersTest, PartsOfAResourceAreItsOwn) {
  give("Patient/1", std::string("Observation/a") + rules::kPartSeparator + "1");
  give("Patient/2", std::string("Observation/b") + rules::kMeasureSeparator + "2");
  commit();
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/1"));
  EXPECT_THAT(holders("Observation/b"), ElementsAre("Patient/2"));
}

TEST_F(PatientHoldersTest, AllKeysOfAPersonAreFound) {
  for (int i = 0; i < 7; ++i) give("Patient/" + std::to_string(i), "Observation/a");
  EXPECT_THAT(holders("Observation/a"), SizeIs(testing::AllOf(testing::Ge(2), testing::Le(7))));
  for (int i = 1; i < 7; ++i) link("Patient/" + std::to_string(i), "Patient/0");
  EXPECT_THAT(holders("Observation/a"), SizeIs(7));
  commit();
  EXPECT_THAT(holders("Observation/a"), SizeIs(7));
}

TEST_F(PatientHoldersTest, AStoreThatWasRestoredFindsTheSame) {
  give("Patient/1", "Observation/a");
  commit();
  EXPECT_THAT(holders("Observation/b"), IsEmpty());
  std::string value;
  give("Patient/2", "Observation/b");
  encode_state(store_.touch("Patient/2").state, value);
  store_.rollback();
  ASSERT_EQ(store_.restore("Patient/2", value), std::nullopt);
  EXPECT_THAT(holders("Observation/b"), ElementsAre("Patient/2")) << "what is restored after the first look too";
}

TEST_F(PatientHoldersTest, OfWhomNothingIsLeftNothingIsFound) {
  give("Patient/1", "Observation/a");
  commit();
  EXPECT_THAT(holders("Observation/a"), ElementsAre("Patient/1"));
  store_.touch("Patient/1").state.clear();
  commit();
  ASSERT_EQ(store_.size(), 0U);
  EXPECT_THAT(holders("Observation/a"), IsEmpty());
  give("Patient/2", "Observation/b");
  commit();
  EXPECT_THAT(holders("Observation/a"), IsEmpty()) << "his place is another one's";
}

/// The index may be made anew in between, and answers the same.
TEST_F(PatientHoldersTest, WhoeverHoldsIsFoundAfterAnyHistory) {
  // NOLINTNEXTLINE(cert-msc51-cpp): the same in every run.
  std::mt19937 random(7);
  std::map<std::string, std::string> where;
  for (int i = 0; i < 12'000; ++i) {
    const std::string identity = "Observation/" + std::to_string(i);
    const std::string patient = "Patient/" + std::to_string(random() % 300);
    give(patient, identity);
    where[identity] = patient;
    if (i % 50 != 0) continue;
    commit();
    const std::string some = "Observation/" + std::to_string(random() % static_cast<unsigned>(i + 1));
    PatientStore::Touched& touched = store_.touch(where[some]);
    const bool holds = rules::holds(touched.state, some);
    store_.rollback();
    ASSERT_EQ(holders(some), holds ? std::vector<std::string_view>{where[some]} : std::vector<std::string_view>{}) << i;
  }
}

/// A Bundle may delete thousands of resources.
TEST_F(PatientHoldersTest, AskingForThousandsOfResourcesTakesNoTime) {
  for (int i = 0; i < 4'000; ++i) {
    for (int k = 0; k < 5; ++k) give("Patient/" + std::to_string(i), "Observation/" + std::to_string(5 * i + k));
  }
  commit();
  for (int i = 0; i < 2'000; ++i) give("Patient/" + std::to_string(i), "Observation/x" + std::to_string(i));
  const std::clock_t start = std::clock();
  for (int i = 0; i < 10'000; ++i) {
    const std::string patient = "Patient/" + std::to_string(i / 5);
    const std::string identity = "Observation/" + std::to_string(i);
    ASSERT_THAT(holders(identity), ElementsAre(patient));
    take(patient, identity);
  }
  EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 4) << "seconds; one look through all of them each takes minutes";
}

TEST_F(PatientHoldersTest, TheMemoryOfALargeTransactionIsGivenBack) {
  for (int i = 0; i < 20'000; ++i) store_.touch("Patient/" + std::to_string(i));
  store_.rollback();
  for (int i = 0; i < 200; ++i) {
    store_.touch("Patient/1");
    store_.rollback();
  }
  EXPECT_LE(store_.pooled(), 100U);
}

}  // namespace
}  // namespace coagwatch::daemon

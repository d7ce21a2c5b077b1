#include "daemon/fold/patient_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {
namespace {

/// Touches the patient and marks the state, so that versions can be told apart.
void mark(PatientStore& store, std::string_view key, std::uint32_t value) {
  PatientStore::Touched& touched = store.touch(key);
  touched.state.evicted = value;
  store.encode(touched);
}

rules::Episode episode(std::string criterion, rules::EpisodeState state) {
  rules::Episode made;
  made.criterion = std::move(criterion);
  made.state = state;
  return made;
}

/// As mark(), with the episodes that the patient has then.
void mark_episodes(PatientStore& store, std::string_view key, std::vector<rules::Episode> episodes) {
  PatientStore::Touched& touched = store.touch(key);
  touched.state.episodes = std::move(episodes);
  store.encode(touched);
}

std::uint32_t read(PatientStore& store, std::string_view key) {
  const std::uint32_t value = store.touch(key).state.evicted;
  store.rollback();
  return value;
}

TEST(PatientStore, CommitKeepsWhatWasTouched) {
  PatientStore store;
  mark(store, "Patient/1", 5);
  mark(store, "Patient/2", 6);
  EXPECT_EQ(store.touched_count(), 2U);
  EXPECT_EQ(store.size(), 0U);
  store.commit();
  EXPECT_EQ(store.touched_count(), 0U);
  EXPECT_EQ(store.size(), 2U);
  EXPECT_EQ(read(store, "Patient/1"), 5U);
  EXPECT_EQ(read(store, "Patient/2"), 6U);
}

TEST(PatientStore, RollbackForgetsIt) {
  PatientStore store;
  mark(store, "Patient/1", 5);
  store.commit();
  mark(store, "Patient/1", 7);
  mark(store, "Patient/new", 8);
  store.rollback();
  EXPECT_EQ(read(store, "Patient/1"), 5U);
  EXPECT_EQ(store.size(), 1U);
}

TEST(PatientStore, ASecondTouchSeesTheFirst) {
  PatientStore store;
  store.touch("Patient/1").state.evicted = 3;
  EXPECT_EQ(store.touch("Patient/1").state.evicted, 3U);
  EXPECT_EQ(store.touched_count(), 1U);
}

TEST(PatientStore, AReusedObjectBringsNothingAlong) {
  PatientStore store;
  store.touch("Patient/1").assessed = true;
  store.touch("Patient/1").state.evicted = 3;
  store.rollback();
  const PatientStore::Touched& other = store.touch("Patient/2");
  EXPECT_FALSE(other.assessed);
  EXPECT_EQ(other.state.evicted, 0U);
}

TEST(PatientStore, EncodeTellsWhetherAnythingChanged) {
  PatientStore store;
  mark(store, "Patient/1", 5);
  store.commit();
  PatientStore::Touched& touched = store.touch("Patient/1");
  EXPECT_FALSE(store.encode(touched));
  touched.state.evicted = 6;
  EXPECT_TRUE(store.encode(touched));
}

TEST(PatientStore, APatientOfWhomNothingIsKnownIsNotKept) {
  PatientStore store;
  EXPECT_FALSE(store.encode(store.touch("Patient/1")));
  store.commit();
  EXPECT_EQ(store.size(), 0U);
  mark(store, "Patient/1", 5);
  store.commit();
  // Of whom nothing is left a tombstone is written.
  store.touch("Patient/1").state.clear();
  EXPECT_TRUE(store.encode(store.touch("Patient/1")));
  EXPECT_TRUE(store.touch("Patient/1").gone);
  store.commit();
  EXPECT_EQ(store.size(), 0U);
  EXPECT_EQ(store.bytes(), 0U);
  EXPECT_EQ(read(store, "Patient/1"), 0U);
}

TEST(PatientStore, CountsTheRunningEpisodesOfCommittedPatients) {
  using testing::ElementsAre;
  const rules::Episode a = episode("a", rules::EpisodeState::open);
  const rules::Episode b = episode("b", rules::EpisodeState::resolving);
  PatientStore store({"a", "b"});
  EXPECT_THAT(store.open_episodes(), ElementsAre(0, 0));
  mark_episodes(store, "Patient/1", {a});
  mark_episodes(store, "Patient/2", {a, b});
  EXPECT_THAT(store.open_episodes(), ElementsAre(0, 0)) << "not committed yet";
  store.commit();
  EXPECT_THAT(store.open_episodes(), ElementsAre(2, 1));
  mark_episodes(store, "Patient/1", {});
  mark_episodes(store, "Patient/3", {b});
  store.rollback();
  EXPECT_THAT(store.open_episodes(), ElementsAre(2, 1));
  // The object that served another patient before brings nothing along.
  mark_episodes(store, "Patient/3", {b});
  mark_episodes(store, "Patient/2", {episode("a", rules::EpisodeState::closed), b});
  mark(store, "Patient/1", 5);
  store.commit();
  EXPECT_THAT(store.open_episodes(), ElementsAre(1, 2));
}

TEST(PatientStore, ARestoreCountsTheSameEpisodes) {
  using testing::ElementsAre;
  const auto encoded = [](std::vector<rules::Episode> episodes) {
    rules::PatientState state;
    state.episodes = std::move(episodes);
    std::string bytes;
    encode_state(state, bytes);
    return bytes;
  };
  const rules::Episode a = episode("a", rules::EpisodeState::open);
  const rules::Episode b = episode("b", rules::EpisodeState::open);
  PatientStore store({"a", "b"});
  EXPECT_EQ(store.restore("Patient/1", encoded({a})), std::nullopt);
  EXPECT_EQ(store.restore("Patient/2", encoded({a, b})), std::nullopt);
  EXPECT_EQ(store.restore("Patient/1", encoded({b})), std::nullopt);
  EXPECT_THAT(store.open_episodes(), ElementsAre(1, 2));
  EXPECT_EQ(store.restore("Patient/2", std::nullopt), std::nullopt);
  EXPECT_EQ(store.restore("Patient/3", std::nullopt), std::nullopt);
  EXPECT_THAT(store.open_episodes(), ElementsAre(0, 1));
  mark_episodes(store, "Patient/1", {});
  store.commit();
  EXPECT_THAT(store.open_episodes(), ElementsAre(0, 0));
}

TEST(PatientStore, RestoreTakesTheLastValueAndTombstones) {
  rules::PatientState state;
  std::string first;
  std::string second;
  state.evicted = 1;
  encode_state(state, first);
  state.evicted = 2;
  encode_state(state, second);
  PatientStore store;
  EXPECT_EQ(store.restore("a", first), std::nullopt);
  EXPECT_EQ(store.restore("a", second), std::nullopt);
  EXPECT_EQ(store.restore("b", first), std::nullopt);
  EXPECT_EQ(store.restore("b", std::nullopt), std::nullopt);
  EXPECT_EQ(store.size(), 1U);
  EXPECT_EQ(store.bytes(), second.size());
  EXPECT_EQ(read(store, "a"), 2U);
  EXPECT_NE(store.restore("c", "\x09garbage"), std::nullopt);
}

}  // namespace
}  // namespace coagwatch::daemon

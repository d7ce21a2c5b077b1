// Patients divided anew among another number of partitions (daemon/fold/repartition.md): what comes later is scored as
// if there had always been as many.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "daemon/routing/divided_folds_fixture.h"
#include "daemon/routing/linked_feed_fixture.h"

namespace coagwatch::daemon {
namespace {

struct Change {
  std::int32_t from;
  std::int32_t to;
};
constexpr Change kChanges[] = {{5, 3}, {3, 5}, {1, 4}, {4, 1}, {4, 4}};

/// Alerts by patient, in order.
std::map<std::string, std::vector<std::string>> alerts_of(const LinksSink& sink) {
  std::map<std::string, std::vector<std::string>> all;
  for (const Published& alert : sink.alerts) all[*alert.key].push_back(*alert.value);
  return all;
}

/// What is kept, by partition and patient: whole, or of how patients belong together.
std::map<std::string, std::string> kept(const DividedFolds& folds, bool whole) {
  std::map<std::string, std::string> all;
  for (const auto& [partition, patients] : folds.states()) {
    for (const auto& [key, value] : patients) {
      rules::PatientState state;
      EXPECT_EQ(decode_state(*value, state), std::nullopt);
      std::string text = *value;
      if (!whole) {
        if (state.links.empty() && !rules::is_elsewhere(key)) continue;
        text.assign(state.is_copy ? "copy" : "own").append(" into ").append(state.view(state.merged_into));
        text.append(" beside ").append(state.view(state.copied_to));
        for (const rules::StoredLink& link : state.links) {
          text.append(" ").append(state.view(link.claimant)).append(">").append(state.view(link.into));
        }
        if (rules::is_elsewhere(key)) text.append(" results ").append(std::to_string(state.results.size()));
      }
      std::ranges::replace(text, '\0', whole ? '\0' : '*');
      std::string name = std::to_string(partition) + " " + key;
      std::ranges::replace(name, '\0', '*');
      all[name] = text;
    }
  }
  return all;
}

/// Running episodes that somebody was told of: patient, criterion, since when, peak.
std::set<std::string> told_episodes(const DividedFolds& folds) {
  std::set<std::string> all;
  for (const auto& [partition, patients] : folds.states()) {
    for (const auto& [key, value] : patients) {
      rules::PatientState state;
      EXPECT_EQ(decode_state(*value, state), std::nullopt);
      for (const rules::Episode& episode : state.episodes) {
        if (!rules::is_running(episode) || (episode.marks & rules::kEpisodePublished) == 0) continue;
        all.insert(key + " " + episode.criterion + " " + std::to_string(episode.onset.micros) + " " +
                   std::to_string(episode.peak));
      }
    }
  }
  return all;
}

/// What the folds publish of the patients in the end is the same, but for how it came to that.
void expect_same_statuses(const DividedFolds& folds, const DividedFolds& others) {
  const auto found = without_history(folds.statuses());
  const auto expected = without_history(others.statuses());
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

void apply(DividedFolds& folds, const std::vector<std::string>& feed, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    folds.apply(feed[i]);
    ASSERT_TRUE(folds.deliver_all()) << "they do not come to an end";
  }
}

std::vector<std::string> without_links(std::vector<std::string> feed) {
  std::erase_if(feed, [](const std::string& text) { return text.find("\"link\"") != std::string::npos; });
  return feed;
}

TEST(Repartition, WhoIsNobodyElseIsScoredAsIfThereHadAlwaysBeenSoMany) {
  for (const Change& change : kChanges) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE(std::to_string(change.from) + " to " + std::to_string(change.to) + ", seed " + std::to_string(seed));
      const std::vector<std::string> feed = without_links(random_feed(seed, 9, 160));
      const std::size_t half = feed.size() / 2;
      DividedFolds always(change.to);
      apply(always, feed, 0, half);
      DividedFolds changed(change.from);
      apply(changed, feed, 0, half);
      changed.repartition(change.to);
      EXPECT_EQ(changed.settled(), 0U);
      EXPECT_EQ(kept(changed, true), kept(always, true));
      apply(always, feed, half, feed.size());
      apply(changed, feed, half, feed.size());
      EXPECT_EQ(kept(changed, true), kept(always, true));
      EXPECT_EQ(alerts_of(changed.sink()), alerts_of(always.sink()));
      EXPECT_EQ(changed.statuses(), always.statuses());
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Repartition, WhoIsSomebodyElseIsKeptAsIfThereHadAlwaysBeenSoMany) {
  for (const Change& change : kChanges) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE(std::to_string(change.from) + " to " + std::to_string(change.to) + ", seed " + std::to_string(seed));
      const std::vector<std::string> feed = random_feed(seed, 9, 160);
      const std::size_t half = feed.size() / 2;
      DividedFolds always(change.to);
      apply(always, feed, 0, half);
      DividedFolds stays(change.from);
      apply(stays, feed, 0, half);
      DividedFolds changed(change.from);
      apply(changed, feed, 0, half);
      changed.repartition(change.to);
      EXPECT_EQ(changed.settled(), 0U) << "everybody was settled";
      EXPECT_EQ(kept(changed, false), kept(always, false));
      if (testing::Test::HasFailure()) return;
      apply(always, feed, half, feed.size());
      apply(stays, feed, half, feed.size());
      apply(changed, feed, half, feed.size());
      EXPECT_EQ(kept(changed, false), kept(always, false));
      expect_same_statuses(changed, always);
      // What is told while partitions hear of each other depends on their number and the order; what stands does not.
      const std::set<std::string> told = told_episodes(changed);
      const std::set<std::string> others[] = {told_episodes(always), told_episodes(stays)};
      for (const std::string& each : told) EXPECT_TRUE(others[0].contains(each) || others[1].contains(each)) << each;
      for (const std::string& each : others[0]) EXPECT_TRUE(told.contains(each) || !others[1].contains(each)) << each;
      if (testing::Test::HasFailure()) return;
    }
  }
}

// Where the site divides patients, partitions know nothing of each other: who is linked is one where they are together.
// The folds are asked to make and undo what changes thereby.
TEST(Repartition, WhereTheSiteDividesPatientsLinksCountAmongThoseWhoAreTogether) {
  std::size_t settled = 0;
  for (const Change& change : kChanges) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE(std::to_string(change.from) + " to " + std::to_string(change.to) + ", seed " + std::to_string(seed));
      const std::vector<std::string> feed = random_feed(seed, 9, 160);
      const std::size_t half = feed.size() / 2;
      DividedFolds always(change.to, false);
      apply(always, feed, 0, half);
      DividedFolds changed(change.from, false);
      apply(changed, feed, 0, half);
      changed.repartition(change.to);
      settled += changed.settled();
      ASSERT_TRUE(changed.deliver_all());
      expect_same_statuses(changed, always);
      if (testing::Test::HasFailure()) return;
      apply(always, feed, half, feed.size());
      apply(changed, feed, half, feed.size());
      expect_same_statuses(changed, always);
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(settled, 0U);
}

// Where the site's topic got more partitions while it was scored, what had gone astray is put together.
TEST(Repartition, WhatWentAstrayIsJoinedWithWhatHisOwnPartitionKnows) {
  std::size_t joined = 0;
  std::size_t told_by_both = 0;
  for (const bool routed : {false, true}) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      SCOPED_TRACE((routed ? "routed, seed " : "keyed, seed ") + std::to_string(seed));
      const std::vector<std::string> feed = without_links(random_feed(seed, 9, 160));
      const std::size_t half = feed.size() / 2;
      DividedFolds always(3, routed);
      apply(always, feed, 0, feed.size());
      DividedFolds before(4, false);
      apply(before, feed, 0, half);
      DividedFolds grown(6, false);
      apply(grown, feed, half, feed.size());
      DividedFolds after(3, routed);
      const std::set<std::string> both = after.take(before, grown);
      EXPECT_EQ(after.settled(), both.size());
      ASSERT_TRUE(after.deliver_all());
      const auto found = without_history(after.statuses());
      const auto expected = without_history(always.statuses());
      const std::set<std::string> told = told_episodes(after);
      const std::set<std::string> all = told_episodes(always);
      for (const std::string& patient : both) {
        const auto it = found.find(patient);
        const auto as = expected.find(patient);
        ASSERT_EQ(it != found.end(), as != expected.end()) << patient;
        if (it == found.end()) continue;
        EXPECT_EQ(it->second, as->second);
        for (const std::string& each : all) {
          if (!each.starts_with(patient + " ")) continue;
          EXPECT_TRUE(told.contains(each)) << each;
        }
      }
      for (const std::string& each : told) told_by_both += both.contains(each.substr(0, each.find(' '))) ? 1 : 0;
      joined += both.size();
      std::set<std::string> identifiers;
      for (DividedFolds* folds : {&before, &grown, &after}) {
        for (const Published& alert : folds->sink().alerts) {
          if (!both.contains(*alert.key)) continue;
          EXPECT_TRUE(identifiers.insert(*alert.value).second) << "the same record twice";
        }
      }
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(joined, 20U);
  EXPECT_GT(told_by_both, 0U);
}

TEST(Repartition, WhereNothingGrewAPatientOfAnotherPartitionIsRefused) {
  const auto partition_of = [](std::string_view key, std::int32_t among) { return partition_of_key(key, among); };
  rules::PatientState state;
  std::string value;
  state.next_arrival = 1;
  state.results.push_back({});
  encode_state(state, value);
  int astray = 0;
  for (std::int32_t p = 0; p < 4; ++p) {
    const std::string key = "Patient/1";
    const bool is_home = partition_of_key(key, 4) == p;
    const bool is_next = partition_of_key(key, 5) == p || partition_of_key(key, 6) == p;
    EXPECT_EQ(check_place({4, partition_of, false, 0}, p, key, value).has_value(), !is_home);
    EXPECT_EQ(check_place({4, partition_of, false, 6}, p, key, value).has_value(), !is_home && !is_next);
    EXPECT_EQ(check_place({4, partition_of, true, 6}, p, key, value).has_value(), !is_home)
        << "the router knows better";
    astray += is_next && !is_home ? 1 : 0;
  }
  EXPECT_LT(astray, 3);
}

}  // namespace
}  // namespace coagwatch::daemon

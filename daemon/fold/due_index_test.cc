#include "daemon/fold/due_index.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

namespace coagwatch::daemon {
namespace {

using rules::Timestamp;

/// Patients "a", "b", ... in slots 0, 1, ...
std::string_view patient_of(DueIndex::Slot slot) {
  return std::string_view("abcdefghijklmnopqrstuvwxyz").substr(slot, 1);
}

std::string take(DueIndex& index, Timestamp until) {
  const auto due = index.first(until);
  if (!due) return "";
  std::string patient(due->patient);
  index.pop();
  return patient;
}

TEST(DueIndexTest, TellsInTheOrderOfTimeThenPatient) {
  DueIndex index(patient_of);
  EXPECT_FALSE(index.first_time().known());
  index.note(1, Timestamp{5});
  index.note(0, Timestamp{5});
  index.note(2, Timestamp{4});
  index.note(3, Timestamp::none());
  EXPECT_EQ(index.first_time(), Timestamp{4});
  EXPECT_EQ(take(index, Timestamp{3}), "");
  EXPECT_EQ(take(index, Timestamp{5}), "c");
  EXPECT_EQ(take(index, Timestamp{5}), "a");
  EXPECT_EQ(take(index, Timestamp{5}), "b");
  EXPECT_EQ(take(index, Timestamp{99}), "");
}

TEST(DueIndexTest, AnEarlierTimeReplacesALaterOneAndNotTheOtherWayRound) {
  DueIndex index(patient_of);
  index.note(0, Timestamp{5});
  index.note(0, Timestamp{7});
  EXPECT_EQ(index.first_time(), Timestamp{5});
  index.note(0, Timestamp{3});
  EXPECT_EQ(index.first(Timestamp{9})->time, Timestamp{3});
  EXPECT_EQ(take(index, Timestamp{9}), "a");
  EXPECT_EQ(take(index, Timestamp{9}), "") << "one entry a patient";
}

TEST(DueIndexTest, ASlotMayBeAnothersAfterwards) {
  DueIndex index(patient_of);
  index.note(0, Timestamp{5});
  index.forget(0);
  EXPECT_FALSE(index.first_time().known());
  index.note(0, Timestamp{8});
  EXPECT_EQ(index.first_time(), Timestamp{8});
  index.clear();
  EXPECT_FALSE(index.first_time().known());
}

/// As a sorted set would, whatever is called in whatever order.
TEST(DueIndexTest, AgreesWithASortedSet) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    DueIndex index(patient_of);
    std::set<std::pair<Timestamp, DueIndex::Slot>> set;
    std::array<Timestamp, 26> noted;
    noted.fill(Timestamp::none());
    for (int i = 0; i < 2000; ++i) {
      const auto slot = static_cast<DueIndex::Slot>(random() % 26);
      const Timestamp time{static_cast<std::int64_t>(random() % 6)};
      switch (random() % 8) {
        case 0:
          index.forget(slot);
          set.erase({noted[slot], slot});
          noted[slot] = Timestamp::none();
          break;
        case 1:
        case 2: {
          const bool any = !set.empty() && set.begin()->first <= time;
          ASSERT_EQ(take(index, time), any ? patient_of(set.begin()->second) : "") << seed << " " << i;
          if (!any) break;
          noted[set.begin()->second] = Timestamp::none();
          set.erase(set.begin());
          break;
        }
        default:
          index.note(slot, time);
          if (noted[slot].known() && noted[slot] <= time) break;
          set.erase({noted[slot], slot});
          noted[slot] = time;
          set.emplace(time, slot);
      }
      ASSERT_EQ(index.first_time(), set.empty() ? Timestamp::none() : set.begin()->first) << seed << " " << i;
    }
  }
}

}  // namespace
}  // namespace coagwatch::daemon

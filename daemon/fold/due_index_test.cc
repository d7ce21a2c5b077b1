#include "daemon/fold/due_index.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

using rules::Timestamp;

TEST(DueIndexTest, TellsInTheOrderOfTimeThenPatient) {
  DueIndex index;
  EXPECT_FALSE(index.first().known());
  index.note("b", Timestamp{5});
  index.note("a", Timestamp{5});
  index.note("c", Timestamp{4});
  index.note("d", Timestamp::none());
  EXPECT_EQ(index.first(), Timestamp{4});
  EXPECT_FALSE(index.take(Timestamp{3}));
  EXPECT_EQ(index.take(Timestamp{5})->patient, "c");
  EXPECT_EQ(index.take(Timestamp{5})->patient, "a");
  EXPECT_EQ(index.take(Timestamp{5})->patient, "b");
  EXPECT_FALSE(index.take(Timestamp{99}));
}

TEST(DueIndexTest, AnEarlierTimeReplacesALaterOneAndNotTheOtherWayRound) {
  DueIndex index;
  index.note("a", Timestamp{5});
  index.note("a", Timestamp{7});
  EXPECT_EQ(index.first(), Timestamp{5});
  index.note("a", Timestamp{3});
  EXPECT_EQ(index.take(Timestamp{9})->time, Timestamp{3});
  EXPECT_FALSE(index.take(Timestamp{9})) << "one entry a patient";
}

}  // namespace
}  // namespace coagwatch::daemon

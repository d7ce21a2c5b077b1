#include "tests/simulation/simulated_log.h"

#include <gtest/gtest.h>

namespace coagwatch::simulation {
namespace {

LogRecord record(std::string key, std::string value, TransactionId transaction = 0) {
  LogRecord made;
  made.key = std::move(key);
  made.value = std::move(value);
  made.transaction = transaction;
  return made;
}

/// Everything that a read_committed reader sees, and where it ends up.
struct Seen {
  std::vector<std::string> values;
  std::int64_t position = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};
void PrintTo(const Seen& seen, std::ostream* out) {
  for (const std::string& value : seen.values) *out << value << ' ';
  *out << "@" << seen.position;
}
Seen read_from(const SimulatedLog& log, std::int64_t position) {
  Seen seen;
  seen.position = position;
  while (const LogRecord* next = log.read_committed(seen.position)) {
    seen.values.push_back(next->value.value_or("(tombstone)"));
  }
  return seen;
}

TEST(SimulatedLog, PlainRecordsAreSeenAtOnceInOrder) {
  SimulatedLog log;
  EXPECT_EQ(log.append(record("k", "a")), 0);
  EXPECT_EQ(log.append(record("k", "b")), 1);
  EXPECT_EQ(read_from(log, 0), (Seen{{"a", "b"}, 2}));
  EXPECT_EQ(read_from(log, 1), (Seen{{"b"}, 2}));
  EXPECT_EQ(log.last_stable(), 2);
}

TEST(SimulatedLog, OpenTransactionHoldsBackEverythingBehindIt) {
  SimulatedLog log;
  log.append(record("k", "a"));
  log.append(record("k", "open", 7));
  log.append(record("k", "b"));
  EXPECT_EQ(log.last_stable(), 1);
  EXPECT_EQ(log.end(), 3);
  EXPECT_EQ(read_from(log, 0), (Seen{{"a"}, 1}));
  log.end_transaction(7, true);
  EXPECT_EQ(log.last_stable(), 4);
  EXPECT_EQ(read_from(log, 1), (Seen{{"open", "b"}, 4}));
}

TEST(SimulatedLog, AbortedRecordsAreNeverSeenAndMarkersTakeOffsets) {
  SimulatedLog log;
  log.append(record("k", "gone", 7));
  log.append(record("k", "a"));
  log.end_transaction(7, false);
  EXPECT_EQ(log.end(), 3);
  EXPECT_EQ(read_from(log, 0), (Seen{{"a"}, 3}));
}

TEST(SimulatedLog, TheOldestOfSeveralOpenTransactionsIsTheLastStableOffset) {
  SimulatedLog log;
  log.append(record("k", "a", 1));
  log.append(record("k", "b", 2));
  EXPECT_EQ(log.last_stable(), 0);
  log.end_transaction(2, true);
  EXPECT_EQ(log.last_stable(), 0);
  EXPECT_TRUE(read_from(log, 0).values.empty());
  log.end_transaction(1, false);
  EXPECT_EQ(log.last_stable(), 4);
  EXPECT_EQ(read_from(log, 0), (Seen{{"b"}, 4}));
}

TEST(SimulatedLog, AMarkerWithoutRecordsStillTakesAnOffset) {
  SimulatedLog log;
  log.end_transaction(3, true);
  EXPECT_EQ(log.end(), 1);
  EXPECT_EQ(read_from(log, 0), (Seen{{}, 1}));
}

TEST(SimulatedLog, CompactionKeepsTheLastValueOfEachKeyAndLeavesHoles) {
  SimulatedLog log;
  log.append(record("k", "old"));
  log.append(record("l", "kept"));
  log.append(record("k", "aborted", 5));
  log.end_transaction(5, false);
  log.append(record("k", "new"));
  log.compact(log.end(), false);
  EXPECT_EQ(read_from(log, 0), (Seen{{"kept", "new"}, 5}));
  EXPECT_EQ(log.end(), 5);
}

TEST(SimulatedLog, CompactionNeverReachesPastItsLimitOrTheLastStableOffset) {
  SimulatedLog log;
  log.append(record("k", "a"));
  log.append(record("k", "b"));
  log.compact(1, false);
  EXPECT_EQ(read_from(log, 0), (Seen{{"a", "b"}, 2}));
  log.append(record("k", "c", 9));
  log.compact(log.end(), false);
  EXPECT_EQ(read_from(log, 0), (Seen{{"b"}, 2}));
  log.end_transaction(9, true);
  EXPECT_EQ(read_from(log, 0), (Seen{{"b", "c"}, 4}));
}

TEST(SimulatedLog, TombstonesStayUntilTheyAreDropped) {
  SimulatedLog log;
  log.append(record("k", "a"));
  LogRecord tombstone;
  tombstone.key = "k";
  log.append(tombstone);
  log.compact(log.end(), false);
  EXPECT_EQ(read_from(log, 0), (Seen{{"(tombstone)"}, 2}));
  log.compact(log.end(), true);
  EXPECT_EQ(read_from(log, 0), (Seen{{}, 2}));
}

TEST(SimulatedLog, RetentionMovesTheStart) {
  SimulatedLog log;
  log.append(record("k", "a"));
  log.append(record("k", "b"));
  log.delete_before(1);
  EXPECT_EQ(log.start(), 1);
  EXPECT_EQ(read_from(log, 1), (Seen{{"b"}, 2}));
  log.delete_before(100);
  EXPECT_EQ(log.start(), 2);
}

TEST(SimulatedLog, TruncationTakesRecordsAndOpenTransactionsAway) {
  SimulatedLog log;
  log.append(record("k", "a"));
  log.append(record("k", "b", 4));
  log.truncate_to(1);
  EXPECT_EQ(log.end(), 1);
  EXPECT_EQ(log.last_stable(), 1);
  EXPECT_EQ(log.append(record("k", "c")), 1);
  EXPECT_EQ(read_from(log, 0), (Seen{{"a", "c"}, 2}));
}

}  // namespace
}  // namespace coagwatch::simulation

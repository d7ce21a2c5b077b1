#include "tests/simulation/simulated_transactions.h"

#include <gtest/gtest.h>

#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SimulatedTransactionsTest : public testing::Test {
 protected:
  /// Writes one record in the producer's transaction.
  TransactionError write(const std::string& id, const ProducerIdentity& producer, const std::string& value,
                         const std::string& topic = "t") {
    TransactionId transaction = 0;
    const auto error = cluster_.transactions().add_partition(id, producer, {topic, 0}, cluster_.now(), transaction);
    if (error != TransactionError::none) return error;
    LogRecord record;
    record.value = value;
    record.transaction = transaction;
    cluster_.append(topic, 0, std::move(record));
    return error;
  }
  /// What a reader of committed data sees after everything had time to arrive.
  std::vector<std::string> committed(const std::string& topic = "t") {
    for (int i = 0; i < 50; ++i) cluster_.advance(milliseconds(100));
    return visible(topic);
  }
  std::vector<std::string> visible(const std::string& topic = "t") {
    std::vector<std::string> values;
    std::int64_t position = 0;
    while (const LogRecord* next = cluster_.log(topic, 0).read_committed(position)) values.push_back(*next->value);
    return values;
  }
  ProducerIdentity init(const std::string& id, Time timeout = seconds(600)) {
    return cluster_.transactions().initialise(id, timeout, cluster_.now());
  }

  SimulatedKafka cluster_{{}, 1};
};

TEST_F(SimulatedTransactionsTest, CommittedDataIsVisibleAndAbortedIsNot) {
  const ProducerIdentity producer = init("p");
  EXPECT_EQ(write("p", producer, "a"), TransactionError::none);
  EXPECT_TRUE(committed().empty());
  EXPECT_EQ(cluster_.transactions().end("p", producer, true, cluster_.now()), TransactionError::none);
  EXPECT_EQ(write("p", producer, "b"), TransactionError::none);
  EXPECT_EQ(cluster_.transactions().end("p", producer, false, cluster_.now()), TransactionError::none);
  EXPECT_EQ(write("p", producer, "c"), TransactionError::none);
  EXPECT_EQ(cluster_.transactions().end("p", producer, true, cluster_.now()), TransactionError::none);
  EXPECT_EQ(committed(), (std::vector<std::string>{"a", "c"}));
  EXPECT_TRUE(cluster_.transactions().settled());
}

TEST_F(SimulatedTransactionsTest, MarkersReachThePartitionsAtDifferentMoments) {
  const ProducerIdentity producer = init("p");
  bool seen_apart = false;
  for (int i = 0; i < 50 && !seen_apart; ++i) {
    write("p", producer, "x", "t");
    write("p", producer, "x", "u");
    cluster_.transactions().end("p", producer, true, cluster_.now());
    cluster_.advance(milliseconds(1));
    seen_apart = visible("t").size() != visible("u").size();
    committed();
  }
  EXPECT_TRUE(seen_apart);
}

TEST_F(SimulatedTransactionsTest, ANewProducerFencesTheOldOneAndEndsWhatItHadOpen) {
  const ProducerIdentity old = init("p");
  write("p", old, "lost");
  const ProducerIdentity fresh = init("p");
  EXPECT_EQ(fresh.id, old.id);
  EXPECT_EQ(fresh.epoch, old.epoch + 1);
  EXPECT_EQ(write("p", old, "never"), TransactionError::fenced);
  EXPECT_EQ(cluster_.transactions().end("p", old, true, cluster_.now()), TransactionError::fenced);
  EXPECT_TRUE(committed().empty());
  write("p", fresh, "kept");
  cluster_.transactions().end("p", fresh, true, cluster_.now());
  EXPECT_EQ(committed(), (std::vector<std::string>{"kept"}));
}

TEST_F(SimulatedTransactionsTest, ANewProducerDoesNotUndoADecidedCommit) {
  const ProducerIdentity old = init("p");
  write("p", old, "kept");
  cluster_.transactions().end("p", old, true, cluster_.now());
  init("p");
  EXPECT_EQ(visible(), (std::vector<std::string>{"kept"}));
}

TEST_F(SimulatedTransactionsTest, TheTimeoutAbortsAndFences) {
  const ProducerIdentity producer = init("p", seconds(10));
  write("p", producer, "late");
  cluster_.advance(seconds(9));
  EXPECT_EQ(write("p", producer, "still fine"), TransactionError::none);
  cluster_.advance(seconds(11));
  EXPECT_EQ(cluster_.transactions().end("p", producer, true, cluster_.now()), TransactionError::fenced);
  EXPECT_TRUE(committed().empty());
  EXPECT_TRUE(cluster_.transactions().settled());
}

TEST_F(SimulatedTransactionsTest, EndingTwiceAlikeIsFineOtherwiseItIsAnError) {
  const ProducerIdentity producer = init("p");
  EXPECT_EQ(cluster_.transactions().end("p", producer, true, cluster_.now()), TransactionError::invalid_state);
  write("p", producer, "a");
  EXPECT_EQ(cluster_.transactions().end("p", producer, true, cluster_.now()), TransactionError::none);
  EXPECT_EQ(cluster_.transactions().end("p", producer, true, cluster_.now()), TransactionError::none);
  EXPECT_EQ(cluster_.transactions().end("p", producer, false, cluster_.now()), TransactionError::invalid_state);
}

TEST_F(SimulatedTransactionsTest, ALateEndTearsTheNextTransactionOfTheSameEpoch) {
  const ProducerIdentity producer = init("p");
  write("p", producer, "first");
  cluster_.transactions().end("p", producer, true, cluster_.now());
  cluster_.send_late_end("p", producer, true, milliseconds(5));
  write("p", producer, "half");
  // Nobody committed this one, and yet (KIP-890).
  EXPECT_EQ(committed(), (std::vector<std::string>{"first", "half"}));
}

TEST_F(SimulatedTransactionsTest, ALateEndAfterANewProducerDoesNothing) {
  const ProducerIdentity old = init("p");
  write("p", old, "first");
  cluster_.transactions().end("p", old, true, cluster_.now());
  cluster_.send_late_end("p", old, true, milliseconds(5));
  const ProducerIdentity fresh = init("p");
  write("p", fresh, "half");
  EXPECT_EQ(committed(), (std::vector<std::string>{"first"}));
  EXPECT_FALSE(cluster_.late_requests());
}

}  // namespace
}  // namespace coagwatch::simulation

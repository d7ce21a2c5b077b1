#include "daemon/kafka/partition_marks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/engine/input_number.h"
#include "daemon/kafka/commit_note.h"
#include "daemon/kafka/mock_kafka.h"
#include "daemon/kafka/txn_producer.h"

namespace coagwatch::daemon::kafka {
namespace {

class PartitionMarksTest : public testing::Test {
 protected:
  /// Marks partitions of the input, each with a tombstone at `offset` and the ones after it.
  PartitionListHandle mark(const std::vector<std::int32_t>& partitions, std::int64_t offset) {
    PartitionListHandle list = marks_.begin(partitions, 7);
    for (const std::int32_t partition : partitions) *marks_.written(partition) = offset++;
    EXPECT_TRUE(marks_.committed(partitions, true));
    return list;
  }
  /// Asks for a partition where the group has committed these.
  bool is_older(std::int32_t partition, const rd_kafka_topic_partition_list_t& committed) {
    const PartitionListHandle question(rd_kafka_topic_partition_list_new(2));
    rd_kafka_topic_partition_list_add(question.get(), "in", partition);
    marks_.ask(partition, *question);
    for (int i = 0; i < question->cnt; ++i) {
      rd_kafka_topic_partition_t& entry = question->elems[i];
      const auto* found = rd_kafka_topic_partition_list_find(&committed, entry.topic, entry.partition);
      if (found != nullptr) set_metadata(entry, {static_cast<const char*>(found->metadata), found->metadata_size});
    }
    return marks_.is_older(partition, *question);
  }

  PartitionMarks marks_{"commands", 4, "group.one.0/1"};
  const PartitionListHandle nothing_{rd_kafka_topic_partition_list_new(0)};
};

TEST_F(PartitionMarksTest, AMarkIsCommittedForOnePartitionOfTheTopicOfCommands) {
  const PartitionListHandle list = mark({2, 3}, 10);
  ASSERT_EQ(list->cnt, 1);
  EXPECT_STREQ(list->elems[0].topic, "commands");
  EXPECT_EQ(list->elems[0].partition, 2);
  EXPECT_EQ(list->elems[0].offset, 7);
  EXPECT_EQ(note_of(list->elems[0]).owner, "") << "no older version takes it for a note";
  EXPECT_EQ(marks_.state_end(2), 11);
  EXPECT_EQ(marks_.state_end(3), 12);
  EXPECT_EQ(marks_.state_end(1), 0);
  EXPECT_EQ(marks_.place_for(input_number(1, 6)).partition, 2) << "of the second input topic, which has more";
}

TEST_F(PartitionMarksTest, AnAnswerWithoutTheLastMarkOfThatPartitionIsOlder) {
  EXPECT_FALSE(is_older(0, *nothing_)) << "it has none";
  const PartitionListHandle first = mark({0, 1}, 10);
  EXPECT_FALSE(is_older(0, *first));
  EXPECT_FALSE(is_older(1, *first));
  EXPECT_TRUE(is_older(1, *nothing_));
  const PartitionListHandle second = mark({1}, 20);
  EXPECT_TRUE(is_older(1, *first));
  EXPECT_FALSE(is_older(1, *second));
  EXPECT_FALSE(is_older(0, *first)) << "its own";
}

TEST_F(PartitionMarksTest, OneOfAnotherWorkerInItsPlaceIsNotIt) {
  const PartitionListHandle ours = mark({0}, 10);
  PartitionMarks others("commands", 4, "group.two.0/1");
  const PartitionListHandle theirs = others.begin(std::vector<std::int32_t>{input_number(1, 0)}, 7);
  EXPECT_TRUE(is_older(0, *theirs));
}

TEST_F(PartitionMarksTest, ATombstoneOfWhichNobodyTellsWhereItIsMakesNoMark) {
  const std::vector<std::int32_t> partitions{0, 1};
  const PartitionListHandle list = marks_.begin(partitions, 7);
  *marks_.written(0) = 5;
  EXPECT_FALSE(marks_.committed(partitions, true));
  EXPECT_EQ(marks_.state_end(0), 0);
  EXPECT_TRUE(marks_.committed(partitions, false)) << "a router writes none";
  EXPECT_EQ(marks_.state_end(0), 0);
}

#ifndef __SANITIZE_THREAD__
// Where it was written is known as soon as it is committed.
TEST(TxnProducerOffsets, AreToldByTheTimeOfTheCommit) {
  MockKafka kafka;
  kafka.create_topic("out");
  kafka.create_topic("in");
  TxnProducer::Settings settings;
  settings.client.brokers = kafka.brokers();
  settings.client.group = "group";
  settings.client.client_id = "client";
  settings.client.transactional_id = "id";
  settings.topics.fill("out");
  settings.max_record_bytes.fill(1'000'000);
  TxnProducer producer(std::move(settings), std::make_shared<RateLimitedLog>(nullptr));
  while (!producer.replace()) {
  }
  const GroupMetadataHandle member(rd_kafka_consumer_group_metadata_new("group"));
  for (std::int64_t expected = 1; expected < 200; expected += 2) {
    ASSERT_TRUE(producer.begin());
    OutputRecord record;
    record.key = "k";
    ASSERT_EQ(producer.produce(record), ProduceOutcome::queued);
    std::int64_t written = -1;
    ASSERT_EQ(producer.produce(record, &written), ProduceOutcome::queued);
    const PartitionListHandle offsets(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(offsets.get(), "in", 0)->offset = 5;
    ASSERT_EQ(producer.commit(*offsets, *member), CommitOutcome::committed);
    ASSERT_EQ(written, expected);
  }
}
#endif

}  // namespace
}  // namespace coagwatch::daemon::kafka

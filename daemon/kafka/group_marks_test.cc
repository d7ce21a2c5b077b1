#include "daemon/kafka/group_marks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/input_number.h"
#include "daemon/kafka/commit_note.h"
#include "daemon/kafka/mock_kafka.h"
#include "daemon/kafka/txn_producer.h"

namespace coagwatch::daemon::kafka {
namespace {

class GroupMarksTest : public testing::Test {
 protected:
  GroupMarks::Mark mark(const std::vector<std::int32_t>& partitions) {
    GroupMarks::Mark made = marks_.make(partitions.front());
    marks_.committed(partitions, made);
    return made;
  }
  /// Asks for a mark where the group has committed this one.
  static bool is_outdated(const GroupMarks::Mark& mark, const GroupMarks::Mark& committed) {
    const PartitionListHandle question(rd_kafka_topic_partition_list_new(2));
    rd_kafka_topic_partition_list_add(question.get(), "in", 0);
    GroupMarks::ask(mark, *question);
    rd_kafka_topic_partition_t& entry = question->elems[1];
    if (entry.partition == committed.partition) set_metadata(entry, committed.text);
    return GroupMarks::is_outdated(mark, *question);
  }

  GroupMarks marks_{"commands", 4, "group.one.0/1"};
};

TEST_F(GroupMarksTest, AMarkIsCommittedForOnePartitionOfTheTopicOfCommands) {
  const PartitionListHandle list = GroupMarks::to_commit(mark({2, 3}), 7);
  ASSERT_EQ(list->cnt, 1);
  EXPECT_STREQ(list->elems[0].topic, "commands");
  EXPECT_EQ(list->elems[0].partition, 2);
  EXPECT_EQ(list->elems[0].offset, 7);
  EXPECT_EQ(note_of(list->elems[0]).owner, "") << "nobody takes it for a note";
}

TEST_F(GroupMarksTest, AnAnswerWithoutTheLastMarkOfThatPartitionIsOutdated) {
  EXPECT_EQ(marks_.of(0), nullptr);
  const GroupMarks::Mark first = mark({0, 1});
  EXPECT_FALSE(is_outdated(*marks_.of(0), first));
  EXPECT_FALSE(is_outdated(*marks_.of(1), first));
  EXPECT_TRUE(is_outdated(*marks_.of(1), {}));
  const GroupMarks::Mark second = mark({1});
  EXPECT_TRUE(is_outdated(*marks_.of(1), first));
  EXPECT_FALSE(is_outdated(*marks_.of(1), second));
  EXPECT_FALSE(is_outdated(*marks_.of(0), first)) << "its own";
  EXPECT_TRUE(is_outdated(first, GroupMarks("commands", 4, "group.two.0/1").make(0))) << "somebody else's";
}

TEST_F(GroupMarksTest, WhatIsNotOneOfAKindGoesSomewhereElseEachTime) {
  for (const std::int32_t first : {input_number(1, 0), input_number(0, 40)}) {
    std::set<std::int32_t> places;
    for (int i = 0; i < 4; ++i) places.insert(marks_.make(first).partition);
    EXPECT_EQ(places, (std::set<std::int32_t>{0, 1, 2, 3}));
  }
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

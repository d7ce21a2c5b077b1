#include "daemon/changelog/changelog_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/fold/state_sample.h"

namespace coagwatch::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

class ChangelogCheckTest : public ::testing::Test {
 protected:
  std::optional<std::string> put(std::int32_t partition, std::string_view key, std::optional<std::string_view> value) {
    InputRecord record;
    record.partition = partition;
    record.offset = offset_++;
    record.key = key;
    record.value = value;
    return check_.add(record);
  }
  std::optional<std::string> put_partition(std::int32_t partition, std::int64_t last_offset,
                                           std::string_view topic = "t", std::string_view owner = "g.one.0") {
    PartitionRecord record;
    record.owner = owner;
    record.last_offset = last_offset;
    record.topic_id = topic;
    record.time = rules::Timestamp{last_offset};
    std::string bytes;
    encode_partition_record(record, bytes);
    return put(partition, kPartitionRecordKey, bytes);
  }

  ChangelogCheck check_;
  const std::string patient_ = encoded(sample());
  std::int64_t offset_ = 0;
};

TEST_F(ChangelogCheckTest, CountsWhatAPartitionHoldsInTheEnd) {
  EXPECT_EQ(put(0, "Patient/1", patient_), std::nullopt);
  EXPECT_EQ(put(0, "Patient/2", patient_), std::nullopt);
  EXPECT_EQ(put(0, "Patient/1", patient_), std::nullopt);
  EXPECT_EQ(put(0, "Patient/2", std::nullopt), std::nullopt);
  EXPECT_EQ(put(0, "Patient/3", std::nullopt), std::nullopt) << "compaction may have left the tombstone alone";
  EXPECT_EQ(put_partition(0, 7), std::nullopt);
  const ChangelogPartition& partition = check_.partitions().at(0);
  EXPECT_EQ(partition.records, 6U);
  EXPECT_EQ(partition.patients, 1U);
  EXPECT_EQ(partition.bytes, patient_.size());
  EXPECT_EQ(partition.last->last_offset, 7);
  EXPECT_THAT(check_.finish(), IsEmpty());
}

TEST_F(ChangelogCheckTest, WhatWasNotWrittenToItsEndIsFound) {
  EXPECT_THAT(check_.finish(), ElementsAre(HasSubstr("no record at all")));
  PartitionRecord mark;
  mark.owner = "g.repartition";
  mark.input_topic = kUnfinishedState;
  std::string bytes;
  encode_partition_record(mark, bytes);
  EXPECT_EQ(put(1, kPartitionRecordKey, bytes), std::nullopt);
  EXPECT_EQ(put(1, "Patient/1", patient_), std::nullopt);
  EXPECT_THAT(check_.finish(), ElementsAre("partition 1: " + std::string(kUnfinishedText)));
  EXPECT_EQ(put_partition(1, 7), std::nullopt);
  EXPECT_THAT(check_.finish(), IsEmpty());
}

TEST_F(ChangelogCheckTest, WhatCannotBeReadIsFound) {
  EXPECT_THAT(put(0, "Patient/1", patient_.substr(0, 9)), Optional(HasSubstr("corrupt")));
  EXPECT_THAT(put(0, "Patient/1", "\x63"), Optional(HasSubstr("changelog")));
  EXPECT_THAT(put(0, kPartitionRecordKey, patient_), Optional(HasSubstr("another kind")));
  EXPECT_THAT(put(0, kPartitionRecordKey, std::nullopt), Optional(HasSubstr("deleted")));
  EXPECT_THAT(check_.finish(), ElementsAre(HasSubstr("partition 0: patients, but no partition record")));
}

TEST_F(ChangelogCheckTest, WhatIsWrittenInAnotherWayTodayIsFound) {
  // A count of one byte, written with two.
  std::string bytes = encoded({});
  ASSERT_EQ(bytes[5], '\0') << "next arrival";
  bytes.replace(5, 1, std::string("\x80\x00", 2));
  EXPECT_THAT(put(0, "Patient/1", bytes), Optional(HasSubstr("another way")));
}

TEST_F(ChangelogCheckTest, APatientIsInOnePartition) {
  put(0, "Patient/1", patient_);
  EXPECT_THAT(put(1, "Patient/1", patient_), Optional(HasSubstr("another partition")));
  EXPECT_EQ(check_.partitions().at(0).patients, 0U);
  EXPECT_EQ(check_.partitions().at(1).patients, 1U);
  put(1, "Patient/1", std::nullopt);
  EXPECT_EQ(put(0, "Patient/1", patient_), std::nullopt) << "moved";
}

TEST_F(ChangelogCheckTest, PartitionRecordsGoOn) {
  put_partition(0, 7);
  EXPECT_EQ(put_partition(0, 7), std::nullopt);
  EXPECT_EQ(put_partition(1, 3), std::nullopt);
  EXPECT_THAT(put_partition(0, 6), Optional(HasSubstr("goes back")));
  EXPECT_EQ(put_partition(0, 2, "t", "g.rebase"), std::nullopt) << "somebody has accepted that";
  EXPECT_EQ(put_partition(0, 1, "made anew"), std::nullopt);
}

}  // namespace
}  // namespace coagwatch::daemon

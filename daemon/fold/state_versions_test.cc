// Which versions of the changelog format are read, by values as they were stored.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/fold/state_sample.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

// As format 2 had them (commit a254e53): sample(), the same scored by a rule set, and a partition record.
constexpr std::string_view kPatientOfFormat2 =
    "02010180ecbb950d028089b589e3d8a3060702050981000000fe8c470180ecbb950d0000030e4f62736572766174696f6e2f6131098c0000"
    "0000140180ecbb950d0000030e4f62736572766174696f6e2f6131099000000000280180ecbb950d0000030e4f62736572766174696f6e2f"
    "61310980000000000a00280180ecbb950d0000030e4f62736572766174696f6e2f6131096163848402090001ff0a0180ecbb950d02022a02"
    "090301000000000000800e4f62736572766174696f6e2f6131114f62736572766174696f6e2f6f7468657201104f62736572766174696f6e"
    "2f676f6e65050302120180ecbb950d010b436f6e646974696f6e2f310107021600012a020180ecbb950d000208020c020a0209697374682d"
    "3230303102ac02010603040c370202020402060208020a20040c3f020202040206020c0208020a037369630102000503040c370202020402"
    "060208020a000000000109697374682d3230303102010108050302060180ecbb950d0180ecbb950d020402020a0200000000000080020c07"
    "000000000000000102020202040206046a61616d020802020a0601020e00000002010102030405020c046a61616d000a000a0e0500037369"
    "630300010180ecbb950d000201f8ecbb950dffdc2e2500020e010950617469656e742f310950617469656e742f320950617469656e742f32"
    "0b456e636f756e7465722f320180ecbb950d0b456e636f756e7465722f31065761726420330210";
constexpr std::string_view kScoredPatientOfFormat2 =
    "02010180ecbb950d028089b589e3d8a3060702050981000000fe8c470180ecbb950d0000030e4f62736572766174696f6e2f6131098c0000"
    "0000140180ecbb950d0000030e4f62736572766174696f6e2f6131099000000000280180ecbb950d0000030e4f62736572766174696f6e2f"
    "61310980000000000a00280180ecbb950d0000030e4f62736572766174696f6e2f6131096163848402090001ff0a0180ecbb950d02022a02"
    "090301000000000000800e4f62736572766174696f6e2f6131114f62736572766174696f6e2f6f7468657201104f62736572766174696f6e"
    "2f676f6e65050302120180ecbb950d010b436f6e646974696f6e2f310107021600012a020180ecbb950d000208020c020a0209697374682d"
    "3230303102ac02010603040c370202020402060208020a20040c3f020202040206020c0208020a037369630102000503040c370202020402"
    "060208020a000000000109697374682d3230303102010108050302060180ecbb950d0180ecbb950d020402020a0200000000000080020c07"
    "000000000000000102020202040206046a61616d020802020a0601020e00000002010102030405020c046a61616d000a000a0e0500037369"
    "630300010180ecbb950d000201f8ecbb950dffdc2e2500020e010950617469656e742f310950617469656e742f320950617469656e742f32"
    "0b456e636f756e7465722f320180ecbb950d0b456e636f756e7465722f31065761726420330210efcdab8967452301";
constexpr std::string_view kPartitionOfFormat2 =
    "0202a8e8c8e9970705746f706963010a020e0361626309080f636f616777617463682e6f6e652e30";

// As format 3 had them (commit e4511f8): sample() scored by a rule set, and a partition record.
constexpr std::string_view kScoredPatientOfFormat3 =
    "0301030180ecbb950d028089b589e3d8a3060702050981000000fe8c470180ecbb950d0000030e4f62736572766174696f6e2f6131098c00"
    "000000140180ecbb950d0000030e4f62736572766174696f6e2f6131099000000000280180ecbb950d0000030e4f62736572766174696f6e"
    "2f61310980000000000a00280180ecbb950d0000030e4f62736572766174696f6e2f6131096163848402090001ff0a0180ecbb950d02022a"
    "02090301000000000000800e4f62736572766174696f6e2f6131114f62736572766174696f6e2f6f7468657201104f62736572766174696f"
    "6e2f676f6e65050302120180ecbb950d010b436f6e646974696f6e2f310107021600012a020180ecbb950d000208020c020a020602096973"
    "74682d3230303102ac02010603040c370202020402060208020a20040c3f020202040206020c0208020a037369630102000503040c370202"
    "020402060208020a000000000109697374682d3230303102010108050302060180ecbb950d0180ecbb950d020402020a0200000000000080"
    "0a01020c070000000000000003020102020202040206046a61616d020802020a0601020e00000002010102030405020c046a61616d000a00"
    "0a0e0500037369630300010180ecbb950d000201f8ecbb950dffdc2e2500020e010950617469656e742f310950617469656e742f32095061"
    "7469656e742f320b456e636f756e7465722f320180ecbb950d0b456e636f756e7465722f31065761726420330210efcdab8967452301";
constexpr std::string_view kPartitionOfFormat3 =
    "030203a8e8c8e9970705746f706963020a020e0363626309080f636f616777617463682e6f6e652e30";

// As format 4 had them, which never was that of a commit of this history: likewise.
constexpr std::string_view kScoredPatientOfFormat4 =
    "0401030180ecbb950d028089b589e3d8a3060702050981000000fe8c470180ecbb950d0000030e4f62736572766174696f6e2f6131098c00"
    "000000140180ecbb950d0000030e4f62736572766174696f6e2f6131099000000000280180ecbb950d0000030e4f62736572766174696f6e"
    "2f61310980000000000a00280180ecbb950d0000030e4f62736572766174696f6e2f6131096163848402090001ff0a0180ecbb950d02022a"
    "02090301000000000000800e4f62736572766174696f6e2f6131114f62736572766174696f6e2f6f7468657201104f62736572766174696f"
    "6e2f676f6e65050302120180ecbb950d010b436f6e646974696f6e2f310107021600012a020180ecbb950d000208020c020a020602096973"
    "74682d3230303102ac02010603040c370202020402060208020a20040c3f020202040206020c0208020a037369630102000503040c370202"
    "020402060208020a000000000109697374682d3230303102010108050302060180ecbb950d0180ecbb950d020402020a0200000000000080"
    "0a01020c070000000000000003020102020202040206046a61616d020802020a0601020e00000002010102030405020c046a61616d000a00"
    "0a0e0500037369630300010180ecbb950d000201f8ecbb950dffdc2e2500020e010950617469656e742f310950617469656e742f32095061"
    "7469656e742f320b456e636f756e7465722f320180ecbb950d0b456e636f756e7465722f31065761726420330210efcdab896745230100";
constexpr std::string_view kPartitionOfFormat4 =
    "040203a8e8c8e9970705746f706963010a020e0361626309080f636f616777617463682e6f6e652e3002696e0c06";

// As format 5 had them first (commit 8ad5d00): sample() scored by a rule set, as a copy that has one itself, and a
// partition record.
constexpr std::string_view kCopyOfFormat5 =
    "0501040180ecbb950d028089b589e3d8a3060702050981000000fe8c470180ecbb950d0000030e4f62736572766174696f6e2f6131098c00"
    "000000140180ecbb950d0000030e4f62736572766174696f6e2f6131099000000000280180ecbb950d0000030e4f62736572766174696f6e"
    "2f61310980000000000a00280180ecbb950d0000030e4f62736572766174696f6e2f6131096163848402090001ff0a0180ecbb950d02022a"
    "02090301000000000000800e4f62736572766174696f6e2f6131114f62736572766174696f6e2f6f7468657201104f62736572766174696f"
    "6e2f676f6e65050302120180ecbb950d010b436f6e646974696f6e2f310107021600012a020180ecbb950d000208020c020a020602096973"
    "74682d3230303102ac02010603040c370202020402060208020a20040c3f020202040206020c0208020a037369630102000503040c370202"
    "020402060208020a000000000109697374682d3230303102010108050302060180ecbb950d0180ecbb950d020402020a0200000000000080"
    "0a01020c070000000000000003020102020202040206046a61616d020802020a0601020e00000002010102030405020c046a61616d000a00"
    "0a0e0500037369630300010180ecbb950d000201f8ecbb950dffdc2e2500020e010950617469656e742f310950617469656e742f32095061"
    "7469656e742f320b456e636f756e7465722f320180ecbb950d0b456e636f756e7465722f31065761726420330210efcdab8967452301030a"
    "0050617469656e742f39efcdab8967452301";
constexpr std::string_view kPartitionOfFormat5 =
    "050203a8e8c8e9970705746f706963010a020e0361626309080f636f616777617463682e6f6e652e3002696e0c0608636f6d6d616e6473";

constexpr std::uint64_t kRuleSet = 0x0123456789ABCDEF;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

rules::PatientState scored_sample() {
  rules::PatientState state = sample();
  state.scored_by = kRuleSet;
  return state;
}

/// As a later version would write it that asks for a reader of this one.
std::string later(std::string bytes) {
  bytes[0] = static_cast<char>(kStateFormat + 1);
  return bytes + "more";
}

TEST(StateVersions, TheFormatDoesNotDrift) {
  // The first bytes of format 5, as state_format.md has them: format, kind, who understands it, time in seconds.
  const std::string bytes = encoded(sample());
  EXPECT_EQ(bytes.substr(0, 4), std::string("\x05\x01\x03\x01", 4));
  EXPECT_EQ(bytes.size(), 559U) << "a change of format needs a new version, and a stored sample of this one here";
}

// An older program would score them under their own keys.
TEST(StateVersions, CopiesAskForAReaderOfThisFormat) {
  rules::PatientState state = sample();
  state.is_copy = true;
  EXPECT_EQ(encoded(state).substr(0, 3), std::string("\x05\x01\x04", 3));
  rules::PatientState read;
  ASSERT_EQ(decode_state(encoded(state), read), std::nullopt);
  EXPECT_TRUE(read.is_copy);
  state.is_copy = false;
  rules::set_copied_to(state, rules::elsewhere("Patient/9"));
  state.copied = kRuleSet;
  EXPECT_EQ(encoded(state).substr(0, 3), std::string("\x05\x01\x04", 3));
  ASSERT_EQ(decode_state(encoded(state), read), std::nullopt);
  EXPECT_FALSE(read.is_copy);
  EXPECT_EQ(rules::own_key(read.view(read.copied_to)), "Patient/9");
  EXPECT_EQ(read.copied, kRuleSet);
  std::string bytes = encoded(sample());
  bytes.back() = 4;
  EXPECT_THAT(decode_state(bytes, read), Optional(HasSubstr("corrupt")));
}

TEST(StateVersions, Format2IsRead) {
  rules::PatientState state;
  ASSERT_EQ(decode_state(bytes_of(kPatientOfFormat2), state), std::nullopt);
  rules::PatientState expected = sample();
  expected.last_frozen = expected.frozen_at;
  for (rules::Told& told : expected.episodes[0].told) {
    told = {told.at, told.evidence, expected.episodes[0].told_min, false, false};
  }
  EXPECT_EQ(encoded(state), encoded(expected));
  ASSERT_EQ(decode_state(bytes_of(kScoredPatientOfFormat2), state), std::nullopt);
  EXPECT_EQ(state.scored_by, kRuleSet);
  EXPECT_THAT(decode_state(bytes_of(kPatientOfFormat2) + std::string(8, '\0'), state), Optional(HasSubstr("corrupt")))
      << "no rule set was written in one way only";
  EXPECT_THAT(decode_state(bytes_of(kScoredPatientOfFormat2) + "x", state), Optional(HasSubstr("corrupt")));
}

TEST(StateVersions, Format3IsRead) {
  rules::PatientState state;
  ASSERT_EQ(decode_state(bytes_of(kScoredPatientOfFormat3), state), std::nullopt);
  EXPECT_EQ(encoded(state), encoded(scored_sample()));
  PartitionRecord record;
  record.input_topic = "of another record";
  ASSERT_EQ(decode_partition_record(bytes_of(kPartitionOfFormat3), record), std::nullopt);
  EXPECT_EQ(record.owner, "coagwatch.one.0");
  EXPECT_EQ(record.last_command, 4);
  EXPECT_EQ(record.input_topic, "");
  EXPECT_EQ(record.partitions, 0);
}

TEST(StateVersions, Format4IsRead) {
  rules::PatientState state;
  ASSERT_EQ(decode_state(bytes_of(kScoredPatientOfFormat4), state), std::nullopt);
  EXPECT_EQ(encoded(state), encoded(scored_sample()));
  PartitionRecord record;
  record.commands_id = "of another record";
  ASSERT_EQ(decode_partition_record(bytes_of(kPartitionOfFormat4), record), std::nullopt);
  EXPECT_EQ(record.input_topic, "in");
  EXPECT_EQ(record.partitions, 12);
  EXPECT_EQ(record.unfinished_tick, 3);
  EXPECT_EQ(record.commands_id, "");
  record.commands_id = "id";
  std::string bytes;
  encode_partition_record(record, bytes);
  EXPECT_EQ(bytes.substr(1), bytes_of(kPartitionOfFormat4).substr(1) + "\x02id") << "the way back";
}

TEST(StateVersions, Format5IsReadAndWritten) {
  rules::PatientState state;
  ASSERT_EQ(decode_state(bytes_of(kCopyOfFormat5), state), std::nullopt);
  EXPECT_TRUE(state.is_copy);
  EXPECT_EQ(rules::own_key(state.view(state.copied_to)), "Patient/9");
  EXPECT_EQ(state.copied, kRuleSet);
  EXPECT_EQ(encoded(state), bytes_of(kCopyOfFormat5));
  PartitionRecord record;
  ASSERT_EQ(decode_partition_record(bytes_of(kPartitionOfFormat5), record), std::nullopt);
  EXPECT_EQ(record.commands_id, "commands");
  std::string bytes;
  encode_partition_record(record, bytes);
  EXPECT_EQ(bytes, bytes_of(kPartitionOfFormat5));
}

// The way back: but for the number, patients are written as format 4 has them, and what format 3 has comes first.
TEST(StateVersions, PatientsOfThisFormatAreThoseOfFormat4AndBeginAsThoseOfFormat3) {
  const std::string bytes = encoded(scored_sample());
  EXPECT_EQ(bytes.substr(1), bytes_of(kScoredPatientOfFormat4).substr(1));
  const std::string of_format_3 = bytes_of(kScoredPatientOfFormat3);
  EXPECT_EQ(bytes.substr(1, of_format_3.size() - 1), of_format_3.substr(1));
}

// A program of format 3 understands what this one writes, and leaves out what is behind.
TEST(StateVersions, PartitionRecordsOfThisFormatBeginAsThoseOfFormat3) {
  PartitionRecord record;
  ASSERT_EQ(decode_partition_record(bytes_of(kPartitionOfFormat3), record), std::nullopt);
  record.input_topic = "in";
  record.partitions = 12;
  record.unfinished_tick = 3;
  record.commands_id = "id";
  std::string bytes;
  encode_partition_record(record, bytes);
  const std::string of_format_3 = bytes_of(kPartitionOfFormat3);
  EXPECT_EQ(bytes.substr(1, of_format_3.size() - 1), of_format_3.substr(1));
  EXPECT_EQ(bytes.substr(of_format_3.size()), "\x02in\x0c\x06\x02id");
  PartitionRecord read;
  ASSERT_EQ(decode_partition_record(bytes, read), std::nullopt);
  EXPECT_EQ(read.input_topic, "in");
  EXPECT_EQ(read.partitions, 12);
  EXPECT_EQ(read.unfinished_tick, 3);
  EXPECT_EQ(read.commands_id, "id");
}

TEST(StateVersions, PartitionRecordsOfFormat2AreRead) {
  PartitionRecord record;
  ASSERT_EQ(decode_partition_record(bytes_of(kPartitionOfFormat2), record), std::nullopt);
  EXPECT_EQ(record.last_offset, 123'456'789'012);
  EXPECT_EQ(record.owner, "coagwatch.one.0");
}

TEST(StateVersions, TheRuleSetIsKept) {
  rules::PatientState read;
  ASSERT_EQ(decode_state(encoded(scored_sample()), read), std::nullopt);
  EXPECT_EQ(read.scored_by, kRuleSet);
}

TEST(StateVersions, WhatALaterVersionAddsIsLeftOut) {
  rules::PatientState state;
  ASSERT_EQ(decode_state(later(encoded(sample())), state), std::nullopt);
  EXPECT_EQ(encoded(state), encoded(sample()));
  std::string partition;
  encode_partition_record({}, partition);
  PartitionRecord record;
  EXPECT_EQ(decode_partition_record(later(partition), record), std::nullopt);
}

TEST(StateVersions, ADecisionInWordsOfALaterVersionIsLeftOut) {
  rules::PatientState state = sample();
  const std::size_t decisions = state.decisions.size();
  ASSERT_GT(decisions, 0U);
  state.decisions.back().cause = static_cast<rules::Cause>(200);
  rules::PatientState read;
  EXPECT_THAT(decode_state(encoded(state), read), Optional(HasSubstr("corrupt"))) << "of this version it is none";
  ASSERT_EQ(decode_state(later(encoded(state)), read), std::nullopt);
  EXPECT_EQ(read.decisions.size(), decisions - 1);
}

TEST(StateVersions, WhatAsksForALaterReaderIsNamedAndRefused) {
  std::string bytes = later(encoded(sample()));
  bytes[2] = static_cast<char>(kStateFormat + 1);
  rules::PatientState state;
  EXPECT_THAT(decode_state(bytes, state),
              Optional(HasSubstr("format 6, which asks for a reader of format 6, is not known")));
  bytes[0] = 1;
  EXPECT_THAT(decode_state(bytes, state), Optional(HasSubstr("format 1")));
  EXPECT_THAT(decode_state("\x03\x01", state), Optional(HasSubstr("without a beginning")));
}

}  // namespace
}  // namespace coagwatch::daemon

#include "daemon/kafka/topic_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/config/config.h"

namespace coagwatch::daemon::kafka {
namespace {

using Kind = TopicProblem::Kind;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const TopicState kInput{"in", 4, {{"cleanup.policy", "delete"}, {"retention.ms", "604800000"}}};

std::vector<Kind> kinds(const TopicSpec& spec, const TopicState& topic, const TopicState& input = kInput) {
  std::vector<Kind> out;
  for (const TopicProblem& problem : judge_topic(spec, topic, input)) {
    EXPECT_EQ(problem.topic, topic.name);
    EXPECT_THAT(problem.text, HasSubstr("topic " + topic.name));
    out.push_back(problem.kind);
  }
  return out;
}

using Kinds = std::vector<Kind>;

TEST(TopicRules, TheReferenceSaysWhatAnInputTopicIsMadeWith) {
  EXPECT_EQ(input_spec("in", true).partitions, kNewInputPartitions);
  EXPECT_THAT(config_reference(),
              HasSubstr("`coagwatch.by-patient`, with " + std::to_string(kNewInputPartitions) + " partitions"));
}

TEST(TopicRules, AsManyPartitionsAsTheInput) {
  EXPECT_THAT(kinds(append_spec("a"), {"a", 4, {}}), IsEmpty());
  EXPECT_EQ(kinds(append_spec("a"), {"a", 3, {}}), Kinds{Kind::partitions});
  EXPECT_EQ(kinds(append_spec("a"), {"a", 5, {}}), Kinds{Kind::partitions});
  // Whoever made the others as many would still have patients change partitions.
  const auto grown = judge_topic(append_spec("a"), {"a", 3, {}}, {"in", 4, {}});
  ASSERT_EQ(grown.size(), 1U);
  EXPECT_THAT(grown[0].text, HasSubstr("leave this one as it is, and see \"Changing the number of partitions\""));
}

TEST(TopicRules, StateIsCompactedAndNothingElse) {
  EXPECT_THAT(kinds(compact_spec("s"), {"s", 4, {{"cleanup.policy", "compact"}}}), IsEmpty());
  EXPECT_EQ(kinds(compact_spec("s"), {"s", 4, {{"cleanup.policy", "delete"}}}), Kinds{Kind::cleanup_policy});
  EXPECT_EQ(kinds(compact_spec("s"), {"s", 4, {{"cleanup.policy", "compact,delete"}}}), Kinds{Kind::cleanup_policy});
}

/// One whose clock is a year ahead would fire every timer, were its ticks taken.
TEST(TopicRules, TheJournalTakesNothingFarAheadOfTheBrokersClock) {
  const auto with = [](const char* type, const char* key, const char* millis) {
    return TopicState{"j", 4, {{"message.timestamp.type", type}, {key, millis}}};
  };
  const char* key = "message.timestamp.after.max.ms";
  EXPECT_THAT(kinds(journal_spec("j"), with("CreateTime", key, "3600000")), IsEmpty());
  EXPECT_THAT(kinds(journal_spec("j"), with("CreateTime", "message.timestamp.difference.max.ms", "3600000")),
              IsEmpty());
  EXPECT_EQ(kinds(journal_spec("j"), with("CreateTime", key, "3600001")), Kinds{Kind::timestamps});
  EXPECT_EQ(kinds(journal_spec("j"), with("CreateTime", key, "9223372036854775807")), Kinds{Kind::timestamps})
      << "as Kafka 3.9 makes it";
  EXPECT_EQ(kinds(journal_spec("j"), with("LogAppendTime", key, "3600000")), Kinds{Kind::timestamps})
      << "whatever we say is overwritten";
  EXPECT_THAT(kinds(journal_spec("j", false), with("LogAppendTime", key, "3600000")), IsEmpty());
  EXPECT_THAT(configs_when_made(journal_spec("j")), Contains(Pair(key, "3600000")));
  EXPECT_THAT(configs_when_made(journal_spec("j"), true),
              Contains(Pair("message.timestamp.difference.max.ms", "3600000")));
}

TEST(TopicRules, TheLargestRecordMustFit) {
  TopicSpec spec = compact_spec("s");
  spec.largest_record = 1000;
  const auto with = [](const char* bytes) {
    return TopicState{"s", 4, {{"cleanup.policy", "compact"}, {"max.message.bytes", bytes}}};
  };
  EXPECT_THAT(kinds(spec, with("1000")), IsEmpty());
  EXPECT_EQ(kinds(spec, with("999")), Kinds{Kind::record_size});
  EXPECT_THAT(kinds(spec, {"s", 4, {{"cleanup.policy", "compact"}}}), IsEmpty()) << "settings that may not be read";
}

TEST(TopicRules, AlertsAreNeverCompacted) {
  EXPECT_THAT(kinds(append_spec("a"), {"a", 4, {{"cleanup.policy", "delete"}}}), IsEmpty());
  EXPECT_EQ(kinds(append_spec("a"), {"a", 4, {{"cleanup.policy", "compact"}}}), Kinds{Kind::cleanup_policy});
}

TEST(TopicRules, InputMayHaveAnyPolicy) {
  EXPECT_THAT(kinds(input_spec("in", false), {"in", 4, {{"cleanup.policy", "compact"}}}), IsEmpty());
}

TEST(TopicRules, TimestampsAtMostAnHourAhead) {
  const TopicSpec spec = input_spec("in", true);
  const auto with = [](const char* millis) {
    return TopicState{"in", 4, {{"message.timestamp.type", "CreateTime"}, {"message.timestamp.after.max.ms", millis}}};
  };
  EXPECT_THAT(kinds(spec, with("3600000")), IsEmpty());
  EXPECT_EQ(kinds(spec, with("3600001")), Kinds{Kind::timestamps});
  EXPECT_EQ(kinds(spec, with("9223372036854775807")), Kinds{Kind::timestamps});
  EXPECT_THAT(kinds(input_spec("in", false), with("3600001")), IsEmpty());
  EXPECT_THAT(kinds(spec, {"in", 4, {{"message.timestamp.type", "LogAppendTime"}}}), IsEmpty());
}

TEST(TopicRules, OldBrokersHaveOneSettingForBothDirections) {
  const TopicSpec spec = input_spec("in", true);
  EXPECT_THAT(
      kinds(spec,
            {"in", 4, {{"message.timestamp.type", "CreateTime"}, {"message.timestamp.difference.max.ms", "3600000"}}}),
      IsEmpty());
  EXPECT_EQ(kinds(spec, {"in", 4, {{"message.timestamp.type", "CreateTime"}}}), Kinds{Kind::timestamps});
}

TEST(TopicRules, JournalIsKeptAsLongAsTheInput) {
  const auto journal = [](const char* millis) {
    return TopicState{"j", 4, {{"cleanup.policy", "delete"}, {"retention.ms", millis}}};
  };
  EXPECT_THAT(kinds(journal_spec("j"), journal("604800000")), IsEmpty());
  EXPECT_EQ(kinds(journal_spec("j"), journal("604799999")), Kinds{Kind::retention});
  EXPECT_THAT(kinds(journal_spec("j"), journal("-1")), IsEmpty());
  const TopicState for_ever{"in", 4, {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}}};
  EXPECT_EQ(kinds(journal_spec("j"), journal("604800000"), for_ever), Kinds{Kind::retention});
}

TEST(TopicRules, TopicsAreMadeAsTheyAreJudged) {
  EXPECT_THAT(configs_when_made(compact_spec("s")), Contains(Pair("cleanup.policy", "compact")));
  EXPECT_THAT(configs_when_made(append_spec("a")), Contains(Pair("cleanup.policy", "delete")));
  EXPECT_THAT(configs_when_made(journal_spec("j")), Contains(Pair("retention.ms", "-1")));
  EXPECT_THAT(configs_when_made(input_spec("in", true)), IsEmpty());
  EXPECT_THAT(configs_when_made(source_spec("in", true)), IsEmpty());
  TopicSpec routed = routed_spec("by-patient");
  routed.largest_record = 5'000'000;
  EXPECT_THAT(configs_when_made(routed),
              UnorderedElementsAre(Pair("cleanup.policy", "delete"), Pair("message.timestamp.type", "LogAppendTime"),
                                   Pair("max.message.bytes", "5000000")));
}

TEST(TopicRules, SourcesMayHaveAnyNumberOfPartitions) {
  EXPECT_THAT(kinds(source_spec("lab", false), {"lab", 9, {}}), IsEmpty());
  EXPECT_THAT(kinds(source_spec("lab", false), {"lab", 9, {{"cleanup.policy", "compact"}}}), IsEmpty());
}

TEST(TopicRules, WhatIsRoutedIsNotCompacted) {
  EXPECT_EQ(kinds(routed_spec("r"), {"r", 4, {{"cleanup.policy", "compact"}}}), Kinds{Kind::cleanup_policy});
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

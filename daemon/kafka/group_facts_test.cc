#include "daemon/kafka/group_facts.h"

#include <gtest/gtest.h>

#include "daemon/kafka/mock_kafka.h"

namespace coagwatch::daemon::kafka {
namespace {

GroupOffset offset_of(const std::string& topic, std::map<std::string, std::string> told) {
  return {topic, 0, 11, {4, std::move(told), {}}};
}

TEST(ToldIdentity, IsWhatTheTopicsOwnCommitsSay) {
  const std::vector<GroupOffset> offsets = {offset_of("a", {{"a", "a1"}, {"b", "b1"}}), offset_of("b", {{"b", "b2"}}),
                                            offset_of("c", {})};
  EXPECT_EQ(told_identity("a", "a1", offsets), "a1");
  EXPECT_EQ(told_identity("a", "a9", offsets), "a1") << "made anew";
  EXPECT_EQ(told_identity("b", "b1", offsets), "b2") << "what others say is older";
  EXPECT_EQ(told_identity("c", "c1", offsets), "") << "nobody tells";
  EXPECT_EQ(told_identity("a", "a1", {}), "");
}

TEST(ToldIdentity, IsWhatOthersSayWhereTheTopicsCommitsAreGone) {
  const std::vector<GroupOffset> offsets = {offset_of("a", {{"a", "a1"}, {"b", "b1"}})};
  EXPECT_EQ(told_identity("b", "b2", offsets), "b1") << "made anew: its commits went with it";
  EXPECT_EQ(told_identity("new", "n1", offsets), "") << "a topic that is read from now on";
}

/// Of a topic that somebody has accepted, partition by partition, some commits are of the former one.
TEST(ToldIdentity, IsThePresentOneWhereSomeSaySo) {
  const std::vector<GroupOffset> offsets = {offset_of("a", {{"a", "a1"}}), offset_of("a", {{"a", "a2"}})};
  EXPECT_EQ(told_identity("a", "a2", offsets), "a2");
}

// Not under ThreadSanitizer: librdkafka's threads are C11's, which it does not know, and it crashes.
#ifndef __SANITIZE_THREAD__

/// The first look at a new Kafka meets a coordinator that is not one yet.
TEST(GroupOffsets, AreAskedOfACoordinatorThatIsNotReady) {
  constexpr std::chrono::seconds kTimeout(10);
  const MockKafka kafka;
  ClientSettings settings;
  settings.brokers = kafka.brokers();
  settings.group = "group";
  settings.client_id = "client";
  std::string error;
  const auto client = make_group_client(settings, std::make_shared<RateLimitedLog>(nullptr), error);
  ASSERT_TRUE(client) << error;
  std::vector<GroupOffset> offsets;
  for (const auto code : {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS}) {
    kafka.answer(Request::offset_fetch, code);
    EXPECT_TRUE(is_unreachable(find_offsets(client->get(), "group", PendingOffsets::error, kTimeout, offsets).code))
        << code;
  }
  EXPECT_FALSE(find_offsets(client->get(), "group", PendingOffsets::error, kTimeout, offsets));
  EXPECT_TRUE(offsets.empty());
}

#endif  // __SANITIZE_THREAD__

}  // namespace
}  // namespace coagwatch::daemon::kafka

#include "daemon/kafka/client_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coagwatch::daemon::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string get(const ConfHandle& conf, const char* key) {
  char text[512];
  std::size_t size = sizeof text;
  return rd_kafka_conf_get(conf.get(), key, text, &size) == RD_KAFKA_CONF_OK ? text : "(none)";
}

ClientSettings settings() {
  ClientSettings out;
  out.brokers = "a:1,b:2";
  out.group = "g";
  out.client_id = "g.i.0";
  out.transactional_id = "g.i.0";
  return out;
}

ConfHandle make(ClientRole role, const ClientSettings& given) {
  std::string error;
  ConfHandle conf = make_conf(role, given, error);
  EXPECT_EQ(error, "");
  return conf;
}

TEST(ClientConfig, InputReadsCommittedAndNeverResetsByItself) {
  const ConfHandle conf = make(ClientRole::input, settings());
  EXPECT_EQ(get(conf, "bootstrap.servers"), "a:1,b:2");
  EXPECT_EQ(get(conf, "group.id"), "g");
  EXPECT_EQ(get(conf, "isolation.level"), "read_committed");
  EXPECT_EQ(get(conf, "auto.offset.reset"), "error");
  EXPECT_EQ(get(conf, "enable.auto.commit"), "false");
  EXPECT_EQ(get(conf, "enable.auto.offset.store"), "false");
  EXPECT_EQ(get(conf, "partition.assignment.strategy"), "cooperative-sticky");
  EXPECT_EQ(get(conf, "max.poll.interval.ms"), "300000");
  EXPECT_EQ(get(conf, "check.crcs"), "true");
}

TEST(ClientConfig, ThePollIntervalIsTheSitesWhereItGivesOne) {
  EXPECT_EQ(poll_interval({}), std::chrono::minutes(5));
  EXPECT_EQ(poll_interval({{"max.poll.interval.ms", "45000"}}), std::chrono::seconds(45));
}

TEST(ClientConfig, ReadersOfTheStateTopicShareTheirMemoryAmongItsPartitions) {
  ClientSettings given = settings();
  for (const auto& [partitions, kilobytes] : {std::pair(1, "16384"), {4, "16384"}, {16, "4096"}, {500, "1024"}}) {
    given.partitions = partitions;
    EXPECT_EQ(get(make(ClientRole::restore, given), "queued.max.messages.kbytes"), kilobytes) << partitions;
    EXPECT_EQ(get(make(ClientRole::input, given), "queued.max.messages.kbytes"), "16384");
  }
  given.user = {{"queued.max.messages.kbytes", "2000"}};
  EXPECT_EQ(get(make(ClientRole::restore, given), "queued.max.messages.kbytes"), "2000");
}

TEST(ClientConfig, WithTheBrokersProtocolTheMemberLeavesToTheBrokerWhatIsTheBrokers) {
  ClientSettings given = settings();
  EXPECT_EQ(get(make(ClientRole::input, given), "group.protocol"), "classic");
  given.membership.consumer_protocol = true;
  const ConfHandle conf = make(ClientRole::input, given);
  EXPECT_EQ(get(conf, "group.protocol"), "consumer");
  const ConfHandle untouched(rd_kafka_conf_new());
  for (const char* key : {"session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy"}) {
    EXPECT_EQ(get(conf, key), get(untouched, key)) << key;
  }
  EXPECT_EQ(get(conf, "isolation.level"), "read_committed");
  EXPECT_EQ(get(make(ClientRole::restore, given), "group.protocol"), "classic") << "never joins";
}

TEST(ClientConfig, OnlyTheMemberHasAnInstanceId) {
  ClientSettings given = settings();
  EXPECT_EQ(get(make(ClientRole::input, given), "group.instance.id"), "(none)");
  given.membership.instance_id = "ward-a.0";
  EXPECT_EQ(get(make(ClientRole::input, given), "group.instance.id"), "ward-a.0");
  EXPECT_EQ(get(make(ClientRole::probe, given), "group.instance.id"), "(none)");
}

TEST(ClientConfig, OnlyTheProbeReadsUncommitted) {
  EXPECT_EQ(get(make(ClientRole::probe, settings()), "isolation.level"), "read_uncommitted");
  EXPECT_EQ(get(make(ClientRole::restore, settings()), "isolation.level"), "read_committed");
  EXPECT_EQ(get(make(ClientRole::capture, settings()), "isolation.level"), "read_committed");
}

TEST(ClientConfig, ReadersToTheEndSeeTheEnd) {
  EXPECT_EQ(get(make(ClientRole::restore, settings()), "enable.partition.eof"), "true");
  EXPECT_EQ(get(make(ClientRole::capture, settings()), "enable.partition.eof"), "true");
  EXPECT_EQ(get(make(ClientRole::input, settings()), "enable.partition.eof"), "true");
}

TEST(ClientConfig, ProducerIsTransactional) {
  const ConfHandle conf = make(ClientRole::producer, settings());
  EXPECT_EQ(get(conf, "transactional.id"), "g.i.0");
  EXPECT_EQ(get(conf, "transaction.timeout.ms"), "10000");
  EXPECT_EQ(get(conf, "enable.idempotence"), "true");
  EXPECT_EQ(get(conf, "delivery.report.only.error"), "false");
  EXPECT_EQ(get(conf, "retry.backoff.ms"), "10");
}

TEST(ClientConfig, BatchesStayBelowTheSmallestTopicLimit) {
  ClientSettings given = settings();
  given.max_batch_bytes = 50'000;
  EXPECT_EQ(get(make(ClientRole::producer, given), "batch.size"), "50000");
  given.max_batch_bytes = 10'000'000;
  EXPECT_EQ(get(make(ClientRole::producer, given), "batch.size"), "1000000");
}

TEST(ClientConfig, PassesTheSitesPropertiesOn) {
  ClientSettings given = settings();
  given.user = {{"security.protocol", "ssl"}, {"linger.ms", "1"}, {"session.timeout.ms", "20000"}};
  EXPECT_EQ(get(make(ClientRole::producer, given), "linger.ms"), "1");
  EXPECT_EQ(get(make(ClientRole::input, given), "session.timeout.ms"), "20000");
  EXPECT_EQ(get(make(ClientRole::probe, given), "security.protocol"), "ssl");
}

TEST(ClientConfig, ProducerTimeoutsNeverOutliveTheTransaction) {
  ClientSettings given = settings();
  given.user = {{"socket.timeout.ms", "60000"}};
  EXPECT_EQ(get(make(ClientRole::producer, given), "socket.timeout.ms"), "9900");
  EXPECT_EQ(get(make(ClientRole::input, given), "socket.timeout.ms"), "60000");
  given.user = {{"socket.timeout.ms", "3000"}};
  EXPECT_EQ(get(make(ClientRole::producer, given), "socket.timeout.ms"), "3000");
}

TEST(ClientConfig, RefusesWhatTheEngineOwns) {
  for (const char* key : {"isolation.level", "transactional.id", "group.id", "enable.auto.commit", "acks", "retries",
                          "transaction.timeout.ms", "partition.assignment.strategy", "auto.offset.reset", "check.crcs",
                          "message.max.bytes", "plugin.library.paths"}) {
    ClientSettings given = settings();
    given.user = {{key, "x"}};
    std::string error;
    EXPECT_EQ(make_conf(ClientRole::input, given, error), nullptr) << key;
    EXPECT_THAT(error, HasSubstr(key));
  }
}

TEST(ClientConfig, RefusesWhatLibrdkafkaDoesNotKnow) {
  ClientSettings given = settings();
  given.user = {{"sasl.usrname", "x"}};
  std::string error;
  EXPECT_EQ(make_conf(ClientRole::input, given, error), nullptr);
  EXPECT_THAT(error, HasSubstr("sasl.usrname"));
}

TEST(ClientConfig, ChecksEveryProperty) {
  EXPECT_THAT(check_properties({{"linger.ms", "5"}, {"sasl.username", "u"}}), IsEmpty());
  EXPECT_THAT(check_properties({{"linger.ms", "soon"}, {"no.such", "x"}}),
              ElementsAre(Pair("linger.ms", HasSubstr("Invalid value")), Pair("no.such", HasSubstr("No such"))));
}

}  // namespace
}  // namespace coagwatch::daemon::kafka

#include "daemon/kafka/client_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "daemon/config/kafka_properties.h"

namespace coagwatch::daemon::kafka {
namespace {

using Pair = std::pair<const char*, const char*>;

constexpr const char* kPollInterval = "max.poll.interval.ms";

// Every handle. Set before the site's properties, which may override them.
constexpr auto kCommon = std::to_array<Pair>({
    {"socket.keepalive.enable", "true"},
    {"socket.nagle.disable", "true"},
    {"reconnect.backoff.max.ms", "2000"},
    {"enable.metrics.push", "false"},
});
constexpr auto kConsumer = std::to_array<Pair>({
    {"check.crcs", "true"},
    {"fetch.min.bytes", "1"},
    {"fetch.wait.max.ms", "500"},
    {"queued.min.messages", "10000"},
    {"queued.max.messages.kbytes", "16384"},
    {"fetch.queue.backoff.ms", "20"},
    {kPollInterval, "300000"},
    // New partitions of a topic that the router reads are shared out once a look has found them.
    {"topic.metadata.refresh.interval.ms", "10000"},
});
// With the other protocol the broker decides them, and librdkafka refuses them.
constexpr auto kClassicMember = std::to_array<Pair>({
    {"session.timeout.ms", "12000"},
    {"heartbeat.interval.ms", "3000"},
});
// retry.backoff.ms: with the default of 100 ms, CONCURRENT_TRANSACTIONS gives back-to-back transactions a p99 of
// 110 ms, with 10 ms about 30 ms.
constexpr auto kProducer = std::to_array<Pair>({
    {"linger.ms", "5"},
    {"retry.backoff.ms", "10"},
    {"queue.buffering.max.messages", "200000"},
    {"queue.buffering.max.kbytes", "131072"},
});

// Set after the site's properties.
constexpr auto kOwnedByConsumer = std::to_array<Pair>({
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"auto.offset.reset", "error"},
    {"allow.auto.create.topics", "false"},
});
constexpr auto kOwnedByProducer = std::to_array<Pair>({
    {"enable.idempotence", "true"},
    {"acks", "all"},
    // With `true`, commit_transaction waits in steps of 10 ms for what a report would tell at once.
    {"delivery.report.only.error", "false"},
    {"message.max.bytes", "100000000"},
});

// For what was fetched of the state topic and is not read yet: of each partition in a queue of its own.
constexpr int kRestoreKilobytes = 64 * 1024;
constexpr int kMostKilobytes = 16 * 1024;
constexpr int kLeastKilobytes = 1024;

std::string set(rd_kafka_conf_t* conf, const std::string& key, const std::string& value) {
  char text[512];
  if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), text, sizeof text) == RD_KAFKA_CONF_OK) return {};
  return text;
}

void set_all(rd_kafka_conf_t* conf, std::span<const Pair> pairs, std::string& error) {
  for (const auto& [key, value] : pairs) {
    if (error.empty()) error = set(conf, key, value);
  }
}

/// A transactional producer refuses timeouts that outlive its transaction; a site that raises them for all its
/// clients means its consumers.
std::string bounded_by_transaction(const std::string& value) {
  std::int64_t millis = 0;
  const char* end = value.data() + value.size();
  if (std::from_chars(value.data(), end, millis).ptr != end) return value;
  return std::to_string(std::min<std::int64_t>(millis, kTransactionTimeout.count() - 100));
}

void set_user(rd_kafka_conf_t* conf, ClientRole role, const Properties& user, std::string& error) {
  for (const auto& [key, value] : user) {
    if (!error.empty()) return;
    if (const std::string_view reason = refused_property(key); !reason.empty()) {
      error = key + ": " + std::string(reason);
    } else if (role == ClientRole::producer && (key == "socket.timeout.ms" || key == "message.timeout.ms" ||
                                                key == "delivery.timeout.ms" || key == "request.timeout.ms")) {
      error = set(conf, key, bounded_by_transaction(value));
    } else {
      error = set(conf, key, value);
    }
  }
}

}  // namespace

std::chrono::milliseconds poll_interval(const Properties& user) {
  const ConfHandle conf(rd_kafka_conf_new());
  std::string error;
  set_all(conf.get(), kConsumer, error);
  set_user(conf.get(), ClientRole::input, user, error);
  std::array<char, 32> text{};
  std::size_t size = text.size();
  rd_kafka_conf_get(conf.get(), kPollInterval, text.data(), &size);
  std::int64_t millis = 0;
  std::from_chars(text.data(), text.data() + text.size(), millis);
  return std::chrono::milliseconds(millis);
}

std::vector<std::pair<std::string, std::string>> check_properties(const Properties& user) {
  std::vector<std::pair<std::string, std::string>> problems;
  const ConfHandle conf(rd_kafka_conf_new());
  for (const auto& [key, value] : user) {
    if (std::string problem = set(conf.get(), key, value); !problem.empty()) problems.emplace_back(key, problem);
  }
  return problems;
}

ConfHandle make_conf(ClientRole role, const ClientSettings& settings, std::string& error) {
  error.clear();
  ConfHandle conf(rd_kafka_conf_new());
  const bool producer = role == ClientRole::producer;
  set_all(conf.get(), kCommon, error);
  const bool consumer = !producer && role != ClientRole::admin;
  if (producer) set_all(conf.get(), kProducer, error);
  if (consumer) set_all(conf.get(), kConsumer, error);
  const bool broker_shares = role == ClientRole::input && settings.membership.consumer_protocol;
  if (consumer && !broker_shares) set_all(conf.get(), kClassicMember, error);
  if (error.empty() && role == ClientRole::restore) {
    const int share = std::clamp(kRestoreKilobytes / std::max(1, settings.partitions), kLeastKilobytes, kMostKilobytes);
    error = set(conf.get(), "queued.max.messages.kbytes", std::to_string(share));
  }
  if (error.empty()) error = set(conf.get(), "client.id", settings.client_id);
  set_user(conf.get(), role, settings.user, error);

  // The end of a partition shows only in an empty answer, for which the broker would wait long.
  if (error.empty() && (role == ClientRole::restore || role == ClientRole::capture)) {
    error = set(conf.get(), "fetch.wait.max.ms", "20");
  }

  Properties owned = {{"bootstrap.servers", settings.brokers}};
  if (producer) {
    set_all(conf.get(), kOwnedByProducer, error);
    owned.emplace_back("transactional.id", settings.transactional_id);
    owned.emplace_back("transaction.timeout.ms", std::to_string(kTransactionTimeout.count()));
    // The topics' limit counts for a batch: a batch of small records must not break it either.
    const int batch = settings.max_batch_bytes > 0 ? std::min(settings.max_batch_bytes, 1'000'000) : 1'000'000;
    owned.emplace_back("batch.size", std::to_string(batch));
  }
  if (consumer) {
    set_all(conf.get(), kOwnedByConsumer, error);
    owned.emplace_back("group.id", settings.group);
    owned.emplace_back("group.protocol", broker_shares ? "consumer" : "classic");
    if (!broker_shares) owned.emplace_back("partition.assignment.strategy", "cooperative-sticky");
    const std::string& instance_id = settings.membership.instance_id;
    if (role == ClientRole::input && !instance_id.empty()) owned.emplace_back("group.instance.id", instance_id);
    owned.emplace_back("isolation.level", role == ClientRole::probe ? "read_uncommitted" : "read_committed");
    owned.emplace_back("enable.partition.eof", role == ClientRole::probe ? "false" : "true");
  }
  for (const auto& [key, value] : owned) {
    if (error.empty()) error = set(conf.get(), key, value);
  }
  if (!error.empty()) return nullptr;
  return conf;
}

}  // namespace coagwatch::daemon::kafka

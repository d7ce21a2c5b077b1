#include "tests/bench/kafka_handles.h"

#include <cstdio>
#include <cstdlib>

namespace coagwatch::bench {

using namespace daemon::kafka;

std::unique_ptr<Client> make_client(ClientRole role, const std::string& brokers, const std::string& group,
                                    const Properties& changes, Client::Callbacks callbacks) {
  ClientSettings settings;
  settings.brokers = brokers;
  settings.group = group;
  settings.client_id = group;
  settings.transactional_id = group + ".bench.0";
  std::string error;
  ConfHandle conf = make_conf(role, settings, error);
  if (!conf) fail(error);
  char text[512];
  for (const auto& [key, value] : changes) {
    if (rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK) fail(text);
  }
  const bool producer = role == ClientRole::producer || role == ClientRole::admin;
  const auto log = std::make_shared<RateLimitedLog>([](daemon::LogLevel level, std::string_view line) {
    if (level < daemon::LogLevel::warning) return;
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  });
  auto client = Client::create(producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, std::move(conf), group, log,
                               std::move(callbacks), error);
  if (!client) fail(error);
  return client;
}

int partition_count(rd_kafka_t* handle, const std::string& topic) {
  const TopicHandle wanted(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(handle, 0, wanted.get(), &raw, 10'000);
  const MetadataHandle metadata(raw);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1 || metadata->topics[0].partition_cnt == 0) {
    fail("topic " + topic + " cannot be found");
  }
  return metadata->topics[0].partition_cnt;
}

void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

}  // namespace coagwatch::bench

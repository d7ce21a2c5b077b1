#include "daemon/kafka/admin.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "daemon/kafka/client.h"
#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr int kTimeoutMs = 10'000;
constexpr std::int64_t kTimestampAheadMs = 3'600'000;

using Settings = std::map<std::string, std::string>;

/// What the state and status topics are made with: one value a key is kept, and erased patients go for good in
/// bounded time (exactly-once notes, "State").
const std::vector<std::pair<const char*, const char*>> kCompacted = {{"cleanup.policy", "compact"},
                                                                     {"segment.ms", "3600000"},
                                                                     {"min.cleanable.dirty.ratio", "0.2"},
                                                                     {"max.compaction.lag.ms", "86400000"},
                                                                     {"delete.retention.ms", "86400000"}};

/// Asks about topics over one short-lived client.
class Admin {
 public:
  explicit Admin(std::unique_ptr<Client> client) : client_(std::move(client)) {}

  /// Partitions of a topic, 0 if it does not exist. nullopt: the broker could not be asked, see unreachable().
  std::optional<int> partitions(const std::string& topic) {
    // A topic handle would only be needed for its name; all topics are asked for, and the list is short.
    const rd_kafka_metadata_t* raw = nullptr;
    const rd_kafka_resp_err_t code = rd_kafka_metadata(client_->get(), 1, nullptr, &raw, kTimeoutMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail(describe(code));
      return std::nullopt;
    }
    const MetadataHandle metadata(raw);
    for (int i = 0; i < metadata->topic_cnt; ++i) {
      const rd_kafka_metadata_topic_t& found = metadata->topics[i];
      if (topic == found.topic) return found.err == RD_KAFKA_RESP_ERR_NO_ERROR ? found.partition_cnt : 0;
    }
    return 0;
  }

  /// A topic's settings; nullopt on an error, see unreachable().
  std::optional<Settings> settings(const std::string& topic) {
    const ConfigResourceHandle resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    const QueueHandle queue(rd_kafka_queue_new(client_->get()));
    rd_kafka_ConfigResource_t* resources[] = {resource.get()};
    rd_kafka_DescribeConfigs(client_->get(), resources, 1, nullptr, queue.get());
    const EventHandle event(rd_kafka_queue_poll(queue.get(), kTimeoutMs));
    const rd_kafka_DescribeConfigs_result_t* result =
        event ? rd_kafka_event_DescribeConfigs_result(event.get()) : nullptr;
    if (result == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail(event ? rd_kafka_event_error_string(event.get()) : "no answer");
      return std::nullopt;
    }
    std::size_t count = 0;
    const rd_kafka_ConfigResource_t** found = rd_kafka_DescribeConfigs_result_resources(result, &count);
    Settings out;
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t entries = 0;
      const rd_kafka_ConfigEntry_t** list = rd_kafka_ConfigResource_configs(found[i], &entries);
      for (std::size_t j = 0; j < entries; ++j) {
        const char* value = rd_kafka_ConfigEntry_value(list[j]);
        out[rd_kafka_ConfigEntry_name(list[j])] = value == nullptr ? "" : value;
      }
    }
    return out;
  }

  /// Makes a topic with the broker's default replication; returns what is wrong, or empty.
  std::string create(const std::string& topic, int count, bool compacted) {
    std::array<char, 512> text{};
    const NewTopicHandle made(rd_kafka_NewTopic_new(topic.c_str(), count, -1, text.data(), text.size()));
    if (!made) return text.data();
    if (compacted) {
      for (const auto& [key, value] : kCompacted) rd_kafka_NewTopic_set_config(made.get(), key, value);
    }
    const QueueHandle queue(rd_kafka_queue_new(client_->get()));
    rd_kafka_NewTopic_t* topics[] = {made.get()};
    rd_kafka_CreateTopics(client_->get(), topics, 1, nullptr, queue.get());
    const EventHandle event(rd_kafka_queue_poll(queue.get(), kTimeoutMs));
    const rd_kafka_CreateTopics_result_t* result = event ? rd_kafka_event_CreateTopics_result(event.get()) : nullptr;
    if (result == nullptr) return "no answer from the broker";
    std::size_t n = 0;
    const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(result, &n);
    if (n != 1) return rd_kafka_event_error_string(event.get());
    const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[0]);
    // Another instance that starts at the same time may be quicker.
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return {};
    return describe(code);
  }

  [[nodiscard]] const std::string& unreachable() const { return unreachable_; }

 private:
  void fail(std::string text) {
    unreachable_ = client_->last_error().empty() ? std::move(text) : client_->last_error();
  }

  std::unique_ptr<Client> client_;
  std::string unreachable_;
};

std::size_t record_bytes(const Settings& settings) {
  const auto found = settings.find("max.message.bytes");
  return found == settings.end() ? 0 : static_cast<std::size_t>(std::strtoull(found->second.c_str(), nullptr, 10));
}

/// Partitions of a topic that may have to be made first; nullopt after a problem.
std::optional<int> ensure(Admin& admin, const TopicSpec& spec, int wanted, bool create, const LogFunction& log,
                          TopicReport& report) {
  std::optional<int> found = admin.partitions(spec.name);
  if (!found) {
    report.unreachable = admin.unreachable();
    return std::nullopt;
  }
  if (*found > 0) return found;
  if (!create) {
    report.problems.push_back("topic " + spec.name + " does not exist (kafka.create-topics: true would make it)");
    return std::nullopt;
  }
  if (std::string wrong = admin.create(spec.name, wanted, spec.compacted); !wrong.empty()) {
    report.problems.push_back("topic " + spec.name + " does not exist and cannot be made: " + wrong);
    return std::nullopt;
  }
  if (log) log(LogLevel::info, "made topic " + spec.name + " with " + std::to_string(wanted) + " partitions");
  for (int i = 0; i < 100 && found.value_or(0) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    found = admin.partitions(spec.name);
  }
  return found;
}

void check_input(Admin& admin, const std::string& topic, TopicReport& report) {
  const std::optional<Settings> settings = admin.settings(topic);
  if (!settings) {
    report.unreachable = admin.unreachable();
    return;
  }
  report.input.max_record_bytes = record_bytes(*settings);
  const auto type = settings->find("message.timestamp.type");
  if (type != settings->end() && type->second == "LogAppendTime") return;
  const auto ahead = settings->find("message.timestamp.after.max.ms");
  if (ahead == settings->end()) return;  // an older broker that cannot say
  if (std::strtoll(ahead->second.c_str(), nullptr, 10) > kTimestampAheadMs) {
    report.problems.push_back("topic " + topic + " takes record timestamps more than an hour ahead: set " +
                              "message.timestamp.after.max.ms=3600000 or message.timestamp.type=LogAppendTime");
  }
}

void check_output(Admin& admin, const TopicSpec& spec, int partitions, TopicReport& report) {
  TopicInfo& info = report.outputs.emplace_back();
  info.partitions = partitions;
  if (partitions != report.input.partitions) {
    report.problems.push_back("topic " + spec.name + " has " + std::to_string(partitions) + " partitions, the input " +
                              std::to_string(report.input.partitions) + ": both must have the same number");
  }
  const std::optional<Settings> settings = admin.settings(spec.name);
  if (!settings) {
    report.unreachable = admin.unreachable();
    return;
  }
  info.max_record_bytes = record_bytes(*settings);
  const auto policy = settings->find("cleanup.policy");
  const std::string found = policy == settings->end() ? "" : policy->second;
  if (spec.compacted && found != "compact") {
    report.problems.push_back("topic " + spec.name + " must be compacted (cleanup.policy=compact), it has " + found);
  }
  if (!spec.compacted && found.find("compact") != std::string::npos) {
    report.problems.push_back("topic " + spec.name + " must not be compacted (cleanup.policy=delete): records with " +
                              "the same key would be lost");
  }
}

}  // namespace

TopicReport prepare_topics(const ClientSettings& settings, const std::string& input,
                           const std::vector<TopicSpec>& outputs, bool create, int partitions, const LogFunction& log) {
  TopicReport report;
  std::string error;
  ConfHandle conf = make_conf(ClientRole::probe, settings, error);
  std::unique_ptr<Client> client = conf ? Client::create(RD_KAFKA_CONSUMER, std::move(conf), "admin",
                                                         std::make_shared<RateLimitedLog>(log), {}, error)
                                        : nullptr;
  if (!client) {
    report.problems.push_back(error);
    return report;
  }
  Admin admin(std::move(client));
  const std::optional<int> count = ensure(admin, {input, false}, partitions, create, log, report);
  if (!count) return report;
  report.input.partitions = *count;
  check_input(admin, input, report);
  for (const TopicSpec& spec : outputs) {
    if (!report.unreachable.empty()) return report;
    const std::optional<int> found = ensure(admin, spec, *count, create, log, report);
    if (found) check_output(admin, spec, *found, report);
  }
  return report;
}

}  // namespace coagwatch::daemon::kafka

#include "daemon/cli/kafka_setup.h"

#include "daemon/fold/partition_fold.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

/// The output topics in the order of OutputTopic.
std::array<std::string, kOutputTopicCount> output_topics(const Config& config) {
  return {config.output.alerts,  config.output.status,
          config.output.state,   config.output.dead_letter,
          config.output.journal, config.notifications ? config.output.notifications : std::string()};
}

// Key, headers and what the protocol adds.
constexpr std::size_t kRecordOverhead = std::size_t{16} * 1024;
// Far above what one value of each measure and each criterion's items can fill.
constexpr std::size_t kMostAlertBytes = std::size_t{256} * 1024;
// The same entries, and what names them.
constexpr std::size_t kMostNotificationBytes = kMostAlertBytes + std::size_t{64} * 1024;
constexpr std::size_t kMostStatusBytes = std::size_t{256} * 1024;

kafka::TopicSpec sized(kafka::TopicSpec spec, std::size_t largest_record) {
  spec.largest_record = largest_record;
  return spec;
}

}  // namespace

kafka::LogFunction kafka_log() {
  return [](LogLevel level, std::string_view text) { log::write(level, text, {{"component", "kafka"}}); };
}

kafka::ClientSettings client_settings(const Config& config, const std::string& client_id) {
  kafka::ClientSettings settings;
  settings.brokers = config.kafka.brokers;
  settings.group = config.kafka.group;
  settings.client_id = client_id;
  settings.user.assign(config.kafka.properties.begin(), config.kafka.properties.end());
  return settings;
}

kafka::CaptureOptions capture_options(const Config& config, const std::string& client_id) {
  const kafka::ClientSettings settings = client_settings(config, client_id);
  kafka::CaptureOptions options;
  options.brokers = settings.brokers;
  options.group = settings.group;
  options.properties = settings.user;
  options.log = kafka_log();
  return options;
}

kafka::TopicCheck prepare_topics(const Config& config) {
  const kafka::ClientSettings settings = client_settings(config, "coagwatch-admin");
  // Timers run on record timestamps; with clocks of the patients' own they decide nothing.
  const bool check_timestamps = config.time_source == Config::TimeSource::record;
  std::vector<kafka::TopicSpec> specs = {
      kafka::input_spec(config.input.topics.front(), check_timestamps),
      sized(kafka::append_spec(config.output.alerts), kMostAlertBytes),
      sized(kafka::compact_spec(config.output.status), kMostStatusBytes),
      sized(kafka::compact_spec(config.output.state), config.window.bytes + kRecordOverhead),
      sized(kafka::append_spec(config.output.dead_letter), FoldSettings().dead_letter_bytes + kRecordOverhead),
      kafka::journal_spec(config.output.journal)};
  if (config.notifications) {
    specs.push_back(sized(kafka::append_spec(config.output.notifications), kMostNotificationBytes));
  }
  return kafka::ensure_topics(settings.brokers, settings.user, specs, config.kafka.create_topics, kafka_log());
}

kafka::KafkaBrokerOptions broker_options(const Config& config, const kafka::TopicCheck& topics, std::uint32_t worker) {
  kafka::KafkaBrokerOptions options;
  options.brokers = config.kafka.brokers;
  options.group = config.kafka.group;
  options.instance = config.instance;
  options.worker = worker;
  options.input_topic = config.input.topics.front();
  options.output_topics = output_topics(config);
  for (std::size_t i = 0; i < kOutputTopicCount; ++i) {
    for (const kafka::TopicFacts& topic : topics.topics) {
      if (topic.name == options.output_topics[i]) options.max_record_bytes[i] = topic.max_message_bytes;
    }
  }
  options.properties.assign(config.kafka.properties.begin(), config.kafka.properties.end());
  options.log = kafka_log();
  return options;
}

}  // namespace coagwatch::daemon

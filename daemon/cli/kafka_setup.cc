#include "daemon/cli/kafka_setup.h"

#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

/// The output topics in the order of OutputTopic.
std::array<std::string, kOutputTopicCount> output_topics(const Config& config) {
  return {config.output.alerts, config.output.status, config.output.state, config.output.dead_letter,
          config.output.journal};
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

kafka::TopicCheck prepare_topics(const Config& config) {
  const kafka::ClientSettings settings = client_settings(config, "coagwatch-admin");
  // Timers run on record timestamps; with clocks of the patients' own they decide nothing.
  const bool check_timestamps = config.time_source == Config::TimeSource::record;
  const std::vector<kafka::TopicSpec> specs = {kafka::input_spec(config.input.topics.front(), check_timestamps),
                                               kafka::append_spec(config.output.alerts),
                                               kafka::compact_spec(config.output.status),
                                               kafka::compact_spec(config.output.state),
                                               kafka::append_spec(config.output.dead_letter),
                                               kafka::journal_spec(config.output.journal)};
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

#include "daemon/cli/kafka_setup.h"

#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

// Partitions of an input topic that the daemon itself has to make: only where nobody made it, as in a trial.
constexpr int kNewInputPartitions = 4;

/// The output topics in the order of OutputTopic.
std::vector<kafka::TopicSpec> output_specs(const Config& config) {
  return {{config.output.alerts, false},
          {config.output.status, true},
          {config.output.state, true},
          {config.output.dead_letter, false},
          {config.output.journal, false}};
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

kafka::TopicReport prepare_topics(const Config& config) {
  return kafka::prepare_topics(client_settings(config, "coagwatch-admin"), config.input.topics.front(),
                               output_specs(config), config.kafka.create_topics, kNewInputPartitions, kafka_log());
}

kafka::KafkaBrokerOptions broker_options(const Config& config, const kafka::TopicReport& report, std::uint32_t worker) {
  kafka::KafkaBrokerOptions options;
  options.brokers = config.kafka.brokers;
  options.group = config.kafka.group;
  options.instance = config.instance;
  options.worker = worker;
  options.input_topic = config.input.topics.front();
  const std::vector<kafka::TopicSpec> specs = output_specs(config);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    options.output_topics[i] = specs[i].name;
    options.max_record_bytes[i] = report.outputs[i].max_record_bytes;
  }
  options.properties.assign(config.kafka.properties.begin(), config.kafka.properties.end());
  options.log = kafka_log();
  return options;
}

}  // namespace coagwatch::daemon

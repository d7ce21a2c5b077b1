#include "daemon/cli/kafka_setup.h"

#include <algorithm>

#include "daemon/fold/partition_fold.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

/// The output topics in the order of OutputTopic.
std::array<std::string, kOutputTopicCount> output_topics(const Config& config) {
  return {config.output.alerts,
          config.output.status,
          config.output.state,
          config.output.dead_letter,
          config.output.journal,
          config.notifications ? config.output.notifications : std::string(),
          config.input.keyed_by_patient ? std::string() : config.output.by_patient,
          config.output.commands};
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

kafka::TopicSpec state_spec(const Config& config) {
  return sized(kafka::compact_spec(config.output.state), config.window.bytes + kRecordOverhead);
}

/// What the topics must be. `partitions`: as prepare_topics has it.
std::vector<kafka::TopicSpec> topic_specs(const Config& config, int partitions) {
  // Timers run on record timestamps; with clocks of the patients' own they decide nothing.
  const bool check_timestamps = config.time_source == Config::TimeSource::record;
  std::vector<kafka::TopicSpec> specs;
  if (config.input.keyed_by_patient) {
    specs.push_back(kafka::input_spec(config.input.topics.front(), check_timestamps));
  } else {
    for (const std::string& topic : config.input.topics) specs.push_back(kafka::source_spec(topic, check_timestamps));
    specs.push_back(sized(kafka::routed_spec(config.output.by_patient), config.intake.bytes + kRecordOverhead));
  }
  if (partitions > 0) specs.back().partitions = partitions;
  const std::vector<kafka::TopicSpec> outputs = {
      sized(kafka::append_spec(config.output.alerts), kMostAlertBytes),
      sized(kafka::compact_spec(config.output.status), kMostStatusBytes),
      state_spec(config),
      sized(kafka::append_spec(config.output.dead_letter), FoldSettings().dead_letter_bytes + kRecordOverhead),
      kafka::journal_spec(config.output.journal, check_timestamps),
      sized(kafka::commands_spec(config.output.commands), config.window.bytes + kRecordOverhead)};
  specs.insert(specs.end(), outputs.begin(), outputs.end());
  if (config.notifications) {
    specs.push_back(sized(kafka::append_spec(config.output.notifications), kMostNotificationBytes));
  }
  return specs;
}

kafka::TopicCheck ensure(const Config& config, const std::vector<kafka::TopicSpec>& specs, bool create) {
  const kafka::ClientSettings settings = client_settings(config, "coagwatch-admin");
  return kafka::ensure_topics(settings.brokers, settings.user, specs, create, kafka_log());
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

void check_library(const Config& config, std::vector<rules::Problem>& problems) {
  const kafka::Properties properties(config.kafka.properties.begin(), config.kafka.properties.end());
  for (const auto& [key, text] : kafka::check_properties(properties)) {
    problems.push_back(config.problem("kafka.properties." + key, text));
  }
  if (config.kafka.group_protocol != Config::Kafka::GroupProtocol::consumer) return;
  if (kafka::library_has_consumer_protocol() || config.undecided("kafka.group-protocol")) return;
  problems.push_back(config.problem(
      "kafka.group-protocol", "consumer needs librdkafka 2.12.0 or later, and this is " + kafka::library_version()));
}

kafka::ClientSettings state_reader_settings(const Config& config, std::uint32_t part, std::int32_t partitions) {
  kafka::ClientSettings settings =
      client_settings(config, config.kafka.group + "." + config.instance + ".state." + std::to_string(part));
  settings.partitions = partitions;
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

kafka::TopicCheck prepare_topics(const Config& config, int partitions) {
  return ensure(config, topic_specs(config, partitions), config.kafka.create_topics);
}

kafka::TopicCheck look_at_topics(const Config& config) {
  kafka::TopicCheck check = ensure(config, topic_specs(config, 0), false);
  if (config.kafka.create_topics) {
    std::erase_if(check.problems, [](const kafka::TopicProblem& problem) {
      return problem.kind == kafka::TopicProblem::Kind::missing;
    });
  }
  return check;
}

kafka::TopicCheck prepare_state_topic(const Config& config, int partitions) {
  kafka::TopicSpec spec = state_spec(config);
  spec.partitions = partitions;
  return ensure(config, {spec}, config.kafka.create_topics);
}

std::int32_t scored_partitions(const Config& config, const kafka::TopicCheck& topics) {
  const auto named = [&](const kafka::TopicFacts& topic) { return topic.name == scored_topic(config); };
  const auto found = std::ranges::find_if(topics.topics, named);
  return found == topics.topics.end() ? 0 : found->partitions;
}

Stage scoring_stage(const Config& config) { return {"scoring", {scored_topic(config)}}; }
Stage routing_stage(const Config& config) { return {"routing", config.input.topics}; }

kafka::KafkaBrokerOptions broker_options(const Config& config, const kafka::TopicCheck& topics, const Stage& stage,
                                         std::uint32_t worker) {
  kafka::KafkaBrokerOptions options;
  options.brokers = config.kafka.brokers;
  // Part of the transactional ids too, so that the stages' producers do not fence each other.
  options.group = config.kafka.group + (stage.name == "routing" ? "-router" : "");
  options.instance = config.instance;
  options.worker = worker;
  options.consumer_protocol = config.kafka.group_protocol == Config::Kafka::GroupProtocol::consumer;
  options.static_membership = config.kafka.static_membership;
  options.input_topics = stage.topics;
  options.patient_partitions = scored_partitions(config, topics);
  options.routes = stage.name == "routing";
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

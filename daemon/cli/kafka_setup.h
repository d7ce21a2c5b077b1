#pragma once

#include <string>

#include "daemon/cli/setup.h"
#include "daemon/kafka/admin.h"
#include "daemon/kafka/kafka_broker.h"

namespace coagwatch::daemon {

/// librdkafka's lines as our log's.
kafka::LogFunction kafka_log();

/// How clients other than the workers' reach Kafka.
kafka::ClientSettings client_settings(const Config& config, const std::string& client_id);

/// Checks, and where the configuration allows makes, the topics (kafka/admin.h).
kafka::TopicReport prepare_topics(const Config& config);

/// What the worker's connection needs; `report` is of prepare_topics.
kafka::KafkaBrokerOptions broker_options(const Config& config, const kafka::TopicReport& report, std::uint32_t worker);

}  // namespace coagwatch::daemon

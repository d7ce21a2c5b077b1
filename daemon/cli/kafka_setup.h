#pragma once

#include <string>

#include "daemon/cli/setup.h"
#include "daemon/kafka/admin.h"
#include "daemon/kafka/capture.h"
#include "daemon/kafka/kafka_broker.h"

namespace coagwatch::daemon {

/// librdkafka's lines as our log's.
kafka::LogFunction kafka_log();

/// How clients other than the workers' reach Kafka.
kafka::ClientSettings client_settings(const Config& config, const std::string& client_id);

/// How a topic is read whole, to its present end.
kafka::CaptureOptions capture_options(const Config& config, const std::string& client_id);

/// Checks, and where the configuration allows makes, the topics (kafka/admin.h).
kafka::TopicCheck prepare_topics(const Config& config);

/// What the worker's connection needs; `topics` come from a prepare_topics without problems.
kafka::KafkaBrokerOptions broker_options(const Config& config, const kafka::TopicCheck& topics, std::uint32_t worker);

}  // namespace coagwatch::daemon

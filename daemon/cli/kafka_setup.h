#pragma once

#include <string>

#include "daemon/cli/setup.h"
#include "daemon/engine/stage.h"
#include "daemon/kafka/admin.h"
#include "daemon/kafka/capture.h"
#include "daemon/kafka/kafka_broker.h"

namespace coagwatch::daemon {

/// librdkafka's lines as our log's.
kafka::LogFunction kafka_log();

/// Adds a problem where the configuration asks for what the librdkafka of this machine does not have.
void check_library(const Config& config, std::vector<rules::Problem>& problems);

/// How clients other than the workers' reach Kafka.
kafka::ClientSettings client_settings(const Config& config, const std::string& client_id);

/// How a topic is read whole, to its present end.
kafka::CaptureOptions capture_options(const Config& config, const std::string& client_id);

/// Checks, and where the configuration allows makes, the topics (kafka/admin.h). `partitions`: of the topic that the
/// scoring stage reads, where it is made; 0: as many as by default.
kafka::TopicCheck prepare_topics(const Config& config, int partitions = 0);

/// What there is of the topics. None is made; one that is missing is a problem where it would not be made.
kafka::TopicCheck look_at_topics(const Config& config);

/// As prepare_topics, the state topic alone, before there are others: with so many partitions, where it is made.
kafka::TopicCheck prepare_state_topic(const Config& config, int partitions);

/// How many partitions the topic has that the scoring stage reads; 0 if it is not among them.
std::int32_t scored_partitions(const Config& config, const kafka::TopicCheck& topics);

/// The stages of the daemon; there is a routing one only where the input is not keyed by patient.
Stage scoring_stage(const Config& config);
Stage routing_stage(const Config& config);

/// What the worker's connection needs; `topics` come from a prepare_topics without problems. `worker`: its number in
/// the stage.
kafka::KafkaBrokerOptions broker_options(const Config& config, const kafka::TopicCheck& topics, const Stage& stage,
                                         std::uint32_t worker);

/// How the state topic is read: `part` numbers the readers of a process, `partitions` are all that the topic has.
kafka::ClientSettings state_reader_settings(const Config& config, std::uint32_t part, std::int32_t partitions);

}  // namespace coagwatch::daemon

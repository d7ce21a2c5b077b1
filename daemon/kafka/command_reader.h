#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "daemon/engine/broker.h"
#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/handles.h"
#include "daemon/kafka/message_headers.h"

namespace coagwatch::daemon::kafka {

/// Reads partitions of the topic of commands, only what is committed, each from an offset on. The handle exists only
/// while a partition is followed.
///
/// Not thread-safe: a worker's thread owns it.
class CommandReader {
 public:
  CommandReader(ClientSettings settings, std::string topic, std::shared_ptr<RateLimitedLog> log)
      : settings_(std::move(settings)), topic_(std::move(topic)), log_(std::move(log)) {}

  /// Delivers what is in a partition from `offset` on. Called again: from there. False: librdkafka refuses it; try
  /// again.
  bool follow(std::int32_t partition, std::int64_t offset);
  void unfollow(std::int32_t partition);
  /// What has come, without waiting: a `command`, a `command_end`, or that a partition has `failed` because the offset
  /// is not there any more. Null: nothing has. Lives until the next call of this object.
  const BrokerEvent* poll();

 private:
  bool assign(std::int32_t partition, std::int64_t offset);
  [[nodiscard]] bool on_error(const rd_kafka_message_t& message);
  void view_record(const rd_kafka_message_t& message);

  ClientSettings settings_;
  std::string topic_;
  std::shared_ptr<RateLimitedLog> log_;
  std::map<std::int32_t, std::int64_t> followed_;  // where the next record of each partition stands, at least
  std::unique_ptr<Client> client_;
  MessageHandle current_;   // behind event_'s views; goes before its client
  MessageHeaders headers_;  // of current_
  std::string source_;      // likewise
  BrokerEvent event_;
};

}  // namespace coagwatch::daemon::kafka

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/engine/broker.h"
#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/partition_probe.h"

namespace coagwatch::daemon::kafka {

/// Reads partitions of the state topic from their first offset to the log end offset taken when the restore
/// began, and only what is committed. Several at once through one handle; each has a queue of its own, so that
/// one partition's records never wait behind another's. The handle exists only while something is restored.
class RestoreReader {
 public:
  RestoreReader(ClientSettings settings, std::string topic, PartitionProbe& probe, std::shared_ptr<RateLimitedLog> log)
      : settings_(std::move(settings)), topic_(std::move(topic)), probe_(probe), log_(std::move(log)) {}

  void start(std::int32_t partition);
  RestoreProgress poll(std::int32_t partition, ChangelogSink& sink, std::chrono::milliseconds budget);
  void stop(std::int32_t partition);

 private:
  struct Reading {
    std::optional<Watermarks> target;  ///< where it began and must end; nullopt: not known yet
    std::int64_t position = 0;         ///< next offset; control records and compacted ones count too
    bool at_stable_end = false;        ///< read up to the last stable offset
    std::string error;
    QueueHandle queue;
  };

  bool begin(std::int32_t partition, Reading& reading, std::chrono::milliseconds budget);
  void take(std::int32_t partition, Reading& reading, const rd_kafka_message_t& message, ChangelogSink& sink);
  [[nodiscard]] static RestoreProgress progress(const Reading& reading);

  ClientSettings settings_;
  std::string topic_;
  PartitionProbe& probe_;
  std::shared_ptr<RateLimitedLog> log_;
  std::unique_ptr<Client> client_;
  std::map<std::int32_t, Reading> readings_;  // before client_ in destruction: its queues are the client's
};

}  // namespace coagwatch::daemon::kafka

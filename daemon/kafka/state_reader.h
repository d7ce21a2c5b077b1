#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/engine/changelog_reader.h"
#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/partition_probe.h"

namespace coagwatch::daemon::kafka {

/// Reads partitions of the state topic, and only what is committed (ChangelogReader has the contract). Several at once
/// through one handle; each has a queue of its own, so that one partition's records never wait behind another's. The
/// handle exists only while something is read.
class StateReader final : public ChangelogReader {
 public:
  /// Connects when there is something to read: a broker that is down is no error. Null only if librdkafka refuses the
  /// configuration; `error` says why.
  static std::unique_ptr<StateReader> create(const ClientSettings& settings, std::string topic, LogFunction log,
                                             std::string& error);

  std::optional<ChangelogBounds> bounds(std::int32_t partition) override;
  void start_reading(std::int32_t partition, std::int64_t offset) override;
  ChangelogPosition read(std::int32_t partition, ChangelogSink& sink, std::chrono::milliseconds budget) override;
  void stop_reading(std::int32_t partition) override;
  std::chrono::steady_clock::time_point now() override;

 private:
  StateReader(ClientSettings settings, std::string topic, std::shared_ptr<RateLimitedLog> log,
              std::unique_ptr<PartitionProbe> probe);

  struct Reading {
    ChangelogPosition position;  ///< control records and compacted ones count too
    QueueHandle queue;
  };

  void assign(std::int32_t partition, Reading& reading);
  void take(std::int32_t partition, Reading& reading, const rd_kafka_message_t& message, ChangelogSink& sink);
  [[nodiscard]] std::optional<std::int64_t> stable_end(std::int32_t partition) const;
  [[nodiscard]] std::string name_of(std::int32_t partition) const;

  ClientSettings settings_;
  std::string topic_;
  std::shared_ptr<RateLimitedLog> log_;
  std::unique_ptr<PartitionProbe> probe_;
  std::unique_ptr<Client> client_;
  std::map<std::int32_t, Reading> readings_;  // after client_: its queues are the client's, and go first
  std::chrono::steady_clock::time_point steady_;
  std::chrono::system_clock::time_point wall_;
  std::chrono::steady_clock::time_point now_;
};

}  // namespace coagwatch::daemon::kafka

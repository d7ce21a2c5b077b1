#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"

namespace coagwatch::daemon::kafka {

/// First kept and log end offset of a partition.
struct Watermarks {
  std::int64_t low = 0;
  std::int64_t end = 0;  ///< high watermark, behind open transactions too
};

/// Asks the broker about partitions through a handle that reads uncommitted: a read_committed one would take the
/// last stable offset for the end, and a restore up to there loses the last owner's last batch (KAFKA-10167).
class PartitionProbe {
 public:
  /// Null if librdkafka refuses the configuration; `error` says why.
  static std::unique_ptr<PartitionProbe> create(const ClientSettings& settings, std::shared_ptr<RateLimitedLog> log,
                                                std::string& error);

  /// Nullopt while the broker cannot tell.
  std::optional<Watermarks> watermarks(const std::string& topic, std::int32_t partition,
                                       std::chrono::milliseconds timeout);
  /// The identity of a topic, which another topic of the same name does not have; empty text if the broker does
  /// not tell such, nullopt while it cannot answer. An answer is kept for a second.
  std::optional<std::string> topic_id(const std::string& topic, std::chrono::milliseconds timeout);

 private:
  struct Known {
    std::string id;
    std::chrono::steady_clock::time_point at;
  };
  std::unique_ptr<Client> client_;
  std::shared_ptr<RateLimitedLog> log_;
  std::map<std::string, Known> ids_;
};

}  // namespace coagwatch::daemon::kafka

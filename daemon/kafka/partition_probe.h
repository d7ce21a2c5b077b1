#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/end_questions.h"

namespace coagwatch::daemon::kafka {

/// First kept and log end offset of a partition.
struct Watermarks {
  std::int64_t low = 0;
  std::int64_t end = 0;         ///< high watermark, behind open transactions too
  std::int32_t end_epoch = -1;  ///< leader epoch of who told the end; -1: a broker that has none
};

struct TopicIdentity {
  std::string id;               ///< which another topic of the same name does not have; empty: the broker tells none
  std::int32_t partitions = 0;  ///< how many it has
};

/// A topic as somebody sees it who names it.
struct TopicLook {
  bool exists = false;
  TopicIdentity identity;
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
  /// As Broker::confirmed_end, of the partition with that number. Through this handle, since a fetch of the consumer
  /// would hold the answer back.
  std::optional<std::int64_t> confirmed_end(std::int32_t number, const std::string& topic, std::int32_t partition);
  /// To be called when that partition is positioned.
  void forget_end(std::int32_t number) { ends_.forget(number); }
  /// What the topic is now; nullopt while the broker cannot answer. An answer is kept for a second.
  std::optional<TopicIdentity> identity(const std::string& topic, std::chrono::milliseconds timeout);
  /// What the topics are now, in that order; nullopt while the broker cannot answer for each of them.
  std::optional<std::vector<TopicLook>> look(std::span<const std::string> topics, std::chrono::milliseconds timeout);

 private:
  struct Known {
    TopicIdentity identity;
    std::chrono::steady_clock::time_point at;
  };
  std::unique_ptr<Client> client_;
  EndQuestions ends_;
  std::shared_ptr<RateLimitedLog> log_;
  std::map<std::string, Known> known_;
};

}  // namespace coagwatch::daemon::kafka

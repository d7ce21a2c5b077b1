#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/feed.h"
#include "tests/simulation/random.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::daemon {
class Router;
}

namespace coagwatch::simulation {

/// Those who write what the workers read: laboratories, whose records go straight to the input, through a router that
/// nothing disturbs, or to the topics that the router stage reads; and people who send commands.
class Hospital {
 public:
  struct Settings {
    std::uint64_t seed = 1;
    std::size_t patients = 8;
    bool transactional = true;  ///< some of the records come in transactions, some of which abort
    bool links = false;         ///< Patient resources say who is whom
  };
  /// Both must outlive it; it draws from `random` too.
  Hospital(SimulatedKafka& cluster, Settings settings, Random& random);
  ~Hospital();
  Hospital(const Hospital&) = delete;
  Hospital& operator=(const Hospital&) = delete;

  /// Writes the next record of the feed.
  void write();
  /// Ends so many of the open transactions, per 10,000.
  void end_transactions(std::uint32_t per_myriad);
  [[nodiscard]] bool transactions_open() const { return !open_.empty(); }
  /// Sends a command as people do: outside of a transaction, to every partition.
  void command();
  /// Records of the feed so far.
  [[nodiscard]] std::size_t written() const { return written_; }

 private:
  struct Open {
    std::string id;
    ProducerIdentity producer;
  };
  const Open* open_transaction();
  void append(const Open* open, const std::string& topic, std::int32_t partition, LogRecord record);
  void route(const Open* open, const LogRecord& record);

  SimulatedKafka& cluster_;
  Settings settings_;
  Random& random_;
  Feed feed_;
  std::unique_ptr<daemon::Router> router_;  // null: none is needed
  std::int64_t routed_ = 0;
  std::size_t written_ = 0;
  std::vector<Open> open_;
  int producers_ = 0;
};

}  // namespace coagwatch::simulation

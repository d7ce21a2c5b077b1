#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/error.h"
#include "daemon/kafka/topic_rules.h"

namespace coagwatch::daemon::kafka {

/// Asks the brokers about topics and makes them. Every call blocks for at most about the timeout.
class AdminClient {
 public:
  /// Null if librdkafka refuses the configuration; `error` says why.
  static std::unique_ptr<AdminClient> create(const ClientSettings& settings, std::shared_ptr<RateLimitedLog> log,
                                             std::chrono::milliseconds timeout, std::string& error);

  /// A topic and how many partitions it has, or the error of that topic.
  struct Described {
    std::string name;
    Error error;
    int partitions = 0;
  };
  /// In the order of `names`. An error of the whole call is the return value.
  Error describe(const std::vector<std::string>& names, std::vector<Described>& out);
  /// Makes topics; an existing one is no error. `failures` has the error of each that could not be made.
  Error make(const std::vector<std::pair<const TopicSpec*, int>>& specs_and_partitions,
             std::vector<std::pair<std::string, Error>>& failures, bool before_kafka_3_6 = false);
  /// Fills in the configs in force. A topic whose configs may not be read stays without; one that the broker asked does
  /// not know, or not yet, is an error of the whole call.
  Error read_configs(std::vector<TopicState>& topics);
  /// Why the brokers cannot be reached, as far as known.
  [[nodiscard]] std::string last_error();

 private:
  [[nodiscard]] AdminOptionsHandle options(rd_kafka_admin_op_t operation) const;
  [[nodiscard]] EventHandle wait(rd_kafka_queue_t* queue) const;

  std::unique_ptr<Client> client_;
  std::chrono::milliseconds timeout_{0};
};

}  // namespace coagwatch::daemon::kafka

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/kafka/partition_probe.h"

namespace coagwatch::daemon {

/// Looks every second whether topics are still what they were when the process started, and whether the brokers answer
/// at all. A consumer goes on in a topic that was made anew under its name, at the offsets of the old one, and passes
/// over what lies below; and with another number of partitions records of a patient go elsewhere than what is known of
/// him.
///
/// Not thread-safe.
class TopicWatch {
 public:
  using Clock = std::chrono::steady_clock;
  struct Finding {
    std::string halt;     ///< why everything must stop until the process is started again; empty: nothing
    std::string problem;  ///< why nothing can be processed at present; empty: nothing is known to be wrong
  };

  /// `partitions`: how many the topic had that the scoring stage reads. Asks what the topics are, for at most one
  /// second: to be made before anything is read.
  TopicWatch(const Config& config, std::int32_t partitions);

  /// What was found last. Asks the brokers once a second, for at most half a second.
  const Finding& look(Clock::time_point now = Clock::now());

 private:
  struct Topic {
    std::string name;
    bool is_input = false;
    std::int32_t partitions = 0;  ///< that it must have; 0: any number
    std::string id;               ///< as first told; empty before
    int missing = 0;              ///< answers in a row that it does not exist
  };
  void judge(Topic& topic, const kafka::TopicLook& seen);

  std::vector<Topic> topics_;
  std::vector<std::string> names_;
  std::unique_ptr<kafka::PartitionProbe> probe_;
  Finding finding_;
  Clock::time_point next_;
  Clock::time_point answered_;
};

}  // namespace coagwatch::daemon
